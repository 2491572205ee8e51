/**
 * Compression of new members with zlib (RFC 1951), in libuv's thread pool.
 *
 * The bytes depend on the content, the level and zlib's version alone: never on how many threads work or how fast.
 */
import { createHash, type Hash } from 'node:crypto';
import { constants, crc32, deflateRaw, deflateRawSync, type ZlibOptions } from 'node:zlib';
import { sha256Base64Url } from '../../support/hash.ts';
import type { RandomAccess } from '../../support/random-access.ts';
import { METHOD } from './format.ts';
import { mapAhead } from './map-ahead.ts';

export interface CompressedContent {
  readonly method: number;
  readonly data: Uint8Array;
  readonly size: number;
  readonly crc32: number;
  readonly sha256: string;
}

/** Compresses content at once; stores it when that is no longer than the compressed form. */
export async function compressWhole(
  bytes: Uint8Array,
  options: { readonly level: number; readonly compress: boolean },
): Promise<CompressedContent> {
  // Started first, so that the pool compresses while this thread hashes.
  const compressing =
    options.compress && bytes.length > 0 ? deflate(bytes, { level: options.level }) : undefined;
  const facts = factsOf(bytes);
  return shorter(bytes, await compressing, facts);
}

/** As {@link compressWhole}, with the same result, without leaving this thread. */
export function compressWholeSync(
  bytes: Uint8Array,
  options: { readonly level: number; readonly compress: boolean },
): CompressedContent {
  const { level, compress } = options;
  const deflated =
    compress && bytes.length > 0
      ? deflateRawSync(bytes, { level, chunkSize: chunkSize(bytes) })
      : undefined;
  return shorter(bytes, deflated, factsOf(bytes));
}

type ContentFacts = Pick<CompressedContent, 'size' | 'crc32' | 'sha256'>;

function factsOf(bytes: Uint8Array): ContentFacts {
  return { size: bytes.length, crc32: crc32(bytes), sha256: sha256Base64Url(bytes) };
}

function shorter(
  bytes: Uint8Array,
  deflated: Uint8Array | undefined,
  facts: ContentFacts,
): CompressedContent {
  return deflated !== undefined && deflated.length < bytes.length
    ? { ...facts, method: METHOD.deflate, data: deflated }
    : { ...facts, method: METHOD.store, data: bytes };
}

/** CRC and SHA-256 of content that passes by in pieces. */
export class ContentSums {
  size = 0;
  crc32 = 0;
  readonly #hash: Hash = createHash('sha256');

  add(piece: Uint8Array): void {
    this.size += piece.length;
    this.crc32 = crc32(piece, this.crc32);
    this.#hash.update(piece);
  }

  /** URL-safe base64; only once. */
  sha256(): string {
    return this.#hash.digest('base64url');
  }
}

/** Large content is compressed in blocks of this size, each on a thread of its own. */
const BLOCK = 1 << 20;

/** How far back deflate looks: a block starts with the end of the one before as its dictionary. */
const DEFLATE_WINDOW = 32 << 10;

interface Block {
  readonly bytes: Uint8Array;
  readonly dictionary: Uint8Array | undefined;
  readonly isLast: boolean;
}

/**
 * Large content as one deflate stream, made of blocks that are compressed in parallel as pigz does: each ends on a
 * byte boundary with an empty stored block, and has the bytes before it as its dictionary, so that next to nothing is
 * lost to the cuts (0.003 % on a 48 MB executable). Memory: a few blocks for each job.
 * @param sums gets every byte of the content.
 */
export async function* deflateLarge(
  source: RandomAccess,
  options: DeflateOptions,
  sums: ContentSums,
): AsyncGenerator<Uint8Array, void, undefined> {
  yield* deflateBlocks(readPieces(source, sums), options);
}

/** How hard, and on how many threads at once. */
export interface DeflateOptions {
  /** zlib level, 0 to 9. */
  readonly level: number;
  readonly concurrency: number;
}

/**
 * How long content would be as a member that {@link deflateLarge} compresses, told in constant memory.
 * @param pieces of any length
 */
export async function deflatedSize(
  pieces: AsyncIterable<Uint8Array>,
  options: DeflateOptions,
): Promise<number> {
  let size = 0;
  for await (const { length } of deflateBlocks(inBlocks(pieces), options)) size += length;
  return size;
}

/** @param blocks each but the last of one block's length */
async function* deflateBlocks(
  blocks: AsyncIterable<Uint8Array>,
  { level, concurrency }: DeflateOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  yield* mapAhead(
    withDictionaries(blocks),
    { limit: concurrency + 1 },
    ({ bytes, dictionary, isLast }) =>
      deflate(bytes, {
        level,
        finishFlush: isLast ? constants.Z_FINISH : constants.Z_SYNC_FLUSH,
        ...(dictionary === undefined ? {} : { dictionary }),
      }),
  );
}

/**
 * Content of any size as one deflate stream (RFC 1951), compressed as members of archives are.
 * @param concurrency blocks compressed at once; does not change the bytes
 */
export async function* deflateStream(
  source: RandomAccess,
  concurrency: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  yield* deflateLarge(source, { level: 6, concurrency }, new ContentSums());
}

async function* withDictionaries(
  blocks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Block, void, undefined> {
  let dictionary: Uint8Array | undefined;
  let held: Uint8Array | undefined;
  for await (const bytes of blocks) {
    if (held !== undefined) {
      yield { bytes: held, dictionary, isLast: false };
      dictionary = held.subarray(-DEFLATE_WINDOW);
    }
    held = bytes;
  }
  if (held !== undefined) yield { bytes: held, dictionary, isLast: true };
}

async function* inBlocks(
  pieces: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  let block = Buffer.allocUnsafeSlow(BLOCK);
  let filled = 0;
  for await (const piece of pieces) {
    let rest = piece;
    while (rest.length > 0) {
      const part = rest.subarray(0, BLOCK - filled);
      block.set(part, filled);
      filled += part.length;
      rest = rest.subarray(part.length);
      if (filled < BLOCK) continue;
      yield block;
      block = Buffer.allocUnsafeSlow(BLOCK);
      filled = 0;
    }
  }
  if (filled > 0) yield block.subarray(0, filled);
}

/** The content in pieces of one block, counted in `sums`. */
export async function* readPieces(
  source: RandomAccess,
  sums: ContentSums,
): AsyncGenerator<Uint8Array, void, undefined> {
  for (let offset = 0; offset < source.size; offset += BLOCK) {
    const piece = await source.read(offset, Math.min(BLOCK, source.size - offset));
    sums.add(piece);
    yield piece;
  }
}

const SAMPLE = 256 << 10;
/** Less than two percent saved is not worth every reader's time. */
const WORTHWHILE = 0.98;

/**
 * Whether large content is worth compressing, told from samples at its start, middle and end: the whole would have to
 * be compressed to know, and media, archives and encrypted data are what does not shrink.
 */
export async function isWorthDeflating(source: RandomAccess): Promise<boolean> {
  const last = Math.max(0, source.size - SAMPLE);
  const offsets = [0, Math.floor(last / 2), last];
  const length = Math.min(SAMPLE, source.size);
  const deflated = await Promise.all(
    offsets.map(async (offset) => deflate(await source.read(offset, length), { level: 1 })),
  );
  const total = deflated.reduce((sum, sample) => sum + sample.length, 0);
  return total < WORTHWHILE * length * offsets.length;
}

/** Output chunks: small ones cost trips to the pool, large ones are garbage that is mostly empty. */
const SMALLEST_CHUNK = 1 << 10;
const LARGEST_CHUNK = 256 << 10;

function deflate(bytes: Uint8Array, options: ZlibOptions): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    deflateRaw(bytes, { ...options, chunkSize: chunkSize(bytes) }, (error, result) => {
      if (error === null) resolve(result);
      else reject(error);
    });
  });
}

function chunkSize({ length }: Uint8Array): number {
  return Math.max(SMALLEST_CHUNK, Math.min(LARGEST_CHUNK, length));
}
