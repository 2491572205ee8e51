/** What a new archive is made of, checked before its first byte is written. */
import { statSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { WheelworksError, fileError, type ErrorDetails } from '../../support/errors.ts';
import type { RandomAccess } from '../../support/random-access.ts';
import { requireRegular } from '../../support/regular-file.ts';
import type { ZipArchive } from './archive.ts';
import type { ZipEntry } from './entry.ts';
import { MAX16, MODE } from './format.ts';
import { requireReadable } from './member.ts';
import { printableName, unsafeNameReason } from './names.ts';
import type { WrittenMember } from './output.ts';

/** Content that a member brings along. */
export type ContentSource =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  /** A regular file; it must not change while the archive is written. */
  | { readonly kind: 'file'; readonly path: string }
  /** Bytes that can be read at any offset; the writer does not close it. */
  | { readonly kind: 'source'; readonly source: RandomAccess };

/** A member of another archive, taken over compressed as it is. */
export interface CopySource {
  readonly kind: 'copy';
  readonly archive: ZipArchive;
  readonly entry: ZipEntry;
}

/** Content that depends on the members before it, as RECORD: asked for when they are all written. */
export interface LateSource {
  readonly kind: 'late';
  readonly bytes: (written: readonly WrittenMember[]) => Uint8Array | Promise<Uint8Array>;
}

/** Where a member's content comes from. */
export type ZipSource = ContentSource | CopySource | LateSource;

/** A member of a new archive. */
export interface ZipMember {
  /** `/` between the parts; a directory ends in a slash and has no content. */
  readonly path: string;
  /**
   * Unix mode; without file type bits it is that of a regular file or a directory. Default: the mode of a copied
   * member, else 0644, 0755 for directories.
   */
  readonly mode?: number;
  readonly source: ZipSource;
  /** False stores the content. Default true. Copies stay as they are. */
  readonly compress?: boolean;
}

/** A member that can be written. */
export interface CheckedMember {
  readonly path: string;
  readonly rawPath: Uint8Array;
  readonly isDirectory: boolean;
  /** With file type bits. */
  readonly mode: number;
  readonly compress: boolean;
  readonly source: ZipSource;
  /** Bytes of the content; zero for late members, which have none yet. */
  readonly size: number;
}

/** Members checked before other work of this thread gets its turn. */
const CHECKED_AT_ONCE = 512;

/**
 * Checks all members and finds out their sizes.
 * @throws WheelworksError `zip/unsafe-path`, `zip/bad-name`, `zip/duplicate-entry`, `zip/bad-mode`,
 *   `zip/directory-with-content`, `zip/encrypted`, `zip/unsupported-method`, `zip/bomb`, `zip/corrupt-data`, `file/*`.
 */
export async function checkMembers(members: readonly ZipMember[]): Promise<CheckedMember[]> {
  const seen = new Set<string>();
  for (const { path } of members) {
    if (seen.has(path)) {
      throw refusal('zip/duplicate-entry', path, 'The archive would have two members of one name.');
    }
    seen.add(path);
  }
  const checked: CheckedMember[] = [];
  for (const member of members) {
    checked.push(checkMember(member));
    if (checked.length % CHECKED_AT_ONCE === 0) await nextTurn();
  }
  return checked;
}

function checkMember(member: ZipMember): CheckedMember {
  const { path, source } = member;
  const rawPath = encodeName(path);
  const isDirectory = path.endsWith('/');
  const size = contentSize(source);
  if (isDirectory && (size !== 0 || source.kind === 'late')) {
    throw refusal('zip/directory-with-content', path, 'A directory cannot have content.');
  }
  return {
    path,
    rawPath,
    isDirectory,
    mode: fullMode(member, isDirectory),
    compress: member.compress ?? true,
    source,
    size,
  };
}

function encodeName(path: string): Uint8Array {
  const reason = unsafeNameReason(path);
  if (reason !== undefined) {
    throw refusal(
      'zip/unsafe-path',
      path,
      `A member of this name could not be unpacked: it ${reason}.`,
    );
  }
  const bytes = Buffer.from(path, 'utf8');
  if (bytes.length > MAX16) {
    throw refusal('zip/bad-name', path, 'The name is too long for a zip archive.', {
      evidence: `${bytes.length} bytes; at most ${MAX16} fit`,
    });
  }
  // A lone surrogate is no character: it would become U+FFFD, and two names could become one.
  if (bytes.toString('utf8') !== path) {
    throw refusal('zip/bad-name', path, 'The name is not valid Unicode.');
  }
  return bytes;
}

function contentSize(source: ZipSource): number {
  if (source.kind === 'late') return 0;
  if (source.kind === 'bytes') return source.bytes.length;
  if (source.kind === 'source') return source.source.size;
  if (source.kind === 'copy') {
    requireReadable(source.entry, source.archive.path);
    return source.entry.size;
  }
  try {
    const found = statSync(source.path);
    requireRegular(found, source.path);
    return found.size;
  } catch (error) {
    throw fileError(error, source.path);
  }
}

function fullMode({ path, mode: asked, source }: ZipMember, isDirectory: boolean): number {
  const copied = source.kind === 'copy' && source.entry.mode !== 0 ? source.entry.mode : undefined;
  const mode = asked ?? copied ?? (isDirectory ? 0o755 : 0o644);
  if (!Number.isInteger(mode) || mode < 0 || mode > MAX16) {
    throw refusal('zip/bad-mode', path, 'The mode is no Unix mode.', { evidence: String(mode) });
  }
  if ((mode & MODE.type) !== 0) return mode;
  return mode | (isDirectory ? MODE.directory : MODE.regular);
}

function refusal(
  code: `zip/${string}`,
  path: string,
  message: string,
  details: ErrorDetails = {},
): WheelworksError {
  return new WheelworksError(code, message, { ...details, path: printableName(path) });
}
