/** The inner loop: symbols of a block, counted and not carried out. */
import type { BlockCodes } from './dynamic-header.ts';
import { KIND, KINDS } from './table.ts';

/** Where the loop is; changed in place, as it is entered often. */
export interface SymbolScan {
  /** Bits into the input. */
  position: number;
  /** Bytes that the symbols since the start of this call stand for. */
  output: number;
  /** Bytes of output there were before this call, at most those that a match can reach. */
  farthest: number;
  fault: string | undefined;
}

/** A match reaches back 32 KiB; with more output behind it than that, every distance is right. */
const ALL = 32 << 10;

/**
 * Reads symbols from `scan.position` on while they start before `limit`.
 * @param view has twelve bytes behind `limit`, whatever is in them
 * @returns whether the block ended; when not, `scan.fault` says what is wrong, or the limit was reached
 */
export function scanSymbols(
  view: DataView,
  limit: number,
  { literals, distances }: BlockCodes,
  scan: SymbolScan,
): boolean {
  const literalEntries = literals.entries;
  const distanceEntries = distances.entries;
  const literalBits = literals.rootBits;
  const distanceBits = distances.rootBits;
  const literalMask = (1 << literalBits) - 1;
  const distanceMask = (1 << distanceBits) - 1;
  const literalLinkMask = literals.linkMask;
  const distanceLinkMask = distances.linkMask;
  const { farthest } = scan;
  let position = scan.position;
  let output = 0;
  let isOver = false;
  let fault: string | undefined;
  while (position < limit) {
    // 25 bits at least: a code of 15, and the 5 extra bits of a length.
    const bits = view.getInt32(position >>> 3, true) >> (position & 7);
    let entry = literalEntries[bits & literalMask] as number;
    if ((entry & KINDS) === 0) {
      position += entry & 15;
      output += 1;
      continue;
    }
    if ((entry & KIND.link) !== 0) {
      entry = literalEntries[(entry >>> 16) + ((bits >> literalBits) & literalLinkMask)] as number;
      if ((entry & KINDS) === 0) {
        position += entry & 15;
        output += 1;
        continue;
      }
    }
    const codeLength = entry & 15;
    const extra = (entry >>> 4) & 15;
    position += codeLength + extra;
    if ((entry & KIND.value) === 0) {
      isOver = (entry & KIND.end) !== 0;
      if (!isOver) fault = 'a code that stands for nothing';
      break;
    }
    const length = (entry >>> 16) + ((bits >> codeLength) & ((1 << extra) - 1));
    const more = view.getInt32(position >>> 3, true) >> (position & 7);
    let distance = distanceEntries[more & distanceMask] as number;
    if ((distance & KIND.link) !== 0) {
      distance = distanceEntries[
        (distance >>> 16) + ((more >> distanceBits) & distanceLinkMask)
      ] as number;
    }
    if ((distance & KIND.value) === 0) {
      fault = 'a distance code that stands for nothing';
      break;
    }
    position += distance & 15;
    const distanceExtra = (distance >>> 4) & 15;
    if (farthest + output < ALL) {
      const rest = view.getInt32(position >>> 3, true) >> (position & 7);
      const reach = (distance >>> 16) + (rest & ((1 << distanceExtra) - 1));
      if (reach > farthest + output) {
        fault = 'a match that starts before the output does';
        break;
      }
    }
    position += distanceExtra;
    output += length;
  }
  scan.position = position;
  scan.output = output;
  scan.fault = fault;
  return isOver;
}
