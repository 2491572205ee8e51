/** Which tags of a repository are releases, in the terms of CI services. */

/** Tags that name versions. */
export interface ReleaseTags {
  /** Filters of GitHub Actions, which take all of them and a few others: they know no alternatives. */
  readonly filters: readonly string[];
  /** A regular expression for a whole tag that bash (ERE) and GitLab (RE2) read alike, with its anchors. */
  readonly expression: string;
}

/**
 * A public version, as PEP 440 lets it be written (packaging.python.org, "Version specifiers", appendix with the parsing
 * expression), in lower case. Local versions are no releases: no index takes them.
 */
const VERSION = [
  'v?([0-9]+!)?[0-9]+([.][0-9]+)*',
  '([-_.]?(alpha|beta|preview|pre|a|b|c|rc)[-_.]?[0-9]*)?',
  '(-[0-9]+|[-_.]?(post|rev|r)[-_.]?[0-9]*)?',
  '([-_.]?dev[-_.]?[0-9]*)?',
].join('');

/**
 * The tags of some patterns, as `tag-pattern` of `[tool.wheelworks.version]` has them: `{name}-{version}`.
 * @param name of the package; any where it is not known.
 */
export function releaseTags(patterns: readonly string[], name?: string): ReleaseTags {
  const forms = patterns.map((pattern) => pattern.split('{version}'));
  return {
    filters: forms.flatMap(([before = '', after = '']) => {
      const [start, end] = [filterText(before, name), filterText(after, name)];
      return [`${start}[0-9]*${end}`, ...(before.endsWith('v') ? [] : [`${start}v[0-9]*${end}`])];
    }),
    expression: `^(${forms
      .map((parts) => parts.map((part) => expressionText(part, name)).join(VERSION))
      .join('|')})$`,
  };
}

/** A text as a filter of GitHub that takes just this: "Filter pattern cheat sheet" of its documentation. */
export function filterText(text: string, name?: string): string {
  const quoted = (part: string): string => part.replaceAll(/[\\*?+[\]!]/g, String.raw`\$&`);
  return text
    .split('{name}')
    .map(quoted)
    .join(name === undefined ? '*' : quoted(name));
}

function expressionText(text: string, name: string | undefined): string {
  // In brackets, because a backslash means something to the shell, to YAML and to GitLab's own quotes.
  const quoted = (part: string): string => part.replaceAll(/[.+(){}|$]/g, '[$&]');
  return text
    .split('{name}')
    .map(quoted)
    .join(name === undefined ? '.+' : quoted(name));
}
