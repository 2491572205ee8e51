/**
 * INI files as Python's `RawConfigParser` reads them with its defaults: what `.pypirc` is.
 *
 * Specification: configparser, "Supported INI File Structure". https://docs.python.org/3/library/configparser.html
 */
import { WheelworksError } from '../../support/errors.ts';

/** Options by name in lower case, by section; those of `[DEFAULT]` are in every section. */
export type IniFile = ReadonlyMap<string, ReadonlyMap<string, string>>;

const DEFAULTS = 'DEFAULT';
const HEADING = /^\[(.+)\]/;
/** The name ends at the first delimiter, as there. */
const OPTION = /^([^=:]*?)\s*[=:]\s*(.*)$/;

interface Cursor {
  section: Map<string, string[]> | undefined;
  /** Lines of the value that may go on. */
  value: string[] | undefined;
  /** Columns before the option. */
  indent: number;
}

/**
 * Reads a file. Values are not interpolated; a deeper line goes on with a value; whole lines may be comments.
 * @param path for messages, in which nothing of the file stands: a line that is not understood may be a password.
 * @throws WheelworksError `config/bad-pypirc`.
 */
export function parseIni(text: string, path: string): IniFile {
  const sections = new Map<string, Map<string, string[]>>();
  const cursor: Cursor = { section: undefined, value: undefined, indent: 0 };
  for (const [index, raw] of text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .entries()) {
    const problem = readLine(raw, cursor, sections);
    if (problem === undefined) continue;
    throw new WheelworksError('config/bad-pypirc', `${path} cannot be read: ${problem}.`, {
      path,
      evidence: `line ${index + 1} (not shown: it may hold a secret)`,
      hint: 'https://packaging.python.org/specifications/pypirc/ shows the format.',
    });
  }
  return finished(sections);
}

/** What is wrong with a line, or undefined when it was taken. */
function readLine(
  raw: string,
  cursor: Cursor,
  sections: Map<string, Map<string, string[]>>,
): string | undefined {
  const line = raw.trim();
  if (line === '') {
    // An empty line belongs to the value when a deeper one follows; at the end it is cut off.
    cursor.value?.push('');
    return undefined;
  }
  if (line.startsWith('#') || line.startsWith(';')) return undefined;
  const indent = raw.length - raw.trimStart().length;
  if (cursor.value !== undefined && indent > cursor.indent) {
    cursor.value.push(line);
    return undefined;
  }
  cursor.indent = indent;
  const heading = HEADING.exec(line)?.[1];
  return heading === undefined ? readOption(line, cursor) : openSection(heading, cursor, sections);
}

function openSection(
  name: string,
  cursor: Cursor,
  sections: Map<string, Map<string, string[]>>,
): string | undefined {
  if (sections.has(name) && name !== DEFAULTS) return 'a section is there twice';
  const section = sections.get(name) ?? new Map<string, string[]>();
  sections.set(name, section);
  cursor.section = section;
  cursor.value = undefined;
  return undefined;
}

function readOption(line: string, cursor: Cursor): string | undefined {
  if (cursor.section === undefined) return 'a line stands before the first section';
  const [, name = '', value = ''] = OPTION.exec(line) ?? [];
  const key = name.toLowerCase();
  if (key === '') return 'a line is neither a section nor name = value';
  if (cursor.section.has(key)) return 'an option is there twice';
  cursor.value = [value];
  cursor.section.set(key, cursor.value);
  return undefined;
}

function finished(sections: ReadonlyMap<string, ReadonlyMap<string, string[]>>): IniFile {
  const textOf = (lines: readonly string[]): string => lines.join('\n').trimEnd();
  const defaults = [...(sections.get(DEFAULTS) ?? [])];
  return new Map(
    [...sections]
      .filter(([name]) => name !== DEFAULTS)
      .map(([name, options]) => [
        name,
        new Map([...defaults, ...options].map(([key, lines]) => [key, textOf(lines)])),
      ]),
  );
}
