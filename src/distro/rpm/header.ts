/**
 * The header of an installed package, as the databases of rpm keep it.
 *
 * Specification: rpm's "Package format", section "Header": an index of tags into a store of values, all big-endian; in a
 * database it stands without the magic number that it has in a package file.
 */
import { ByteReader } from '../../support/byte-reader.ts';

/** What is read of a header. Numbers are those of rpm's `rpmtag.h`. */
export const RPM_TAG = {
  name: 1000,
  version: 1001,
  release: 1002,
  epoch: 1003,
  license: 1014,
  url: 1020,
  arch: 1022,
  oldFilenames: 1027,
  fileStates: 1029,
  fileFlags: 1037,
  sourceRpm: 1044,
  dirIndexes: 1116,
  basenames: 1117,
  dirNames: 1118,
} as const;

/** A header whose values are decoded when they are asked for. */
export interface RpmHeader {
  /** Of a string, or the first of several; undefined when the tag is missing. @throws WheelworksError `distro/damaged-database`. */
  text(tag: number): string | undefined;
  /** @throws WheelworksError `distro/damaged-database`. */
  texts(tag: number): readonly string[];
  /** Of whole numbers up to 32 bits. @throws WheelworksError `distro/damaged-database`. */
  numbers(tag: number): readonly number[];
}

const INDEX_ENTRY = 16;
const INTRO = 8;
/** rpm's own limits for one header. */
const MOST_ENTRIES = 1 << 16;
const NUMBER_SIZES: ReadonlyMap<number, number> = new Map([
  [1, 1],
  [2, 1],
  [3, 2],
  [4, 4],
]);
const TEXT_TYPES: ReadonlySet<number> = new Set([6, 8, 9]);

interface Entry {
  readonly type: number;
  readonly offset: number;
  readonly count: number;
}

/** @throws WheelworksError `distro/damaged-database` for what is no header. */
export function readRpmHeader(bytes: Uint8Array, path: string): RpmHeader {
  const reader = new ByteReader(bytes, {
    code: 'distro/damaged-database',
    littleEndian: false,
    path,
  });
  const entryCount = reader.u32('number of index entries');
  const storeSize = reader.u32('size of the store');
  if (entryCount > MOST_ENTRIES || INTRO + entryCount * INDEX_ENTRY + storeSize > bytes.length)
    throw reader.error(`a header of ${entryCount} entries and ${storeSize} bytes does not fit`);
  const entries = new Map<number, Entry>();
  for (let index = 0; index < entryCount; index += 1) {
    const tag = reader.u32('tag');
    const type = reader.u32('type');
    const offset = reader.u32('offset');
    entries.set(tag, { type, offset, count: reader.u32('count') });
  }
  const storeStart = INTRO + entryCount * INDEX_ENTRY;
  const store = Buffer.from(bytes.buffer, bytes.byteOffset + storeStart, storeSize);
  return {
    text: (tag) => textsOf(tag, 1)[0],
    texts: (tag) => textsOf(tag, Number.POSITIVE_INFINITY),
    numbers: numbersOf,
  };

  function textsOf(tag: number, most: number): string[] {
    const entry = entries.get(tag);
    if (entry === undefined || !TEXT_TYPES.has(entry.type)) return [];
    const texts: string[] = [];
    let start = entry.offset;
    while (texts.length < Math.min(entry.count, most)) {
      const end = start < store.length ? store.indexOf(0, start) : -1;
      if (end === -1) throw reader.error(`the text of tag ${tag} leaves the store`);
      texts.push(store.toString('utf8', start, end));
      start = end + 1;
    }
    return texts;
  }

  function numbersOf(tag: number): number[] {
    const entry = entries.get(tag);
    const size = entry === undefined ? undefined : NUMBER_SIZES.get(entry.type);
    if (entry === undefined || size === undefined) return [];
    const { offset, count } = entry;
    if (offset + count * size > store.length)
      throw reader.error(`the numbers of tag ${tag} leave the store`);
    return Array.from({ length: count }, (_, index) =>
      store.readUIntBE(offset + index * size, size),
    );
  }
}
