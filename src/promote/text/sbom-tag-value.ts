/**
 * SPDX documents as tags and values with the new versions of the set's members.
 *
 * Specification: SPDX 2.3, Annex "Tag/value format": one `Tag: value` a line, a package's facts behind its `PackageName`.
 */
import { decodeUtf8 } from '../../packaging/index.ts';
import type { VersionChanges } from '../version-change.ts';
import { movedNames, newVersion } from './sbom-named.ts';

const TAG = /^([ \t]*([A-Za-z]+):[ \t]*)(.*?)([ \t]*\r?\n?)$/s;

/** The document with new versions; undefined when it is none, or has nothing of the set. */
export function promoteTagValueSbom(
  bytes: Uint8Array,
  changes: VersionChanges,
): Uint8Array | undefined {
  const text = decodeUtf8(bytes);
  if (text === undefined || !/^\uFEFF?(?:[ \t]*(?:#.*)?\r?\n)*[ \t]*SPDXVersion:/.test(text))
    return undefined;
  let name: string | undefined;
  const promoted = text
    .split(/(?<=\n)/)
    .map((line) => {
      const [, before = '', tag = '', value = '', end = ''] = TAG.exec(line) ?? [];
      if (tag === 'PackageName') name = value;
      if (tag === 'PackageVersion')
        return before + (newVersion(name, value, changes) ?? value) + end;
      return movedNames(line, changes);
    })
    .join('');
  return promoted === text ? undefined : Buffer.from(promoted);
}
