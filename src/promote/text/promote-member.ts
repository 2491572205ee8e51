/** What promotion makes of one file of a distribution. Pure: bytes in, bytes out. */
import { decodeUtf8 } from '../../packaging/index.ts';
import type { VersionChange, VersionChanges } from '../version-change.ts';
import { promoteBuildFile } from './build-files.ts';
import { promoteMetadataBytes } from './metadata.ts';
import { promotePython } from './python-version.ts';
import type { RewrittenRequirement } from './requirement-pins.ts';
import { promoteSbom } from './sbom.ts';
import { replaceSpelled, spellingsOf } from './spellings.ts';

/** What a file is part of. */
export interface MemberContext {
  readonly kind: 'wheel' | 'sdist';
  readonly own: VersionChange;
  readonly changes: VersionChanges;
  /** Whether the user declared that every spelling of the old version in the file is to be replaced. */
  readonly isDeclared: (path: string) => boolean;
}

/** A file after promotion. */
export interface PromotedMember {
  readonly bytes: Uint8Array;
  /** Of the files that hold metadata. */
  readonly requirements: readonly RewrittenRequirement[];
}

const RECOGNISED =
  /(?:^[^/]+\.dist-info\/(?:sboms\/.+\.(?:json|xml|spdx)|direct_url\.json|METADATA)|(?:^|\/)(?:PKG-INFO|requires\.txt|[^/]*(?:version|about|release)_*\.py|__init__\.py)|^(?:pyproject\.toml|setup\.cfg|setup\.py))$/i;

/** Whether {@link promoteMember} may change a file: only these need be read whole. */
export function mayChange(
  path: string,
  { isDeclared }: Pick<MemberContext, 'isDeclared'>,
): boolean {
  return RECOGNISED.test(path) || isDeclared(path);
}

/**
 * The file with the new versions; undefined when nothing in it changes. A file that is no text is never changed.
 * @param path in a wheel the member's; in an sdist below its top folder
 */
export function promoteMember(
  path: string,
  bytes: Uint8Array,
  context: MemberContext,
): PromotedMember | undefined {
  const { bytes: recognised, requirements } = promoteRecognised(path, bytes, context);
  const promoted = context.isDeclared(path) ? promoteText(recognised, context) : recognised;
  return Buffer.compare(promoted, bytes) === 0 && requirements.length === 0
    ? undefined
    : { bytes: promoted, requirements };
}

function promoteRecognised(
  path: string,
  bytes: Uint8Array,
  context: MemberContext,
): PromotedMember {
  const { kind, own, changes } = context;
  const plain = { bytes, requirements: [] };
  if (isMetadata(path, kind)) return promoteMetadataBytes(bytes, own, changes);
  if (/^[^/]+\.dist-info\/sboms\/.+\.(?:json|xml|spdx)$/i.test(path))
    return { bytes: promoteSbom(bytes, changes) ?? bytes, requirements: [] };
  if (/^[^/]+\.dist-info\/direct_url\.json$/.test(path))
    return { bytes: promoteText(bytes, context), requirements: [] };
  const text = decodeUtf8(bytes);
  if (text === undefined) return plain;
  const python = promotePython(path, text, own);
  const promoted = kind === 'sdist' ? promoteBuildFile(path, python, context) : python;
  return promoted === text ? plain : { bytes: Buffer.from(promoted), requirements: [] };
}

function isMetadata(path: string, kind: MemberContext['kind']): boolean {
  return kind === 'wheel'
    ? /^[^/]+\.dist-info\/METADATA$/.test(path)
    : /^(?:(?:.+\/)?[^/]+\.egg-info\/)?PKG-INFO$/.test(path);
}

/** Every spelling of the old version of any member. */
function promoteText(bytes: Uint8Array, { own, changes }: MemberContext): Uint8Array {
  const text = decodeUtf8(bytes);
  if (text === undefined) return bytes;
  const promoted = [own, ...changes.values()].reduce(
    (current, { from, toText }) => replaceSpelled(current, spellingsOf(from), toText),
    text,
  );
  return promoted === text ? bytes : Buffer.from(promoted);
}
