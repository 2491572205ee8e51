/** Which tags name a version, and which. */
import { isValidName, tryParseVersion, type Version } from '../packaging/index.ts';
import { WheelworksError } from '../support/errors.ts';

/** Where the version stands in a tag. */
const VERSION = '{version}';
/** Where the name of a package stands. */
const NAME = '{name}';

/** Tags such as `1.2.3` and `v1.2.3`. */
export const DEFAULT_TAG_PATTERNS: readonly string[] = [VERSION];

/**
 * Checks a pattern such as `v{version}` or `{name}-{version}`.
 * @param path the file it stands in.
 * @throws WheelworksError `config/tag-pattern`.
 */
export function checkTagPattern(pattern: string, path?: string): void {
  if (pattern.split(VERSION).length === 2 && pattern.split(NAME).length <= 2) return;
  throw new WheelworksError('config/tag-pattern', `${pattern} is no pattern for tags.`, {
    evidence: pattern,
    ...(path === undefined ? {} : { path }),
    hint: 'Write {version} once where the version stands, and {name} for that of the package: v{version}, {name}-{version}.',
  });
}

/** The version that a tag names by one of the patterns; undefined for a tag about something else. */
export function versionOfTag(
  tag: string,
  patterns: readonly string[],
  names: readonly string[],
): Version | undefined {
  for (const pattern of patterns) {
    const forms = pattern.includes(NAME)
      ? names.filter(isValidName).map((name) => pattern.replace(NAME, name))
      : [pattern];
    for (const form of forms) {
      const [before = '', after = ''] = form.split(VERSION);
      if (tag.length <= before.length + after.length) continue;
      if (!tag.startsWith(before) || !tag.endsWith(after)) continue;
      const version = tryParseVersion(tag.slice(before.length, tag.length - after.length));
      if (version !== undefined) return version;
    }
  }
  return undefined;
}

/** The tag of a version by the first pattern. */
export function tagOfVersion(version: string, pattern: string, name: string): string {
  return pattern.replace(NAME, name).replace(VERSION, version);
}
