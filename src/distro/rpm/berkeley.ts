/**
 * Values of a Berkeley DB hash file: `Packages` of rpm before 4.16 (CentOS and RHEL up to 8, and the images made of them).
 *
 * Format: Berkeley DB 4 and 5, `dbinc/db_page.h`; in the byte order of the machine that wrote it, which the magic number
 * tells. Pages of hash buckets are found by their type, so that the hash function does not matter.
 */
import { ByteReader } from '../../support/byte-reader.ts';

const MAGIC = 0x00061561;
const MAGIC_OFFSET = 12;
const PAGE_HEADER = 26;
const BUCKET_TYPES: ReadonlySet<number> = new Set([2, 13]);
const OVERFLOW_TYPE = 7;
const ITEM_HERE = 1;
const ITEM_ELSEWHERE = 3;

/** Whether a file is one of these. */
export function isBerkeleyHash(bytes: Uint8Array): boolean {
  return byteOrderOf(bytes) !== undefined;
}

function byteOrderOf(bytes: Uint8Array): { readonly littleEndian: boolean } | undefined {
  if (bytes.length < 512) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(MAGIC_OFFSET, true) === MAGIC) return { littleEndian: true };
  if (view.getUint32(MAGIC_OFFSET, false) === MAGIC) return { littleEndian: false };
  return undefined;
}

/** Every value, in the order of the pages. @throws WheelworksError `distro/damaged-database`. */
export function* berkeleyValues(bytes: Uint8Array, path: string): Generator<Uint8Array, void> {
  const order = byteOrderOf(bytes) ?? { littleEndian: true };
  const reader = new ByteReader(bytes, { code: 'distro/damaged-database', ...order, path });
  const pageSize = reader.seek(20, 'page size').u32('page size');
  const encryption = reader.u8('encryption');
  if (pageSize < 512 || pageSize > 1 << 16 || (pageSize & (pageSize - 1)) !== 0)
    throw reader.error(`pages of ${pageSize} bytes do not exist`);
  if (encryption !== 0) throw reader.error('the database is encrypted');
  const pageCount = Math.floor(bytes.length / pageSize);
  for (let page = 1; page < pageCount; page += 1) yield* valuesOfPage(page);

  function* valuesOfPage(page: number): Generator<Uint8Array, void> {
    const start = page * pageSize;
    const entries = reader.seek(start + 20, 'number of items').u16('number of items');
    const type = reader.seek(start + 25, 'page type').u8('page type');
    if (!BUCKET_TYPES.has(type)) return;
    if (PAGE_HEADER + entries * 2 > pageSize)
      throw reader.error(`a page of ${pageSize} bytes has no ${entries} items`);
    // Keys and values alternate; items fill the page from its end.
    for (let index = 1; index < entries; index += 2) {
      const at = offsetOf(start, index);
      const end = offsetOf(start, index - 1);
      const kind = reader.seek(start + at, 'item').u8('kind of item');
      if (kind === ITEM_HERE && end > at) yield bytes.subarray(start + at + 1, start + end);
      if (kind === ITEM_ELSEWHERE) yield overflowOf(start + at);
    }
  }

  function offsetOf(start: number, index: number): number {
    const at = reader.seek(start + PAGE_HEADER + index * 2, 'item').u16('offset of an item');
    if (at < pageSize) return at;
    throw reader.error(`an item at ${at} is outside of its page`);
  }

  function overflowOf(item: number): Uint8Array {
    let page = reader.seek(item + 4, 'page of a value').u32('page of a value');
    const length = reader.u32('length of a value');
    if (length > bytes.length) throw reader.error(`a value of ${length} bytes does not fit`);
    const value = new Uint8Array(length);
    let done = 0;
    // Every page adds at least a byte, so that pages in a circle come to an end.
    while (done < length) {
      const start = page * pageSize;
      const next = reader.seek(start + 16, 'next page').u32('next page');
      const used = reader.seek(start + 22, 'bytes of a page').u16('bytes of a page');
      const type = reader.seek(start + 25, 'page type').u8('page type');
      if (page === 0 || type !== OVERFLOW_TYPE || used === 0 || used > pageSize - PAGE_HEADER)
        throw reader.error(`page ${page} does not go on with a value`);
      const part = bytes.subarray(start + PAGE_HEADER, start + PAGE_HEADER + used);
      value.set(part.subarray(0, length - done), done);
      done += used;
      page = next;
    }
    return value;
  }
}
