/** A large ELF file of which only some ranges are in memory. */
import { checkRange, type ElfBytes } from '../binary/elf/index.ts';
import { WheelworksError } from '../support/errors.ts';
import { rangeAt, type KeptRange, type Range } from './ranges.ts';

/** Most bytes kept of one file; the tables of the largest real libraries, of 800 MB, take a third of it. */
export const MOST_KEPT: number = 256 << 20;

/** Kept behind each part that was missed: where there are no section headers, tables are gone through step by step. */
const AHEAD = 256 << 10;

/** The parts of a file that one pass over it kept. */
export interface KeptParts {
  /** Sorted and apart from each other, as `mergeRanges` gives them. */
  readonly ranges: readonly KeptRange[];
  /** Few, anywhere. */
  readonly finds: readonly KeptRange[];
}

/** The kept parts as an ELF reader's source. Until it is closed it notes what was asked for and not kept. */
export class SparseBytes implements ElfBytes {
  readonly size: number;
  readonly #parts: KeptParts;
  readonly #path: string;
  readonly #asked: Range[] = [];
  #hasMissed = false;
  #closed = false;

  constructor(size: number, parts: KeptParts, path: string) {
    this.size = size;
    this.#parts = parts;
    this.#path = path;
  }

  /** Whether something that was asked for had not been kept. */
  get hasMissed(): boolean {
    return this.#hasMissed;
  }

  /** All that was asked for, kept or not. */
  get asked(): readonly Range[] {
    return this.#asked;
  }

  range(offset: number, length: number, field: string): Uint8Array {
    checkRange({ size: this.size, offset, length }, field, this.#path);
    const found = this.#find(offset, length);
    if (found !== undefined) {
      if (!this.#closed) this.#asked.push({ start: offset, end: offset + length });
      return found;
    }
    if (this.#closed || length > MOST_KEPT) throw notKept(this.#path, field, length);
    this.#hasMissed = true;
    this.#asked.push({ start: offset, end: offset + length + AHEAD });
    // Zeros let the reader go on to the next range it needs; this attempt's result is thrown away.
    return new Uint8Array(length);
  }

  /** From now on, what was not kept is an error. */
  close(): void {
    this.#closed = true;
    this.#asked.length = 0;
  }

  #find(offset: number, length: number): Uint8Array | undefined {
    const holds = ({ start, data }: KeptRange): boolean =>
      start <= offset && offset + length <= start + data.length;
    const candidate = rangeAt(this.#parts.ranges, offset);
    const holder =
      candidate !== undefined && holds(candidate) ? candidate : this.#parts.finds.find(holds);
    if (holder === undefined) return undefined;
    return holder.data.subarray(offset - holder.start, offset - holder.start + length);
  }
}

/** The error of a part that memory has no room for. */
export function notKept(path: string, field: string, length: number): WheelworksError {
  return new WheelworksError(
    'elf/part-too-large',
    `The ${field} of this large file (${length} bytes) cannot be kept in memory.`,
    { path, evidence: `at most ${MOST_KEPT} bytes are kept` },
  );
}
