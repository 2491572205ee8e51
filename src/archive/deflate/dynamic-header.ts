/** The head of a block with codes of its own: RFC 1951 3.2.7. */
import { CODE_LENGTH_ORDER, DISTANCE_SYMBOLS, END_OF_BLOCK, LENGTH_SYMBOLS } from './codes.ts';
import {
  CODE_LENGTH_ENTRIES,
  DISTANCE_ENTRIES,
  KIND,
  LITERAL_ENTRIES,
  fillTable,
  newTable,
  type CodeTable,
} from './table.ts';

/** Bytes that no such head exceeds: 14 bits, 19 lengths of 3, and 316 lengths of 14 bits. */
export const LONGEST_HEAD = 564;

/** The codes of a block. */
export interface BlockCodes {
  readonly literals: CodeTable;
  readonly distances: CodeTable;
}

/** Room for the codes of a block; 10 and 8 bits hold nearly all codes of real streams. */
export function newBlockCodes(): BlockCodes {
  return { literals: newTable(10, 288), distances: newTable(8, 32) };
}

const codeLengths = newTable(7, 19);
const codeLengthLengths = new Uint8Array(19);
const lengths = new Uint8Array(LENGTH_SYMBOLS + DISTANCE_SYMBOLS);

/**
 * Reads the head and makes its codes.
 * @param view has `LONGEST_HEAD` and four more bytes from `position` on, whatever is in them
 * @param position in bits, behind the three bits that start the block
 * @returns the position behind the head, or what is wrong with it
 */
export function readDynamicHeader(
  view: DataView,
  position: number,
  { literals, distances }: BlockCodes,
): number | string {
  let at = position;
  const sizes = bitsAt(view, at);
  const literalCount = (sizes & 31) + 257;
  const distanceCount = ((sizes >> 5) & 31) + 1;
  const lengthCount = ((sizes >> 10) & 15) + 4;
  at += 14;
  if (literalCount > LENGTH_SYMBOLS || distanceCount > DISTANCE_SYMBOLS)
    return 'more codes than there are symbols';
  codeLengthLengths.fill(0);
  for (const symbol of CODE_LENGTH_ORDER.slice(0, lengthCount)) {
    codeLengthLengths[symbol] = bitsAt(view, at) & 7;
    at += 3;
  }
  if (fillTable(codeLengths, codeLengthLengths, CODE_LENGTH_ENTRIES) !== 'complete')
    return 'a code for code lengths that is none';
  const end = readLengths(view, at, literalCount + distanceCount);
  if (typeof end === 'string') return end;
  if (lengths[END_OF_BLOCK] === 0) return 'no code that ends the block';
  if (fillTable(literals, lengths.subarray(0, literalCount), LITERAL_ENTRIES) === 'none')
    return 'a code for literals and lengths that is none';
  const distanceLengths = lengths.subarray(literalCount, literalCount + distanceCount);
  if (fillTable(distances, distanceLengths, DISTANCE_ENTRIES) === 'none')
    return 'a code for distances that is none';
  return end;
}

/** 25 bits of the stream from a bit position on. */
export function bitsAt(view: DataView, position: number): number {
  return view.getInt32(position >>> 3, true) >> (position & 7);
}

function readLengths(view: DataView, position: number, count: number): number | string {
  let at = position;
  let done = 0;
  while (done < count) {
    const bits = bitsAt(view, at);
    const entry = codeLengths.entries[bits & 127] ?? 0;
    if ((entry & KIND.value) === 0) return 'a code length without a code';
    const codeLength = entry & 15;
    const symbol = entry >>> 16;
    const rest = bits >>> codeLength;
    at += codeLength;
    if (symbol < 16) {
      lengths[done] = symbol;
      done += 1;
      continue;
    }
    if (symbol === 16 && done === 0) return 'a repeated code length without one before it';
    const [extra, least] = symbol === 16 ? [2, 3] : symbol === 17 ? [3, 3] : [7, 11];
    const times = least + (rest & ((1 << extra) - 1));
    at += extra;
    if (done + times > count) return 'more code lengths than symbols';
    lengths.fill(symbol === 16 ? (lengths[done - 1] ?? 0) : 0, done, done + times);
    done += times;
  }
  return at;
}
