/** The output before restart points, taken while a file is inflated for its digest. */
import { WINDOW_LENGTH } from '../segments.ts';

/** Takes the pieces of a file in order. */
export interface WindowCollector {
  push(piece: Uint8Array): void;
  /** The windows, one after the other. */
  bytes(): Uint8Array;
}

/** @param offsets of the output, ascending, at least a window's length each */
export function collectWindows(offsets: readonly number[]): WindowCollector {
  const windows = Buffer.alloc(offsets.length * WINDOW_LENGTH);
  let position = 0;
  // Those before are full.
  let next = 0;
  return {
    push(piece) {
      const end = position + piece.length;
      for (let index = next; index < offsets.length; index += 1) {
        const stop = offsets[index] ?? 0;
        const start = stop - WINDOW_LENGTH;
        if (start >= end) break;
        const from = Math.max(start, position);
        const to = Math.min(stop, end);
        windows.set(
          piece.subarray(from - position, to - position),
          index * WINDOW_LENGTH + from - start,
        );
        if (stop <= end) next = index + 1;
      }
      position = end;
    },
    bytes: () => windows,
  };
}
