/**
 * Reads setup.cfg.
 *
 * Format: Python's configparser as setuptools uses it: sections in brackets, `key = value` or `key: value`, lines that are indented
 * go on with the value before them, `#` and `;` start a line that is a comment. Keys are of any case, but for those that are
 * paths; nothing is interpolated.
 */

/** Values by section and by key in lower case; keys of `options.data_files` as they stand. */
export type SetupCfg = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** Its keys are folders. */
const OF_PATHS = 'options.data_files';

/** The sections of a text; lines that mean nothing are passed over. */
export function parseSetupCfg(text: string): SetupCfg {
  const sections = new Map<string, Map<string, string>>();
  let section: Map<string, string> | undefined;
  let isOfPaths = false;
  let key: string | undefined;
  for (const line of text.split(/\r?\n/)) {
    const content = line.trim();
    if (content === '' || /^[#;]/.test(content)) continue;
    const [, title] = /^\[([^\]]+)\]/.exec(line) ?? [];
    if (title !== undefined) {
      section = sections.get(title) ?? new Map<string, string>();
      sections.set(title, section);
      isOfPaths = title === OF_PATHS;
      key = undefined;
    } else if (section !== undefined && key !== undefined && /^\s/.test(line)) {
      section.set(key, `${section.get(key) ?? ''}\n${content}`.trim());
    } else if (section !== undefined) {
      const [, name, value] = /^([^=:]+?)\s*[=:]\s*(.*)$/.exec(content) ?? [];
      key = isOfPaths ? name : name?.toLowerCase();
      if (key !== undefined) section.set(key, value ?? '');
    }
  }
  return sections;
}

/** A value that is a list with an item a line. */
export function linesOf(value: string | undefined): readonly string[] {
  return (value ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
