/** Collects what changes in a file, and tells the difference. */
import type { ElfBytes } from '../bytes.ts';
import type { ElfLayout } from '../cursor.ts';
import type { ElfPatch, PatchWrite } from '../patch.ts';

const PAGE = 4096;
/** Fewer equal bytes than this between two changes are not worth a write of their own. */
const SHORT_GAP = 16;

/**
 * New contents over old ones. Pages are taken from the file when they are first written to, so that a change costs
 * what it touches; the last write to a byte counts.
 */
export class PatchBuilder {
  readonly layout: ElfLayout;
  readonly #bytes: ElfBytes;
  readonly #pages = new Map<number, Uint8Array>();
  #size: number;

  constructor(bytes: ElfBytes, layout: ElfLayout) {
    this.#bytes = bytes;
    this.layout = layout;
    this.#size = bytes.size;
  }

  /** Bytes of the new file so far. */
  get size(): number {
    return this.#size;
  }

  /** Cuts the file off, or has it end with zeros. */
  resize(size: number): void {
    this.#size = size;
  }

  /** Writes bytes; the file grows when they reach past its end. */
  put(offset: number, bytes: Uint8Array): void {
    let done = 0;
    while (done < bytes.length) {
      const at = offset + done;
      const inside = at % PAGE;
      const length = Math.min(PAGE - inside, bytes.length - done);
      this.#page(at - inside).set(bytes.subarray(done, done + length), inside);
      done += length;
    }
    this.#size = Math.max(this.#size, offset + bytes.length);
  }

  /** Writes zeros. */
  clear(offset: number, length: number): void {
    this.put(offset, new Uint8Array(length));
  }

  u16(offset: number, value: number): void {
    const bytes = new Uint8Array(2);
    new DataView(bytes.buffer).setUint16(0, value, this.layout.littleEndian);
    this.put(offset, bytes);
  }

  u32(offset: number, value: number): void {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setUint32(0, value, this.layout.littleEndian);
    this.put(offset, bytes);
  }

  /** An address, offset or size: 4 or 8 bytes by the class of the file. */
  word(offset: number, value: number): void {
    if (!this.layout.is64) {
      this.u32(offset, value);
      return;
    }
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setBigUint64(0, BigInt(value), this.layout.littleEndian);
    this.put(offset, bytes);
  }

  /** The difference to the file as it was. */
  finish(): ElfPatch {
    const writes: PatchWrite[] = [];
    for (const start of [...this.#pages.keys()].sort((left, right) => left - right)) {
      const page = this.#pages.get(start);
      if (page === undefined) continue;
      const end = Math.min(PAGE, this.#size - start);
      if (end > 0) addDifferences(writes, { start, old: this.#original(start), page, end });
    }
    return { size: this.#size, writes };
  }

  #page(start: number): Uint8Array {
    const known = this.#pages.get(start);
    if (known !== undefined) return known;
    const page = this.#original(start);
    this.#pages.set(start, page);
    return page;
  }

  /** A page of the old file; zeros past its end. */
  #original(start: number): Uint8Array {
    const page = new Uint8Array(PAGE);
    const length = Math.min(PAGE, this.#bytes.size - start);
    if (length > 0) page.set(this.#bytes.range(start, length, 'page to change'));
    return page;
  }
}

function addDifferences(
  writes: PatchWrite[],
  { start, old, page, end }: { start: number; old: Uint8Array; page: Uint8Array; end: number },
): void {
  let from = -1;
  let last = -1;
  const flush = (): void => {
    if (from !== -1) writes.push({ offset: start + from, bytes: page.slice(from, last + 1) });
    from = -1;
  };
  for (let index = 0; index < end; index += 1) {
    if (old[index] === page[index]) continue;
    if (from !== -1 && index - last > SHORT_GAP) flush();
    if (from === -1) from = index;
    last = index;
  }
  flush();
}
