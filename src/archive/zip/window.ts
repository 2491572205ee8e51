import type { RandomAccess } from '../../support/random-access.ts';

/** Headers of small members lie close together: one read fetches many. */
const WINDOW = 32 << 10;

/** Forward reads of a few bytes each, served from windows of the source. */
export class WindowReader {
  readonly #source: RandomAccess;
  #start = 0;
  #bytes: Uint8Array = new Uint8Array(0);

  constructor(source: RandomAccess) {
    this.#source = source;
  }

  /** Up to `length` bytes from `offset`, fewer only before `limit`, which is at most the size of the source. */
  async read(offset: number, length: number, limit: number): Promise<Uint8Array> {
    const end = Math.min(offset + length, limit);
    if (end <= offset) return new Uint8Array(0);
    if (offset < this.#start || end > this.#start + this.#bytes.length) {
      const wanted = Math.max(end - offset, Math.min(WINDOW, this.#source.size - offset));
      this.#bytes = await this.#source.read(offset, wanted);
      this.#start = offset;
    }
    return this.#bytes.subarray(offset - this.#start, end - this.#start);
  }
}
