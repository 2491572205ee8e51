/** The slices of a file that was cut, put together again: the file's deflate stream, piece by piece. */
import { createHash } from 'node:crypto';
import { pipeline, Readable } from 'node:stream';
import { createInflateRaw } from 'node:zlib';
import type { ZipEntry } from '../../archive/zip/index.ts';
import { WheelworksError } from '../../support/errors.ts';
import type { Wheel } from '../wheel.ts';
import { CHUNK_HEADER_LENGTH, parseChunkHeader } from './chunk-header.ts';
import type { ChunkedFile, SplitChunk } from './model.ts';
import { wheelOf, type SplitSet } from './set.ts';

/** Bytes of one read. */
const PIECE = 4 << 20;

/** Methods of members that are stored (APPNOTE 4.4.5). */
const STORED = 0;

/**
 * The deflate stream of a cut file, each chunk compared with its digest and its place. What came before an error must not
 * be used.
 * @throws WheelworksError `split/bad-chunk`, `split/bad-rebuild-data`, `zip/*`, `file/*`.
 */
export async function* deflateStreamOf(
  set: SplitSet,
  file: ChunkedFile,
): AsyncGenerator<Uint8Array, void, undefined> {
  for (const [index, chunk] of file.chunks.entries()) yield* sliceOf(set, file, { chunk, index });
}

/**
 * The bytes of a cut file, inflated.
 * @throws WheelworksError as {@link deflateStreamOf}; `split/bad-chunk` also when the slices are no deflate stream.
 */
export async function* contentOf(
  set: SplitSet,
  file: ChunkedFile,
): AsyncGenerator<Uint8Array, void, undefined> {
  const inflate = createInflateRaw({ chunkSize: PIECE });
  // Errors of the input destroy the inflater with them, and leaving the loop early ends the input.
  pipeline(Readable.from(deflateStreamOf(set, file)), inflate, () => {});
  let size = 0;
  try {
    for await (const piece of inflate) {
      size += (piece as Buffer).length;
      if (size > file.size) throw badChunk(set.main, file.path, 'more content than the file has');
      yield piece as Buffer;
    }
  } catch (error) {
    const isZlib = error instanceof Error && 'code' in error && String(error.code).startsWith('Z_');
    throw isZlib ? badChunk(set.main, file.path, error.message) : error;
  }
}

async function* sliceOf(
  set: SplitSet,
  file: ChunkedFile,
  { chunk, index }: { readonly chunk: SplitChunk; readonly index: number },
): AsyncGenerator<Uint8Array, void, undefined> {
  const wheel = wheelOf(set, chunk.distribution);
  const { archive } = wheel;
  const entry = archive.get(chunk.path);
  const fault = entryFault(entry, chunk);
  if (entry === undefined || fault !== undefined) throw badChunk(wheel, chunk.path, fault ?? '');
  const { offset, length } = await archive.compressed(entry);
  const hash = createHash('sha256');
  for (let done = 0; done < length; done += PIECE) {
    const bytes = await archive.source.read(offset + done, Math.min(PIECE, length - done));
    hash.update(bytes);
    if (done > 0) yield bytes;
    else {
      const header = parseChunkHeader(bytes, `${wheel.path}!${chunk.path}`);
      const isRight =
        header.index === index &&
        header.count === file.chunks.length &&
        header.sha256 === file.sha256;
      if (!isRight) throw badChunk(wheel, chunk.path, 'the chunk of another file or place');
      yield bytes.subarray(CHUNK_HEADER_LENGTH);
    }
  }
  const sha256 = hash.digest('hex');
  if (sha256 !== chunk.sha256)
    throw badChunk(wheel, chunk.path, `SHA-256 ${sha256} instead of ${chunk.sha256}`);
}

function entryFault(entry: ZipEntry | undefined, chunk: SplitChunk): string | undefined {
  if (entry === undefined) return 'not there';
  if (entry.method !== STORED) return 'compressed once more';
  if (entry.size !== chunk.size) return `${entry.size} bytes instead of ${chunk.size}`;
  return undefined;
}

function badChunk(wheel: Wheel, member: string, evidence: string): WheelworksError {
  return new WheelworksError(
    'split/bad-chunk',
    'A chunk of a split file is not what its main wheel says.',
    {
      path: `${wheel.path}!${member}`,
      evidence,
      hint: 'Fetch the wheel again and compare its SHA-256.',
    },
  );
}
