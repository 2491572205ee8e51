import { promisify } from 'node:util';
import { crc32, deflateRaw } from 'node:zlib';

/** The fastest, what `gzip` does unasked, and the smallest. */
export type GzipLevel = 1 | 6 | 9;

/** No flags, no time, made on Unix: what `gzip -n` writes, whatever the host. The byte before the last tells the effort. */
const HEADER = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0] as const;
const UNIX = 3;
const EFFORT: Readonly<Record<GzipLevel, number>> = { 1: 4, 6: 0, 9: 2 };

/**
 * Bytes as one gzip member (RFC 1952) that says nothing of when and where it was made. The compressed bytes are those of
 * Node's zlib, whose versions may differ in them.
 * @param level 1 for bytes that are compressed already, on which more work is lost
 */
export async function gzipBytes(bytes: Uint8Array, level: GzipLevel = 9): Promise<Uint8Array> {
  const body = await promisify(deflateRaw)(bytes, { level, chunkSize: chunkFor(bytes) });
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc32(bytes), 0);
  trailer.writeUInt32LE(bytes.length % 2 ** 32, 4);
  return Buffer.concat([Buffer.from([...HEADER, EFFORT[level], UNIX]), body, trailer]);
}

/** Each chunk of output is a trip to the thread that compresses. */
function chunkFor({ length }: Uint8Array): number {
  return Math.min(1 << 20, Math.max(1 << 10, length >>> 1));
}
