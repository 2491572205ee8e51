import { promisify } from 'node:util';
import { crc32, deflateRaw } from 'node:zlib';

/** No flags, no time, the slowest compression, made on Unix: what `gzip -n -9` writes, whatever the host. */
const HEADER = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 3]);

/**
 * Bytes as one gzip member (RFC 1952) that says nothing of when and where it was made. The compressed bytes are those of
 * Node's zlib, whose versions may differ in them.
 */
export async function gzipBytes(bytes: Uint8Array): Promise<Uint8Array> {
  const body = await promisify(deflateRaw)(bytes, { level: 9 });
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc32(bytes), 0);
  trailer.writeUInt32LE(bytes.length % 2 ** 32, 4);
  return Buffer.concat([HEADER, body, trailer]);
}
