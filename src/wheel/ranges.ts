/** Sets of byte ranges of a file, and keeping only those of a file that streams by. */

/** From `start` up to, not including, `end`. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** A range with its bytes. */
export interface KeptRange {
  readonly start: number;
  readonly data: Uint8Array;
}

/** Ranges nearer than this are kept together: what lies between is often asked for next. */
const GAP = 64 << 10;

/** Ranges inside the file, sorted, those that overlap or nearly touch joined. */
export function mergeRanges(ranges: readonly Range[], size: number): readonly Range[] {
  const merged: { start: number; end: number }[] = [];
  const inside = ranges
    .map(({ start, end }) => ({ start: Math.max(0, start), end: Math.min(size, end) }))
    .filter(({ start, end }) => start < end);
  for (const { start, end } of inside.sort((left, right) => left.start - right.start)) {
    const last = merged.at(-1);
    if (last !== undefined && start <= last.end + GAP) last.end = Math.max(last.end, end);
    else merged.push({ start, end });
  }
  return merged;
}

/** Bytes in all ranges of a merged set. */
export function totalLength(ranges: readonly Range[]): number {
  return ranges.reduce((sum, { start, end }) => sum + (end - start), 0);
}

/** The range of a sorted set that a position lies in or behind. */
export function rangeAt(kept: readonly KeptRange[], position: number): KeptRange | undefined {
  let low = 0;
  let high = kept.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((kept[middle]?.start ?? 0) <= position) low = middle + 1;
    else high = middle;
  }
  return kept[low - 1];
}

/** Copies the wanted ranges out of chunks that come in the order of the file. */
export class RangeCollector {
  readonly #buffers: readonly { readonly range: Range; readonly data: Buffer }[];
  #next = 0;

  /** `ranges` as {@link mergeRanges} gives them. */
  constructor(ranges: readonly Range[]) {
    this.#buffers = ranges.map((range) => ({ range, data: Buffer.alloc(range.end - range.start) }));
  }

  take(position: number, chunk: Uint8Array): void {
    const end = position + chunk.length;
    for (let index = this.#next; index < this.#buffers.length; index += 1) {
      const buffer = this.#buffers[index];
      if (buffer === undefined || buffer.range.start >= end) return;
      const { range, data } = buffer;
      const from = Math.max(range.start, position);
      const to = Math.min(range.end, end);
      if (from < to) data.set(chunk.subarray(from - position, to - position), from - range.start);
      if (range.end <= end) this.#next = index + 1;
    }
  }

  kept(): readonly KeptRange[] {
    return this.#buffers.map(({ range, data }) => ({ start: range.start, data }));
  }
}
