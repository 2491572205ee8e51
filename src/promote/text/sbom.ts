/**
 * Bills of materials (`.dist-info/sboms`, PEP 770) with the new versions of the set's members.
 *
 * Known are CycloneDX 1.x in JSON and XML, and SPDX 2.x in JSON and as tags and values; of any other document nothing is
 * changed. A component is a member's by its package URL or by name and version. References inside the document move along, because they are package URLs or
 * `name-version` themselves. CycloneDX asks for a higher `version` of a bill that was changed.
 */
import { decodeUtf8 } from '../../packaging/index.ts';
import type { VersionChanges } from '../version-change.ts';
import { jsonScalars, replaceJson, type JsonReplacement, type JsonScalar } from './json-strings.ts';
import { movedNames, newVersion } from './sbom-named.ts';
import { promoteTagValueSbom } from './sbom-tag-value.ts';
import { promoteXmlSbom } from './sbom-xml.ts';

/** The keys of a component that hold its version: CycloneDX, SPDX. */
const VERSION_KEYS: ReadonlySet<string> = new Set(['version', 'versionInfo']);

/** The bill with new versions; undefined when it is none that is known, or has nothing of the set. */
export function promoteSbom(bytes: Uint8Array, changes: VersionChanges): Uint8Array | undefined {
  return (
    promoteJsonSbom(bytes, changes) ??
    promoteXmlSbom(bytes, changes) ??
    promoteTagValueSbom(bytes, changes)
  );
}

function promoteJsonSbom(bytes: Uint8Array, changes: VersionChanges): Uint8Array | undefined {
  const text = decodeUtf8(bytes);
  if (text === undefined) return undefined;
  const kind = kindOf(text);
  if (kind === undefined) return undefined;
  const scalars = jsonScalars(text);
  const names = new Map(
    scalars.flatMap(({ path, value }) =>
      path.at(-1) === 'name' && typeof value === 'string' ? [[ownerOf(path), value] as const] : [],
    ),
  );
  const replacements = scalars.flatMap((scalar) => replaced(scalar, names, changes));
  if (replacements.length === 0) return undefined;
  const all =
    kind === 'cyclonedx' ? [...replacements, ...higherNumber(scalars, replacements)] : replacements;
  return Buffer.from(replaceJson(text, all.toSorted(byPlace)));
}

function byPlace(left: JsonReplacement, right: JsonReplacement): number {
  return left.scalar.start - right.scalar.start;
}

function kindOf(text: string): 'cyclonedx' | 'spdx' | undefined {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof document !== 'object' || document === null) return undefined;
  if ('bomFormat' in document && document.bomFormat === 'CycloneDX') return 'cyclonedx';
  return 'spdxVersion' in document ? 'spdx' : undefined;
}

function ownerOf(path: readonly string[]): string {
  return JSON.stringify(path.slice(0, -1));
}

function replaced(
  scalar: JsonScalar,
  names: ReadonlyMap<string, string>,
  changes: VersionChanges,
): readonly JsonReplacement[] {
  const { path, value } = scalar;
  if (typeof value !== 'string') return [];
  if (VERSION_KEYS.has(path.at(-1) ?? '')) {
    const version = newVersion(names.get(ownerOf(path)), value, changes);
    return version === undefined ? [] : [{ scalar, value: version }];
  }
  const moved = movedNames(value, changes);
  return moved === value ? [] : [{ scalar, value: moved }];
}

function higherNumber(
  scalars: readonly JsonScalar[],
  replacements: readonly JsonReplacement[],
): readonly JsonReplacement[] {
  return scalars.flatMap((scalar) =>
    scalar.path.length === 1 &&
    scalar.path[0] === 'version' &&
    typeof scalar.value === 'number' &&
    replacements.length > 0
      ? [{ scalar, value: scalar.value + 1 }]
      : [],
  );
}
