import type { StreamCursor } from './cursor.ts';
import type { TarHeader } from './facts.ts';
import { BLOCK } from './header.ts';
import { tarProblem } from './problem.ts';

/** The content of the member the cursor stands at; it can be read once, until the next member is asked for. */
export class MemberContent {
  readonly #cursor: StreamCursor;
  readonly #header: TarHeader;
  readonly #archive: string;
  #left: number;
  #state: 'unread' | 'reading' | 'passed' = 'unread';

  constructor(cursor: StreamCursor, header: TarHeader, archive: string) {
    this.#cursor = cursor;
    this.#header = header;
    this.#archive = archive;
    this.#left = header.size;
  }

  async *chunks(): AsyncGenerator<Uint8Array, void, undefined> {
    if (this.#state !== 'unread')
      throw new Error(`The content of ${this.#header.path} was read before, or too late.`);
    this.#state = 'reading';
    while (this.#left > 0) {
      const part = await this.#cursor.part(this.#left);
      if (part.length === 0) throw this.#cursor.truncated(this.#header.path);
      this.#left -= part.length;
      yield part;
      // `yield` gives control away; the archive may have been read on meanwhile.
      if (this.#isPassed()) throw new Error(`${this.#header.path} was read on too late.`);
    }
  }

  async bytes(maxSize: number): Promise<Uint8Array> {
    const { path, size, offset } = this.#header;
    if (size > maxSize)
      throw tarProblem('tar/member-too-large', `${path} is too large to be read at once.`, {
        archive: this.#archive,
        member: path,
        offset,
        evidence: `${size} bytes, limit ${maxSize}`,
      });
    const parts: Uint8Array[] = [];
    for await (const part of this.chunks()) parts.push(part);
    return Buffer.concat(parts);
  }

  /** Goes past what was not read and the padding behind it. */
  async pass(): Promise<void> {
    this.#state = 'passed';
    const padding = (BLOCK - (this.#header.size % BLOCK)) % BLOCK;
    await this.#cursor.skip(this.#left + padding, this.#header.path);
  }

  #isPassed(): boolean {
    return this.#state === 'passed';
  }
}
