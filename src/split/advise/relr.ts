/**
 * What packing relative relocations would save: a bitmap in place of an entry each.
 *
 * Specification: "Proposal for a new section type SHT_RELR" (generic-abi), as glibc 2.36 and GNU ld's
 * `-z pack-relative-relocs` have it. The addends move to where they are added.
 */
import { deflateRawSync } from 'node:zlib';
import type { RelocationFacts } from './native-facts.ts';

/** A table of relocations, packed. */
export interface PackedRelocations {
  /** Entries that are relative. */
  readonly count: number;
  /** Bytes of these entries now. */
  readonly before: number;
  /** Bytes of the bitmap. */
  readonly after: number;
  /** Bytes that bitmap and addends take when they are deflated, about. */
  readonly deflated: number;
}

/** R_<machine>_RELATIVE of the processors' ABIs. */
const RELATIVE: Readonly<Record<string, number>> = {
  x86_64: 8,
  i686: 8,
  aarch64: 1027,
  armv7l: 23,
  ppc64: 22,
  ppc64le: 22,
  s390x: 12,
  riscv64: 3,
  loongarch64: 3,
};

/** Packs a table; undefined for processors whose ABI is not known here, and for tables without relative entries. */
export function packRelocations(
  table: Uint8Array,
  facts: RelocationFacts,
  architecture: string,
): PackedRelocations | undefined {
  const relative = RELATIVE[architecture];
  if (relative === undefined) return undefined;
  const { addresses, addends } = relativeEntries(table, facts, relative);
  if (addresses.length === 0) return undefined;
  const wordSize = facts.is64 ? 8 : 4;
  const words = relrWords(addresses.sort(), wordSize);
  return {
    count: addresses.length,
    before: addresses.length * facts.entrySize,
    after: words * wordSize,
    // The bitmap is mostly ones; the addends are what compresses badly.
    deflated: deflateRawSync(addends).length + Math.ceil(words / 4),
  };
}

function relativeEntries(
  table: Uint8Array,
  { entrySize, hasAddends, is64, isLittleEndian }: RelocationFacts,
  relative: number,
): { readonly addresses: Float64Array; readonly addends: Uint8Array } {
  const view = new DataView(table.buffer, table.byteOffset, table.byteLength);
  const wordSize = is64 ? 8 : 4;
  const most = Math.floor(table.length / entrySize);
  const addresses = new Float64Array(most);
  const addends = new Uint8Array(hasAddends ? most * wordSize : 0);
  let count = 0;
  for (let at = 0; at + entrySize <= table.length; at += entrySize) {
    const type = is64
      ? Number(view.getBigUint64(at + 8, isLittleEndian) & 0xffff_ffffn)
      : view.getUint32(at + 4, isLittleEndian) & 0xff;
    if (type !== relative) continue;
    const address = is64
      ? Number(view.getBigUint64(at, isLittleEndian))
      : view.getUint32(at, isLittleEndian);
    // The bitmap has no place for odd addresses.
    if (address % 2 !== 0) continue;
    addresses[count] = address;
    if (hasAddends)
      addends.set(table.subarray(at + 2 * wordSize, at + 3 * wordSize), count * wordSize);
    count += 1;
  }
  return {
    addresses: addresses.subarray(0, count),
    addends: addends.subarray(0, hasAddends ? count * wordSize : 0),
  };
}

/** An address, then bitmaps for the 63 (31) words that follow each. */
function relrWords(addresses: Float64Array, wordSize: number): number {
  const bits = wordSize * 8 - 1;
  let words = 0;
  let base = -1;
  let inMap = false;
  for (const address of addresses) {
    const distance = base === -1 ? -1 : (address - base) / wordSize;
    if (distance < 0 || !Number.isInteger(distance)) {
      words += 1;
      base = address + wordSize;
      inMap = false;
      continue;
    }
    const skipped = Math.floor(distance / bits);
    // A bitmap without a bit moves on; after the first, an address is as short.
    if (skipped > (inMap ? 1 : 0)) {
      words += 1;
      base = address + wordSize;
      inMap = false;
      continue;
    }
    if (skipped === 1) {
      base += bits * wordSize;
      inMap = false;
    }
    if (!inMap) words += 1;
    inMap = true;
  }
  return words;
}
