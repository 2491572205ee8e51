import type { PositionedPiece } from '../../archive/zip/index.ts';

/** Where the content of one member lies in its compressed bytes. */
export interface PositionMap {
  /** Compressed bytes that the content from `start` to `end` took. */
  between(start: number, end: number): number;
}

/** Collects positions while a member streams by: two numbers for each 32 KiB of compressed data. */
export class PositionRecorder implements PositionMap {
  readonly #content: number[] = [0];
  readonly #compressed: number[] = [0];

  add({ bytes, compressedEnd }: PositionedPiece): void {
    this.#content.push((this.#content.at(-1) ?? 0) + bytes.length);
    this.#compressed.push(compressedEnd);
  }

  between(start: number, end: number): number {
    return Math.round(this.#at(end) - this.#at(start));
  }

  /** Between two known positions content is taken to be compressed evenly. */
  #at(offset: number): number {
    const next = this.#firstAtOrBehind(offset);
    const after = this.#content[next] ?? 0;
    if (next === 0 || after <= offset) return this.#compressed[next] ?? 0;
    const before = this.#content[next - 1] ?? 0;
    const from = this.#compressed[next - 1] ?? 0;
    const step = (this.#compressed[next] ?? from) - from;
    return from + (step * (offset - before)) / (after - before);
  }

  /** Index of the first known position at or behind an offset, or of the last one. */
  #firstAtOrBehind(offset: number): number {
    let low = 0;
    let high = this.#content.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#content[middle] ?? 0) < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
