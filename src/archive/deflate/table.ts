/**
 * Huffman codes as lookup tables: a root indexed by the next bits of the stream, and one table behind it for each prefix
 * of codes longer than the root.
 *
 * An entry: bits 0-3 length of the code; bits 4-7 extra bits that follow it; bits 8-11 what it is (`KIND`, zero for a
 * literal); from bit 16 on the value before extra bits, or where the table behind the root starts.
 */
import {
  DISTANCE_BASE,
  DISTANCE_EXTRA,
  DISTANCE_SYMBOLS,
  END_OF_BLOCK,
  LENGTH_BASE,
  LENGTH_EXTRA,
  LENGTH_SYMBOLS,
  LONGEST_CODE,
} from './codes.ts';

/** What an entry is, when it is no literal. */
export const KIND = { value: 0x100, end: 0x200, invalid: 0x400, link: 0x800 } as const;
/** All of them. */
export const KINDS = 0xf00;

/** A code, ready to be read. Reused from block to block. */
export interface CodeTable {
  readonly entries: Int32Array;
  readonly rootBits: number;
  /** Mask of the bits behind the root that index the tables it links to. */
  linkMask: number;
}

/**
 * Room for a code.
 * @param symbols the most there are
 */
export function newTable(rootBits: number, symbols: number): CodeTable {
  // Each symbol of a long code could be alone in a table of its own.
  const room = (1 << rootBits) + (symbols << (LONGEST_CODE - rootBits));
  return { entries: new Int32Array(room), rootBits, linkMask: 0 };
}

/** Entries of literals, the end of block and lengths, without the length of their codes. */
export const LITERAL_ENTRIES: Int32Array = Int32Array.from({ length: 288 }, (_, symbol) => {
  if (symbol < END_OF_BLOCK) return 1 << 16;
  if (symbol === END_OF_BLOCK) return KIND.end;
  const index = symbol - END_OF_BLOCK - 1;
  if (symbol >= LENGTH_SYMBOLS) return KIND.invalid;
  return KIND.value | ((LENGTH_EXTRA[index] ?? 0) << 4) | ((LENGTH_BASE[index] ?? 0) << 16);
});

/** Entries of distances. */
export const DISTANCE_ENTRIES: Int32Array = Int32Array.from({ length: 32 }, (_, symbol) =>
  symbol < DISTANCE_SYMBOLS
    ? KIND.value | ((DISTANCE_EXTRA[symbol] ?? 0) << 4) | ((DISTANCE_BASE[symbol] ?? 0) << 16)
    : KIND.invalid,
);

/** Entries of the code that code lengths are written in: the symbol itself. */
export const CODE_LENGTH_ENTRIES: Int32Array = Int32Array.from(
  { length: 19 },
  (_, symbol) => KIND.value | (symbol << 16),
);

const counts = new Int32Array(LONGEST_CODE + 1);
const nextCode = new Int32Array(LONGEST_CODE + 2);

/**
 * Fills a table from code lengths (RFC 1951 3.2.2). Refuses what zlib refuses: codes that cannot be told apart, and
 * codes that leave bits without a meaning, other than a single one of one bit, or none at all where that is allowed.
 * @param lengths of the symbols from 0 on; zero for those that do not occur
 * @returns `incomplete` for a code of one symbol or none, `none` for what is no code
 */
export function fillTable(
  table: CodeTable,
  lengths: Uint8Array,
  symbolEntries: Int32Array,
): 'complete' | 'incomplete' | 'none' {
  counts.fill(0);
  for (const length of lengths) counts[length] = (counts[length] ?? 0) + 1;
  let longest = LONGEST_CODE;
  while (longest > 0 && counts[longest] === 0) longest -= 1;
  let left = 1;
  let code = 0;
  for (let length = 1; length <= LONGEST_CODE; length += 1) {
    const count = counts[length] ?? 0;
    left = left * 2 - count;
    if (left < 0) return 'none';
    code = (code + (length === 1 ? 0 : (counts[length - 1] ?? 0))) << 1;
    nextCode[length] = code;
  }
  if (left > 0 && longest > 1) return 'none';
  const { entries, rootBits } = table;
  const rootSize = 1 << rootBits;
  if (left > 0) entries.fill(KIND.invalid | 1, 0, rootSize);
  const linkBits = Math.max(0, longest - rootBits);
  table.linkMask = (1 << linkBits) - 1;
  // A link that is not set yet must not be taken for one of an earlier block.
  if (linkBits > 0) entries.fill(0, 0, rootSize);
  placeSymbols(table, lengths, { symbolEntries, linkBits });
  return left > 0 ? 'incomplete' : 'complete';
}

function placeSymbols(
  { entries, rootBits }: CodeTable,
  lengths: Uint8Array,
  { symbolEntries, linkBits }: { readonly symbolEntries: Int32Array; readonly linkBits: number },
): void {
  const rootSize = 1 << rootBits;
  const rootMask = rootSize - 1;
  let end = rootSize;
  for (let symbol = 0; symbol < lengths.length; symbol += 1) {
    const length = lengths[symbol] ?? 0;
    if (length === 0) continue;
    const code = nextCode[length] ?? 0;
    nextCode[length] = code + 1;
    const entry = (symbolEntries[symbol] ?? 0) | length;
    const reversed = reverseBits(code, length);
    if (length <= rootBits) {
      for (let index = reversed; index < rootSize; index += 1 << length) entries[index] = entry;
      continue;
    }
    const prefix = reversed & rootMask;
    if (entries[prefix] === 0) {
      entries[prefix] = KIND.link | (end << 16);
      end += 1 << linkBits;
    }
    const start = (entries[prefix] ?? 0) >>> 16;
    const step = 1 << (length - rootBits);
    for (let index = reversed >>> rootBits; index < 1 << linkBits; index += step)
      entries[start + index] = entry;
  }
}

/** Codes are packed from their first bit on, everything else from its lowest: RFC 1951 3.1.1. */
function reverseBits(code: number, length: number): number {
  let rest = code;
  let reversed = 0;
  for (let bit = 0; bit < length; bit += 1) {
    reversed = (reversed << 1) | (rest & 1);
    rest >>>= 1;
  }
  return reversed;
}
