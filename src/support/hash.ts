import { createHash } from 'node:crypto';
import { fileChunks } from './file-chunks.ts';
import type { RandomAccess } from './random-access.ts';

/** Lower-case hexadecimal SHA-256 of bytes. */
export function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** URL-safe base64 without padding, as RECORD and PEP 503 tools write a SHA-256 digest. */
export function sha256Base64Url(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('base64url');
}

/** The digests PyPI and the simple index know. */
export interface FileDigests {
  readonly size: number;
  /** Hexadecimal SHA-256. */
  readonly sha256: string;
  /** Hexadecimal BLAKE2b with a 32-byte digest (`blake2_256` on PyPI); present when asked for. */
  readonly blake2b256?: string;
}

/** Which digests `hashFile` makes besides the SHA-256. */
export interface HashOptions {
  /** Also BLAKE2b-256, in the same pass. Default false: it takes much longer than everything else together. */
  readonly blake2?: boolean;
}

/** Bytes; larger chunks are no faster. */
const HASHED_AT_ONCE = 1 << 20;

/**
 * Digests of a whole file in one streamed pass, in constant memory.
 * @throws WheelworksError `file/*` when it cannot be read or is no regular file.
 */
export async function hashFile(path: string, options: HashOptions = {}): Promise<FileDigests> {
  const sha = createHash('sha256');
  // Loaded only where it is asked for: most commands never are.
  const blake =
    options.blake2 === true ? await (await import('./blake2.ts')).createBlake2b256() : undefined;
  let size = 0;
  for await (const bytes of fileChunks(path, HASHED_AT_ONCE)) {
    sha.update(bytes);
    blake?.update(bytes);
    size += bytes.length;
  }
  return {
    size,
    sha256: sha.digest('hex'),
    ...(blake === undefined ? {} : { blake2b256: blake.digest() }),
  };
}

/**
 * Hexadecimal SHA-256 of everything an open source holds: of the very bytes that are read from it, whatever becomes of its
 * name. The next piece is read while one is hashed.
 * @throws WheelworksError `file/*`.
 */
export async function hashSource(source: RandomAccess): Promise<string> {
  const sha = createHash('sha256');
  const read = (offset: number): Promise<Uint8Array> =>
    source.read(offset, Math.min(HASHED_AT_ONCE, source.size - offset));
  let next = read(0);
  for (let offset = 0; offset < source.size; offset += HASHED_AT_ONCE) {
    const bytes = await next;
    const following = offset + HASHED_AT_ONCE;
    if (following < source.size) next = read(following);
    sha.update(bytes);
  }
  await next;
  return sha.digest('hex');
}
