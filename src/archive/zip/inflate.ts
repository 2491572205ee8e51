/** Content of members: inflated, counted and checked, at once or as a stream. RFC 1951; APPNOTE 4.4.7 to 4.4.9. */
import { pipeline, Readable } from 'node:stream';
import { crc32, createInflateRaw, inflateRaw, type InflateRaw } from 'node:zlib';
import { WheelworksError } from '../../support/errors.ts';
import type { RandomAccess } from '../../support/random-access.ts';
import type { ZipEntry } from './entry.ts';
import { METHOD } from './format.ts';
import { locateMember, readCompressed } from './member.ts';
import { printableName } from './names.ts';
import { memberPath } from './problem.ts';

/** Compressed bytes of one read of a stream, and inflated bytes of one piece. */
const PIECE = 1 << 20;

/** Below this a member is as cheap to hold as to stream. */
const SMALL = 4 << 20;

/**
 * The whole content, in a buffer that nobody else holds. The compressed bytes come in one read.
 * @throws WheelworksError as `locateMember`, and `zip/too-large`, `zip/corrupt-data`, `zip/crc-mismatch`.
 */
export async function readContent(
  source: RandomAccess,
  entry: ZipEntry,
  maxSize: number,
): Promise<Uint8Array> {
  const path = memberPath(source.path, printableName(entry.path));
  if (entry.size > maxSize) throw tooLarge(entry, maxSize, path);
  const { dataOffset, head } = await locateMember(source, entry, entry.compressedSize);
  const compressed =
    head.length === entry.compressedSize
      ? head
      : await source.read(dataOffset, entry.compressedSize);
  const content =
    entry.method === METHOD.store
      ? new Uint8Array(compressed)
      : await inflateWhole(compressed, entry, path);
  checkContent(entry, content.length, crc32(content), path);
  return content;
}

/** What `info: true` makes of the result of zlib's one-shot functions; `@types/node` leaves it out. */
interface InflatedWithInfo {
  readonly buffer: Buffer;
  readonly engine: InflateRaw;
}

/** Runs in libuv's pool. Output beyond the claimed size is an error before it is memory. */
async function inflateWhole(
  compressed: Uint8Array,
  entry: ZipEntry,
  path: string,
): Promise<Buffer> {
  const options = {
    info: true,
    maxOutputLength: Math.max(1, entry.size),
    // One byte more than the claim: all output lands in one chunk, and nothing is joined.
    chunkSize: Math.max(64, entry.size + 1),
  };
  const { buffer, engine } = await new Promise<InflatedWithInfo>((resolve, reject) => {
    inflateRaw(compressed, options, (error, result) => {
      if (error === null) resolve(result as unknown as InflatedWithInfo);
      else reject(corrupt(path, inflateFault(error), error));
    });
  });
  checkConsumed(engine.bytesWritten, entry, path);
  return buffer;
}

/**
 * The content piece by piece, in memory that does not grow with it. The checks come as early as they can: too many
 * bytes at once, too few and a wrong CRC after the last piece, so wait for the end before trusting what came.
 * @throws WheelworksError as `locateMember`, and `zip/corrupt-data`, `zip/crc-mismatch`.
 */
export async function* streamContent(
  source: RandomAccess,
  entry: ZipEntry,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (entry.size <= SMALL && entry.compressedSize <= SMALL) {
    const content = await readContent(source, entry, SMALL);
    if (content.length > 0) yield content;
    return;
  }
  const path = memberPath(source.path, printableName(entry.path));
  const compressed = readCompressed(source, entry, PIECE);
  const pieces =
    entry.method === METHOD.store ? compressed : inflatePieces(compressed, entry, path);
  let size = 0;
  let crc = 0;
  for await (const piece of pieces) {
    size += piece.length;
    if (size > entry.size) throw corrupt(path, `more content than the ${entry.size} bytes claimed`);
    crc = crc32(piece, crc);
    yield piece;
  }
  checkContent(entry, size, crc, path);
}

async function* inflatePieces(
  compressed: AsyncGenerator<Uint8Array, void, undefined>,
  entry: ZipEntry,
  path: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  const inflate = createInflateRaw({ chunkSize: PIECE });
  // Errors of the input destroy the inflater with them, and leaving the loop early ends the input.
  pipeline(Readable.from(compressed), inflate, () => {});
  try {
    for await (const piece of inflate) yield piece as Buffer;
  } catch (error) {
    throw error instanceof Error && 'errno' in error && 'code' in error && isZlibCode(error.code)
      ? corrupt(path, inflateFault(error), error)
      : error;
  }
  checkConsumed(inflate.bytesWritten, entry, path);
}

function isZlibCode(code: unknown): boolean {
  return typeof code === 'string' && code.startsWith('Z_');
}

/** What zlib says of data that it cannot inflate. */
export function inflateFault(error: Error & { code?: unknown }): string {
  return error.code === 'ERR_BUFFER_TOO_LARGE'
    ? 'more content than the size claimed'
    : `no valid deflate data (${error.message})`;
}

/**
 * Bytes behind the end of the deflate stream are read by no installer, but counted, hashed and shipped by all.
 * @throws WheelworksError `zip/corrupt-data`.
 */
export function checkConsumed(consumed: number, entry: ZipEntry, path: string): void {
  if (consumed === entry.compressedSize) return;
  throw corrupt(
    path,
    `${entry.compressedSize - consumed} bytes behind the end of its deflate data`,
  );
}

/** Holds what was read to what was claimed. @throws WheelworksError `zip/corrupt-data`, `zip/crc-mismatch`. */
export function checkContent(entry: ZipEntry, size: number, crc: number, path: string): void {
  if (size !== entry.size) throw corrupt(path, `${size} bytes of content instead of ${entry.size}`);
  if (crc === entry.crc32) return;
  throw new WheelworksError(
    'zip/crc-mismatch',
    'The content of the member does not match its CRC-32.',
    {
      path,
      evidence: `computed ${crc.toString(16)}, recorded ${entry.crc32.toString(16)}`,
      hint: 'The file is damaged; fetch or build it again.',
    },
  );
}

/** The error of a member that is not what its headers say. */
export function corrupt(path: string, what: string, cause?: unknown): WheelworksError {
  return new WheelworksError('zip/corrupt-data', `The member has ${what}.`, {
    path,
    cause,
    hint: 'The file is damaged; fetch or build it again.',
  });
}

function tooLarge(entry: ZipEntry, maxSize: number, path: string): WheelworksError {
  return new WheelworksError(
    'zip/too-large',
    `The member is ${entry.size} bytes, more than the ${maxSize} that may be read at once.`,
    { path },
  );
}
