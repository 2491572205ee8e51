/**
 * Pointers that the loader writes into a file's data: their places and, where the file alone tells, what they point to.
 *
 * Specification: System V gABI, "Relocation"; for RELR, the gABI's SHT_RELR.
 */
import type { ElfFile, ElfRelocationTable } from '../binary/elf/index.ts';

/** Addresses that the loader writes to, with the address written; of symbols elsewhere, the addend alone. */
export type Pointers = ReadonlyMap<number, number>;

/** Files with more are not looked into: modules have some thousands. */
const MOST_POINTERS = 1 << 20;

/** Undefined for packed tables, tables that are not in the file, and too many. @throws WheelworksError `elf/*`. */
export function readPointers(elf: ElfFile): Pointers | undefined {
  const pointers = new Map<number, number>();
  for (const table of elf.relocations) {
    if (table.plt || table.size === 0) continue;
    const { offset, size, encoding } = table;
    if (offset === undefined || size === undefined) return undefined;
    if (encoding !== 'rela' && encoding !== 'rel' && encoding !== 'relr') return undefined;
    const smallest = wordSize(elf);
    if (size / smallest > MOST_POINTERS * 3) return undefined;
    if (encoding === 'relr') readPacked(elf, { offset, size }, pointers);
    else readEntries(elf, { offset, size, encoding }, pointers);
    if (pointers.size > MOST_POINTERS) return undefined;
  }
  return pointers;
}

interface Stretch {
  readonly offset: number;
  readonly size: number;
}

function readEntries(
  elf: ElfFile,
  table: Stretch & Pick<ElfRelocationTable, 'encoding'>,
  pointers: Map<number, number>,
): void {
  const word = wordSize(elf);
  const hasAddend = table.encoding === 'rela';
  const entrySize = word * (hasAddend ? 3 : 2);
  const wordAt = wordReader(elf, table);
  for (let at = 0; at + entrySize <= table.size; at += entrySize) {
    const place = wordAt(at);
    pointers.set(place, hasAddend ? wordAt(at + word * 2) : storedAt(elf, place));
  }
}

/** An even word is an address; an odd one has a bit for each of the words that follow those told so far. */
function readPacked(elf: ElfFile, table: Stretch, pointers: Map<number, number>): void {
  const word = wordSize(elf);
  const bits = word * 8 - 1;
  const view = viewOf(elf, table);
  const isLittle = elf.byteOrder === 'little';
  let next = 0;
  for (let at = 0; at + word <= table.size; at += word) {
    const entry =
      word === 8 ? view.getBigUint64(at, isLittle) : BigInt(view.getUint32(at, isLittle));
    if ((entry & 1n) === 0n) {
      next = Number(entry);
      pointers.set(next, storedAt(elf, next));
      next += word;
      continue;
    }
    for (let bit = 0; bit < bits; bit += 1) {
      if (((entry >> BigInt(bit + 1)) & 1n) === 0n) continue;
      const place = next + bit * word;
      pointers.set(place, storedAt(elf, place));
    }
    next += bits * word;
    if (pointers.size > MOST_POINTERS) return;
  }
}

/** What the file has where a pointer goes, which is the addend of tables without one. */
function storedAt(elf: ElfFile, place: number): number {
  const size = wordSize(elf);
  const offset = elf.addresses.toOffset(place, size);
  return offset === undefined ? 0 : wordReader(elf, { offset, size })(0);
}

function wordReader(elf: ElfFile, stretch: Stretch): (at: number) => number {
  const view = viewOf(elf, stretch);
  const isLittle = elf.byteOrder === 'little';
  return elf.class === 64
    ? (at) => Number(view.getBigUint64(at, isLittle))
    : (at) => view.getUint32(at, isLittle);
}

function viewOf(elf: ElfFile, { offset, size }: Stretch): DataView {
  const bytes = elf.bytes.range(offset, size, 'relocations');
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function wordSize(elf: ElfFile): number {
  return elf.class === 64 ? 8 : 4;
}
