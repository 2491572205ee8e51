/**
 * The container of ADB: `ADB.`, a schema, and blocks that begin at multiples of eight; around it a layer of compression,
 * named by its first four bytes. Which blocks may follow which: the database once and first, then signatures, then data.
 */
import { promisify } from 'node:util';
import { deflateRaw, inflateRaw, inflateRawSync } from 'node:zlib';
import { ByteReader } from '../../support/byte-reader.ts';
import { systemErrorCode } from '../../support/errors.ts';
import { FETCH_AGAIN, apkProblem } from './problem.ts';

/** What a file holds: a package, or the index of a repository. */
export type ApkSchema = 'package' | 'index';

/** The numbers of the schemas: `pckg` and `indx`. */
export const SCHEMA_NUMBERS: Readonly<Record<ApkSchema, number>> = {
  package: 0x676b6370,
  index: 0x78646e69,
};

/** What the tools of OpenWrt can undo: they are built without zstd. */
export type ApkCompression = 'none' | 'deflate';

/** A file without its compression, taken apart; the parts are views of one buffer. */
export interface ApkContainer {
  readonly compression: ApkCompression;
  /** The payload of the database, which signatures and the identity of a package are made over. */
  readonly payload: Uint8Array;
  /** Contents of signature blocks, in order. */
  readonly signatures: readonly Uint8Array[];
  /** Contents of data blocks, in order. */
  readonly data: readonly Uint8Array[];
}

const BLOCK_TYPE = { adb: 0, signature: 1, data: 2, extended: 3 } as const;
const BLOCK_ALIGNMENT = 8;
/** What is left of the word for a size, which counts the word itself. */
const LARGEST_PLAIN_BLOCK = 0x3fffffff;

const MAGIC = { none: 'ADB.', deflate: 'ADBd', specified: 'ADBc' } as const;
const ALGORITHM = { none: 0, deflate: 1, zstd: 2 } as const;

/** Bytes that may come out whatever went in; and times what went in, above that. */
const OUTPUT_FLOOR = 16 * 2 ** 20;
const LARGEST_RATIO = 200;
const LARGEST_OUTPUT = 2 ** 31;

/**
 * Takes a file apart.
 * @param path names it in errors
 * @throws WheelworksError `apk/not-apk`, `apk/compression`, `apk/truncated`, `apk/damaged`, `apk/bomb`, `apk/schema`,
 *   `apk/bad-block`.
 */
export async function readContainer(
  bytes: Uint8Array,
  schema: ApkSchema,
  path: string,
): Promise<ApkContainer> {
  const { compression, plain } = await uncompressed(bytes, path);
  const reader = new ByteReader(plain, { code: 'apk/truncated', path });
  if (latin1(reader.bytes(4, 'the magic')) !== MAGIC.none) throw notApk(plain, path);
  const number = reader.u32('the schema');
  if (number !== SCHEMA_NUMBERS[schema]) throw wrongSchema(number, schema, path);
  return { compression, ...readBlocks(reader, path) };
}

/** Puts a file together; data blocks follow the signatures. */
export function writeContainer(
  schema: ApkSchema,
  {
    payload,
    signatures,
    data,
  }: Omit<ApkContainer, 'compression' | 'data'> & { readonly data: Iterable<Uint8Array[]> },
): Uint8Array {
  const header = Buffer.from('ADB.\0\0\0\0', 'latin1');
  header.writeUInt32LE(SCHEMA_NUMBERS[schema], 4);
  const parts: Uint8Array[] = [header, ...block(BLOCK_TYPE.adb, [payload])];
  for (const signature of signatures) parts.push(...block(BLOCK_TYPE.signature, [signature]));
  for (const content of data) parts.push(...block(BLOCK_TYPE.data, content));
  return Buffer.concat(parts);
}

/** Puts the layer of compression around a file; `none` leaves it as it is. */
export async function compressed(
  plain: Uint8Array,
  compression: ApkCompression,
): Promise<Uint8Array> {
  if (compression === 'none') return plain;
  return Buffer.concat([
    Buffer.from(MAGIC.deflate),
    await promisify(deflateRaw)(plain, { level: 9 }),
  ]);
}

async function uncompressed(
  bytes: Uint8Array,
  path: string,
): Promise<{ readonly compression: ApkCompression; readonly plain: Uint8Array }> {
  const magic = latin1(bytes.subarray(0, 4));
  if (magic === MAGIC.none) return { compression: 'none', plain: bytes };
  if (magic === MAGIC.deflate)
    return { compression: 'deflate', plain: await inflated(bytes.subarray(4), path) };
  if (magic !== MAGIC.specified) throw notApk(bytes, path);
  const algorithm = new ByteReader(bytes, { code: 'apk/truncated', path })
    .skip(4, 'the magic')
    .u8('the compression');
  const rest = bytes.subarray(6);
  if (algorithm === ALGORITHM.none) return { compression: 'none', plain: rest };
  if (algorithm === ALGORITHM.deflate)
    return { compression: 'deflate', plain: await inflated(rest, path) };
  throw apkProblem(
    'apk/compression',
    algorithm === ALGORITHM.zstd
      ? `${path} is compressed with zstd, which the apk of OpenWrt is built without.`
      : `${path} is compressed with algorithm ${algorithm}, of which nothing is known.`,
    { path, hint: 'Make it again with deflate or without compression.' },
  );
}

interface Inflated {
  readonly buffer: Buffer;
  readonly engine: { readonly bytesWritten: number };
}

const inflateAside = promisify(inflateRaw) as unknown as (
  bytes: Uint8Array,
  options: object,
) => Promise<Inflated>;

/** Up to here unpacking takes milliseconds, and trips to the thread pool longer than that on a busy machine. */
const LARGEST_AT_ONCE = 1 << 20;
/** Every piece of output is a trip; most packages are one. */
const PIECE = { least: 1 << 16, most: 1 << 22, ratio: 4 } as const;

async function inflate(bytes: Uint8Array, maxOutputLength: number): Promise<Inflated> {
  const chunkSize = Math.min(PIECE.most, Math.max(PIECE.least, bytes.length * PIECE.ratio));
  const options = { maxOutputLength, chunkSize, info: true };
  if (bytes.length > LARGEST_AT_ONCE) return inflateAside(bytes, options);
  return inflateRawSync(bytes, options) as unknown as Inflated;
}

async function inflated(bytes: Uint8Array, path: string): Promise<Uint8Array> {
  const limit = Math.min(LARGEST_OUTPUT, Math.max(OUTPUT_FLOOR, bytes.length * LARGEST_RATIO));
  try {
    const { buffer, engine } = await inflate(bytes, limit);
    if (engine.bytesWritten === bytes.length) return buffer;
    throw apkProblem('apk/damaged', `Something follows the compressed data of ${path}.`, {
      path,
      evidence: `${bytes.length - engine.bytesWritten} bytes more`,
    });
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'ERR_BUFFER_TOO_LARGE')
      throw apkProblem('apk/bomb', `${path} unpacks to more than any package does.`, {
        path,
        evidence: `more than ${limit} bytes from ${bytes.length}`,
      });
    if (code === 'Z_BUF_ERROR')
      throw apkProblem('apk/truncated', `${path} ends in the middle of its compressed data.`, {
        path,
        hint: FETCH_AGAIN,
        cause: error,
      });
    if (code?.startsWith('Z_') === true)
      throw apkProblem('apk/damaged', `The compressed data of ${path} are damaged.`, {
        path,
        hint: FETCH_AGAIN,
        cause: error,
      });
    throw error;
  }
}

function readBlocks(reader: ByteReader, path: string): Omit<ApkContainer, 'compression'> {
  let payload: Uint8Array | undefined;
  const signatures: Uint8Array[] = [];
  const data: Uint8Array[] = [];
  while (reader.remaining > 0) {
    const start = reader.position;
    const { type, content } = readBlock(reader);
    const fits =
      type === BLOCK_TYPE.adb
        ? payload === undefined
        : type === BLOCK_TYPE.signature
          ? payload !== undefined && data.length === 0
          : type === BLOCK_TYPE.data && payload !== undefined;
    if (!fits)
      throw apkProblem('apk/bad-block', `${path} has a block of type ${type} where none may be.`, {
        path,
        evidence: `offset ${start}`,
      });
    if (type === BLOCK_TYPE.adb) payload = content;
    else (type === BLOCK_TYPE.signature ? signatures : data).push(content);
  }
  if (payload === undefined)
    throw apkProblem('apk/truncated', `${path} ends before its database.`, {
      path,
      hint: FETCH_AGAIN,
    });
  return { payload, signatures, data };
}

function readBlock(reader: ByteReader): { readonly type: number; readonly content: Uint8Array } {
  const start = reader.position;
  const first = reader.u32('a block');
  let type = first >>> 30;
  let size = first & LARGEST_PLAIN_BLOCK;
  if (type === BLOCK_TYPE.extended) {
    type = size;
    reader.skip(4, 'a block');
    size = reader.u64('the size of a block');
  }
  const header = reader.position - start;
  if (size < header) throw reader.error('A block is smaller than its own header', start);
  const content = reader.bytes(size - header, 'a block');
  reader.skip(paddingOf(size), 'the padding of a block');
  return { type, content };
}

function block(type: number, contents: readonly Uint8Array[]): Uint8Array[] {
  const length = contents.reduce((sum, content) => sum + content.length, 0);
  const isPlain = length + 4 <= LARGEST_PLAIN_BLOCK;
  const header = Buffer.alloc(isPlain ? 4 : 16);
  const size = header.length + length;
  if (isPlain) header.writeUInt32LE(type * 2 ** 30 + size);
  else {
    header.writeUInt32LE(BLOCK_TYPE.extended * 2 ** 30 + type);
    header.writeBigUInt64LE(BigInt(size), 8);
  }
  return [header, ...contents, Buffer.alloc(paddingOf(size))];
}

function paddingOf(size: number): number {
  return (BLOCK_ALIGNMENT - (size % BLOCK_ALIGNMENT)) % BLOCK_ALIGNMENT;
}

function notApk(bytes: Uint8Array, path: string): Error {
  const start = latin1(bytes.subarray(0, 8));
  const other = start.startsWith('\x1f\x8b')
    ? 'gzip: a package of apk 2, or an .ipk'
    : start.startsWith('!<arch>')
      ? 'an archive of ar'
      : undefined;
  return apkProblem('apk/not-apk', `${path} is not in the format of apk 3.`, {
    path,
    evidence: other ?? `first bytes ${Buffer.from(bytes.subarray(0, 4)).toString('hex')}`,
    hint: 'OpenWrt installs version 3 of .apk since 25.12, and .ipk before.',
  });
}

function wrongSchema(number: number, schema: ApkSchema, path: string): Error {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(number);
  const found = Object.entries(SCHEMA_NUMBERS).find(([, each]) => each === number)?.[0];
  return apkProblem(
    'apk/schema',
    `${path} is not ${schema === 'package' ? 'a package' : 'an index'} of apk.`,
    {
      path,
      evidence:
        found === undefined
          ? `schema ${JSON.stringify(bytes.toString('latin1'))}`
          : `it is ${found === 'index' ? 'an index' : 'a package'}`,
    },
  );
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}
