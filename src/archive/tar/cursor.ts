import { tarProblem } from './problem.ts';

/** A place in a stream of chunks of any sizes, read forwards only; memory is that of one chunk. */
export class StreamCursor {
  readonly #source: AsyncIterator<Uint8Array>;
  readonly #archive: string;
  #chunk: Uint8Array = new Uint8Array(0);
  #offset = 0;
  #ended = false;

  constructor(source: AsyncIterable<Uint8Array>, archive: string) {
    this.#source = source[Symbol.asyncIterator]();
    this.#archive = archive;
  }

  /** Bytes read so far. */
  get offset(): number {
    return this.#offset;
  }

  /** The next `length` bytes; fewer only where the stream ends. For small lengths: they are held in memory. */
  async upTo(length: number): Promise<Uint8Array> {
    const first = await this.part(length);
    if (first.length === length || first.length === 0) return first;
    const parts = [first];
    let missing = length - first.length;
    while (missing > 0) {
      const part = await this.part(missing);
      if (part.length === 0) break;
      parts.push(part);
      missing -= part.length;
    }
    return Buffer.concat(parts);
  }

  /**
   * The next `length` bytes.
   * @throws WheelworksError `tar/truncated`; `what` says what they were to be.
   */
  async exactly(length: number, what: string): Promise<Uint8Array> {
    const bytes = await this.upTo(length);
    if (bytes.length < length) throw this.truncated(what);
    return bytes;
  }

  /** Some of the next bytes, at most `limit`, as they lie in memory; empty only at the end of the stream. */
  async part(limit: number): Promise<Uint8Array> {
    while (this.#chunk.length === 0 && !this.#ended) {
      const next = await this.#source.next();
      if (next.done === true) this.#ended = true;
      else this.#chunk = next.value;
    }
    const part = this.#chunk.subarray(0, limit);
    this.#chunk = this.#chunk.subarray(part.length);
    this.#offset += part.length;
    return part;
  }

  /** @throws WheelworksError `tar/truncated`. */
  async skip(length: number, what: string): Promise<void> {
    let left = length;
    while (left > 0) {
      const part = await this.part(left);
      if (part.length === 0) throw this.truncated(what);
      left -= part.length;
    }
  }

  /** Tells the source that no more will be read. */
  async close(): Promise<void> {
    await this.#source.return?.();
  }

  /** The error for a stream that ends before `what` does. */
  truncated(what: string): Error {
    return tarProblem('tar/truncated', `${this.#archive} ends in the middle of ${what}.`, {
      archive: this.#archive,
      offset: this.#offset,
      hint: 'Download or build the file again.',
    });
  }
}
