/**
 * The head of a chunk: 64 bytes before a slice of a deflate stream, so that no tool takes the slice for a broken native
 * file, and that a chunk says which file and which place in it are its own.
 *
 * | bytes | what                                                       |
 * | ----- | ---------------------------------------------------------- |
 * | 16    | `wheelworks part\n`                                        |
 * | 4     | format, 1                                                  |
 * | 4     | index of the chunk, from 0                                 |
 * | 4     | chunks of the file                                         |
 * | 4     | 0                                                          |
 * | 32    | SHA-256 of the whole file, inflated                        |
 *
 * Numbers are little-endian.
 */
import { ByteReader } from '../../support/byte-reader.ts';
import { WheelworksError } from '../../support/errors.ts';

/** Bytes of the header. */
export const CHUNK_HEADER_LENGTH = 64;
/** Ending of a chunk's member name. */
export const CHUNK_SUFFIX = '.wwpart';

const MAGIC = 'wheelworks part\n';
const FORMAT = 1;

export interface ChunkHeader {
  /** From 0. */
  readonly index: number;
  /** Chunks of the file. */
  readonly count: number;
  /** Of the whole file, inflated, hexadecimal. */
  readonly sha256: string;
}

/** The 64 bytes. */
export function encodeChunkHeader({ index, count, sha256 }: ChunkHeader): Uint8Array {
  const bytes = Buffer.alloc(CHUNK_HEADER_LENGTH);
  bytes.write(MAGIC, 'latin1');
  bytes.writeUInt32LE(FORMAT, 16);
  bytes.writeUInt32LE(index, 20);
  bytes.writeUInt32LE(count, 24);
  bytes.write(sha256, 32, 'hex');
  return bytes;
}

/**
 * Reads the header that the bytes start with.
 * @param path names the chunk in errors
 * @throws WheelworksError `split/bad-chunk`.
 */
export function parseChunkHeader(bytes: Uint8Array, path: string): ChunkHeader {
  const reader = new ByteReader(bytes, { code: 'split/bad-chunk', path });
  const magic = Buffer.from(reader.bytes(MAGIC.length, 'magic')).toString('latin1');
  if (magic !== MAGIC) throw badChunk(path, 'It does not start as a chunk does.');
  const format = reader.u32('format');
  if (format !== FORMAT) throw badChunk(path, `Its format is ${format}; only ${FORMAT} is known.`);
  const index = reader.u32('index');
  const count = reader.u32('count');
  if (index >= count) throw badChunk(path, `It is chunk ${index} of ${count}.`);
  if (reader.u32('reserved') !== 0) throw badChunk(path, 'A reserved field is not zero.');
  return { index, count, sha256: Buffer.from(reader.bytes(32, 'SHA-256')).toString('hex') };
}

function badChunk(path: string, evidence: string): WheelworksError {
  return new WheelworksError('split/bad-chunk', 'A chunk of a split file is damaged.', {
    path,
    evidence,
    hint: 'Fetch the wheel again and compare its SHA-256.',
  });
}
