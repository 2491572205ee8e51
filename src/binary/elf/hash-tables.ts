import { hex } from '../../support/byte-reader.ts';
import type { AddressMap, FileRange } from './address-map.ts';
import { DT, EM } from './constants.ts';
import type { ElfCursor } from './cursor.ts';
import { valueOf, type ElfDynamic } from './dynamic.ts';
import type { ElfHeader } from './header.ts';
import type { ElfImage } from './image.ts';

/** DT_HASH, gABI "Hash table". */
export interface ElfSysvHash {
  readonly address: number;
  readonly offset: number;
  /** Bytes of one word: 8 on alpha and s390x, else 4. */
  readonly wordSize: 4 | 8;
  readonly buckets: number;
  /** nchain, which is the number of dynamic symbols. */
  readonly chains: number;
}

/** DT_GNU_HASH: https://flapenguin.me/elf-dt-gnu-hash and binutils' elflink.c describe it. */
export interface ElfGnuHash {
  readonly address: number;
  readonly offset: number;
  readonly buckets: number;
  /** Index of the first symbol the table can find; those before are undefined or local. */
  readonly firstSymbol: number;
  readonly bloomWords: number;
  readonly bloomShift: number;
}

/** The hash tables a loader can look symbols up with; most files have one of them. */
export interface ElfHashTables {
  readonly sysv: ElfSysvHash | undefined;
  readonly gnu: ElfGnuHash | undefined;
}

/** Reads the headers of both tables; one that does not fit in its segment is a fault and left out. */
export function readHashTables(
  image: ElfImage,
  header: ElfHeader,
  source: { readonly dynamic: ElfDynamic | undefined; readonly map: AddressMap },
): ElfHashTables {
  const open = <Table>(
    tag: number,
    name: string,
    read: (address: number, range: FileRange) => Table,
  ): Table | undefined => {
    const address = valueOf(source.dynamic?.entries ?? [], tag);
    if (address === undefined) return undefined;
    return image.log.attempt('symbols', undefined, () => {
      const range = source.map.from(address);
      if (range === undefined)
        throw image.error('elf/bad-hash', `${name} is at unmapped address ${hex(address)}.`, 0);
      return read(address, range);
    });
  };
  return {
    sysv: open(DT.HASH, 'DT_HASH', (address, range) => readSysv(image, { header, address, range })),
    gnu: open(DT.GNU_HASH, 'DT_GNU_HASH', (address, range) => readGnu(image, address, range)),
  };
}

function readSysv(
  image: ElfImage,
  place: { header: ElfHeader; address: number; range: FileRange },
): ElfSysvHash {
  const { address, range } = place;
  const wordSize = sysvWordSize(place.header);
  const cursor = image.cursor(range.offset, 2 * wordSize, 'DT_HASH header');
  const buckets = hashWord(cursor, wordSize, 'nbucket');
  const chains = hashWord(cursor, wordSize, 'nchain');
  requireFit(image, range, { name: 'DT_HASH', length: (2 + buckets + chains) * wordSize });
  return { address, offset: range.offset, wordSize, buckets, chains };
}

/** glibc's `Elf_Symndx` is 64 bits wide on these two, against the gABI. */
function sysvWordSize(header: ElfHeader): 4 | 8 {
  const { machine } = header;
  const wide = machine === EM.ALPHA || machine === EM.S390 || machine === EM.S390_OLD;
  return header.class === 64 && wide ? 8 : 4;
}

function hashWord(cursor: ElfCursor, size: 4 | 8, field: string): number {
  return size === 8 ? cursor.xword(field) : cursor.u32(field);
}

function readGnu(image: ElfImage, address: number, range: FileRange): ElfGnuHash {
  const cursor = image.cursor(range.offset, 16, 'DT_GNU_HASH header');
  const table = {
    address,
    offset: range.offset,
    buckets: cursor.u32('nbuckets'),
    firstSymbol: cursor.u32('symoffset'),
    bloomWords: cursor.u32('bloom_size'),
    bloomShift: cursor.u32('bloom_shift'),
  };
  const chains = chainsOffset(image, table) - table.offset;
  requireFit(image, range, { name: 'DT_GNU_HASH', length: chains });
  return table;
}

function requireFit(
  image: ElfImage,
  range: FileRange,
  need: { readonly name: string; readonly length: number },
): void {
  if (need.length <= range.length) return;
  throw image.error(
    'elf/bad-hash',
    `${need.name} claims ${need.length} bytes, but its segment has only ${range.length} more.`,
    range.offset,
  );
}

/** File offset of the chain word of symbol `firstSymbol`. */
function chainsOffset(image: ElfImage, table: ElfGnuHash): number {
  const bloomWordSize = image.layout.is64 ? 8 : 4;
  return table.offset + 16 + table.bloomWords * bloomWordSize + table.buckets * 4;
}

/**
 * The number of dynamic symbols by the GNU hash table: symbols are sorted by bucket, so the chain of the highest
 * bucket ends with the last symbol. Undefined when no bucket is used: an empty table says nothing about the undefined
 * symbols before it.
 * @param limit bytes from the table's start to the end of its segment
 * @throws WheelworksError `elf/bad-hash` when a bucket points before the table's symbols or the chain does not end.
 */
export function countByGnuHash(
  image: ElfImage,
  table: ElfGnuHash,
  limit: number,
): number | undefined {
  const chains = chainsOffset(image, table);
  const buckets = image.cursor(chains - table.buckets * 4, table.buckets * 4, 'GNU hash buckets');
  let last = 0;
  for (let index = 0; index < table.buckets; index += 1) {
    last = Math.max(last, buckets.u32('bucket'));
  }
  if (last === 0) return undefined;
  if (last < table.firstSymbol) {
    throw image.error(
      'elf/bad-hash',
      `A GNU hash bucket names symbol ${last}, but the table starts at ${table.firstSymbol}.`,
      table.offset,
    );
  }
  const start = chains + (last - table.firstSymbol) * 4;
  const end = table.offset + limit;
  for (let offset = start; offset + 4 <= end; offset += CHAIN_STEP) {
    const length = Math.min(CHAIN_STEP, end - offset);
    const words = image.cursor(offset, length - (length % 4), 'GNU hash chain');
    while (words.remaining > 0) {
      // The lowest bit of a chain word marks the last symbol of its bucket.
      if ((words.u32('chain') & 1) !== 0)
        return table.firstSymbol + (offset + words.position - chains) / 4;
    }
  }
  throw image.error('elf/bad-hash', 'The last GNU hash chain does not end.', table.offset);
}

/** Bytes of chain read at once; a bucket rarely holds more than a few symbols. */
const CHAIN_STEP = 256;
