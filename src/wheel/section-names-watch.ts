import { RangeCollector, type KeptRange, type Range } from './ranges.ts';

/** A section name table has its own name in it. */
const NAME = Buffer.from('.shstrtab\0');
/** Kept on both sides of the name; real tables have less than a kilobyte, of object files less than a megabyte. */
const AROUND = 64 << 10;
/** A file can have the name anywhere and often; the table is the first of them that is not loaded. */
const MOST_FINDS = 8;

/**
 * Finds section name tables in a file that streams by. Linkers put the table between others of unknown length, and
 * what tells where, the section headers, comes last: without the watch, every such file would have to be read twice.
 */
export class SectionNamesWatch {
  readonly #from: number;
  readonly #finds: RangeCollector[] = [];
  #before: Buffer = Buffer.alloc(0);

  /** @param from nothing is looked for before this offset */
  constructor(from: number) {
    this.#from = from;
  }

  /** The next bytes of the file; they must not change until the call after this one. */
  take(position: number, bytes: Uint8Array): void {
    if (position + bytes.length <= this.#from) return;
    for (const find of this.#finds) find.take(position, bytes);
    const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const start = position - this.#before.length;
    for (const found of this.#search(position, chunk)) {
      if (this.#finds.length >= MOST_FINDS) break;
      const find = new RangeCollector([aroundOf(found, start)]);
      find.take(start, this.#before);
      find.take(position, chunk);
      this.#finds.push(find);
    }
    this.#before = chunk.subarray(-AROUND);
  }

  /** What was found; no more than a few ranges, which may overlap. */
  kept(): readonly KeptRange[] {
    return this.#finds.flatMap((find) => find.kept());
  }

  *#search(position: number, chunk: Buffer): Generator<number> {
    const seam = Math.min(this.#before.length, NAME.length - 1);
    const joint = Buffer.concat([
      this.#before.subarray(this.#before.length - seam),
      chunk.subarray(0, NAME.length - 1),
    ]);
    for (const at of occurrences(joint)) yield position - seam + at;
    for (const at of occurrences(chunk)) yield position + at;
  }
}

function* occurrences(bytes: Buffer): Generator<number> {
  for (let at = bytes.indexOf(NAME); at !== -1; at = bytes.indexOf(NAME, at + NAME.length))
    yield at;
}

/** Only bytes that are still there or to come can be kept. */
function aroundOf(found: number, available: number): Range {
  return { start: Math.max(available, found - AROUND), end: found + AROUND };
}
