/** Finds a member's compressed bytes, checking everything that can be checked before they are used. */
import { hex } from '../../support/byte-reader.ts';
import { WheelworksError } from '../../support/errors.ts';
import type { RandomAccess } from '../../support/random-access.ts';
import type { ZipEntry } from './entry.ts';
import { DEFLATE_MAX_RATIO, LENGTH, METHOD } from './format.ts';
import { localHeaderLength, parseLocalHeader, requireAgreement } from './local-header.ts';
import { mapAhead } from './map-ahead.ts';
import { printableName } from './names.ts';
import { memberPath } from './problem.ts';

/** A member whose headers agree and whose data lie where they should. */
export interface LocatedMember {
  readonly dataOffset: number;
  /** The first compressed bytes, read along with the header: those wanted, and perhaps a few more. */
  readonly head: Uint8Array;
}

/** Extra fields of local headers are mostly absent or a time stamp: room for those saves a second read. */
const LIKELY_EXTRA = 64;

/**
 * Reads the local header and, in the same read, up to `wanted` bytes of data.
 * @throws WheelworksError `zip/encrypted`, `zip/unsupported-method`, `zip/bomb`, `zip/bad-local-header`,
 *   `zip/header-mismatch`, `zip/overlapping-members`, `zip/out-of-bounds`, `file/*`.
 */
export async function locateMember(
  source: RandomAccess,
  entry: ZipEntry,
  wanted: number,
): Promise<LocatedMember> {
  requireReadable(entry, source.path);
  const available = entry.recordLimit - entry.localHeaderOffset;
  if (available < LENGTH.local) throw outOfBounds(entry, source.path);
  let bytes = await source.read(entry.localHeaderOffset, likelyLength(entry, wanted));
  const headerLength = localHeaderLength(bytes);
  if (headerLength > bytes.length) {
    if (headerLength > available) throw outOfBounds(entry, source.path);
    bytes = await source.read(entry.localHeaderOffset, Math.min(available, headerLength + wanted));
  }
  return locateIn(bytes, entry, source);
}

/** Where bytes lie in an archive's file. */
export interface CompressedRange {
  readonly offset: number;
  readonly length: number;
}

/**
 * Where a member's compressed bytes lie.
 * @throws WheelworksError as {@link locateMember}.
 */
export async function compressedRange(
  source: RandomAccess,
  entry: ZipEntry,
): Promise<CompressedRange> {
  const { dataOffset } = await locateMember(source, entry, 0);
  return { offset: dataOffset, length: entry.compressedSize };
}

/** How many bytes a read of the header and `wanted` bytes of data most likely takes; never past the member's end. */
export function likelyLength(entry: ZipEntry, wanted: number): number {
  const guess = LENGTH.local + entry.rawPath.length + LIKELY_EXTRA + wanted;
  return Math.min(entry.recordLimit - entry.localHeaderOffset, guess);
}

/**
 * As {@link locateMember}, in bytes that were read already and have the whole header.
 * @param bytes of the member from its local header on; it was found readable
 * @throws WheelworksError as {@link locateMember}.
 */
export function locateIn(bytes: Uint8Array, entry: ZipEntry, source: RandomAccess): LocatedMember {
  const local = parseLocalHeader(bytes, entry.localHeaderOffset, source.path);
  requireAgreement(local, entry, source.path);
  const dataOffset = entry.localHeaderOffset + local.length;
  if (dataOffset + entry.compressedSize > entry.recordLimit) throw outOfBounds(entry, source.path);
  return {
    dataOffset,
    head: bytes.subarray(local.length, local.length + entry.compressedSize),
  };
}

/**
 * A member's compressed bytes in pieces, the next being read while one is used.
 * @throws WheelworksError as {@link locateMember}.
 */
export async function* readCompressed(
  source: RandomAccess,
  entry: ZipEntry,
  pieceLength: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { dataOffset } = await locateMember(source, entry, 0);
  const length = entry.compressedSize;
  yield* mapAhead(pieceOffsets(length, pieceLength), { limit: 2 }, (done) =>
    source.read(dataOffset + done, Math.min(pieceLength, length - done)),
  );
}

function* pieceOffsets(length: number, step: number): Generator<number, void, undefined> {
  for (let offset = 0; offset < length; offset += step) yield offset;
}

/**
 * Refuses what can be seen to be unreadable from the central directory alone.
 * @throws WheelworksError `zip/encrypted`, `zip/unsupported-method`, `zip/bomb`, `zip/corrupt-data`.
 */
export function requireReadable(entry: ZipEntry, archivePath: string): void {
  // Made only for an error: this is asked of every member of a large archive.
  const path = (): string => memberPath(archivePath, printableName(entry.path));
  if (entry.encrypted) {
    throw new WheelworksError('zip/encrypted', 'The member is encrypted.', {
      path: path(),
      hint: 'Wheels cannot be encrypted; no installer could read this one.',
    });
  }
  if (entry.method === METHOD.store) {
    if (entry.size === entry.compressedSize) return;
    throw new WheelworksError('zip/corrupt-data', 'A stored member has two different sizes.', {
      path: path(),
      evidence: `${entry.compressedSize} bytes stored, ${entry.size} claimed`,
    });
  }
  if (entry.method !== METHOD.deflate) {
    throw new WheelworksError(
      'zip/unsupported-method',
      `The member is compressed with method ${entry.method}.`,
      {
        path: path(),
        hint: 'Wheels may only use stored (0) and deflated (8) members; build it again.',
      },
    );
  }
  if (entry.size > entry.compressedSize * DEFLATE_MAX_RATIO) {
    throw new WheelworksError(
      'zip/bomb',
      'The member claims more content than its data can hold.',
      {
        path: path(),
        evidence: `${entry.size} bytes from ${entry.compressedSize} compressed ones`,
      },
    );
  }
}

/** Lenient archives may list members that do not fit between their neighbours; they are not read. */
export function outOfBounds(entry: ZipEntry, archivePath: string): WheelworksError {
  return new WheelworksError(
    'zip/overlapping-members',
    'The member does not fit between its start and what follows it.',
    {
      path: memberPath(archivePath, printableName(entry.path)),
      evidence: `from ${hex(entry.localHeaderOffset)}, followed at ${hex(entry.recordLimit)}`,
    },
  );
}
