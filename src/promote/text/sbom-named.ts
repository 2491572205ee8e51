/** What bills of materials in every notation have in common: which words in them are versions of members of the set. */
import {
  compareVersions,
  nameForFile,
  normalizeName,
  tryParseVersion,
} from '../../packaging/index.ts';
import type { VersionChange, VersionChanges } from '../version-change.ts';
import { spellingsOf } from './spellings.ts';

/** `pkg:pypi/name@1.0rc1` and `name-1.0rc1`, which file names and SPDX identifiers have, with the new versions. */
export function movedNames(text: string, changes: VersionChanges): string {
  return [...changes.values()].reduce(moveNamed, text);
}

function moveNamed(text: string, { project, from, toText }: VersionChange): string {
  const name = nameForFile(project).replaceAll('_', '[-_.]+');
  const version = spellingsOf(from).pattern.source;
  return text.replace(
    new RegExp(`(?<![A-Za-z0-9_.])(${name})([@-])${version}`, 'gi'),
    (_, named: string, sign: string) => `${named}${sign}${toText}`,
  );
}

/** The new version of a component of that name and version; undefined for those that are not of the set. */
export function newVersion(
  name: string | undefined,
  value: string,
  changes: VersionChanges,
): string | undefined {
  const change = changes.get(normalizeName(name ?? ''));
  const version = tryParseVersion(value);
  const isOld =
    change !== undefined && version !== undefined && compareVersions(version, change.from) === 0;
  return isOld ? change.toText : undefined;
}
