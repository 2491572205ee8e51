import { StringDecoder } from 'node:string_decoder';

/**
 * Keeps the beginning and the end of a byte stream of any length, in bounded memory: the beginning says what was
 * going on, the end why it stopped.
 */
export class BoundedText {
  readonly #half: number;
  readonly #head: Uint8Array[] = [];
  #headBytes = 0;
  #tail: Uint8Array[] = [];
  #tailBytes = 0;
  #total = 0;

  /** @param limit bytes kept in all, half at each end. */
  constructor(limit: number) {
    this.#half = Math.max(1, Math.floor(limit / 2));
  }

  push(chunk: Uint8Array): void {
    this.#total += chunk.length;
    const room = this.#half - this.#headBytes;
    const forHead = chunk.subarray(0, room);
    if (forHead.length > 0) {
      this.#head.push(forHead);
      this.#headBytes += forHead.length;
    }
    const forTail = chunk.subarray(forHead.length);
    if (forTail.length === 0) return;
    this.#tail.push(forTail);
    this.#tailBytes += forTail.length;
    // Joined only once as much has come again as is kept: constant work a byte, however small the chunks are.
    if (this.#tailBytes >= 2 * this.#half) this.#compact();
  }

  /** Whether something in the middle was left out. */
  get truncated(): boolean {
    return this.#total > this.#headBytes + Math.min(this.#tailBytes, this.#half);
  }

  /** What was kept, as UTF-8; what was left out is named in a line of its own. */
  toString(): string {
    if (!this.truncated) return decode([...this.#head, ...this.#tail]);
    this.#compact();
    const left = this.#total - this.#headBytes - this.#tailBytes;
    const head = decode(this.#head);
    const tail = decode(this.#tail);
    return `${withoutBrokenEnd(head)}\n[... ${left} bytes left out ...]\n${withoutBrokenStart(tail)}`;
  }

  #compact(): void {
    const joined = Buffer.concat(this.#tail);
    // A copy, so that the chunks it came from can be freed.
    this.#tail = [Uint8Array.prototype.slice.call(joined, -this.#half)];
    this.#tailBytes = Math.min(joined.length, this.#half);
  }
}

function decode(chunks: readonly Uint8Array[]): string {
  return Buffer.concat(chunks).toString('utf8');
}

/** A character that was cut in two decodes to up to three replacement characters. */
function withoutBrokenEnd(text: string): string {
  return text.replace(/\uFFFD{1,3}$/, '');
}

function withoutBrokenStart(text: string): string {
  return text.replace(/^\uFFFD{1,3}/, '');
}

/** A line longer than this is given out in parts, so that output without line ends takes no more memory. */
const LONGEST_LINE = 16 * 1024;

/**
 * Cuts a byte stream into lines as a terminal would show them: a carriage return starts the line over, so that of a
 * progress bar only the last state remains.
 */
export class LineSplitter {
  readonly #decoder = new StringDecoder('utf8');
  readonly #onLine: (line: string) => void;
  #partial = '';

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  push(chunk: Uint8Array): void {
    const text = this.#partial + this.#decoder.write(chunk);
    const lines = text.split('\n');
    const last = lines.pop() ?? '';
    for (const line of lines) this.#give(line);
    this.#partial = this.#shorten(last);
  }

  /** The stream has ended; what follows the last line end is a line too. */
  end(): void {
    const rest = this.#partial + this.#decoder.end();
    this.#partial = '';
    if (rest !== '') this.#give(rest);
  }

  #give(line: string): void {
    let from = 0;
    const shown = asShown(line);
    do {
      this.#onLine(shown.slice(from, from + LONGEST_LINE));
      from += LONGEST_LINE;
    } while (from < shown.length);
  }

  #shorten(partial: string): string {
    const restart = partial.lastIndexOf('\r', partial.length - 2);
    let rest = restart === -1 ? partial : partial.slice(restart + 1);
    while (rest.length > LONGEST_LINE) {
      this.#onLine(rest.slice(0, LONGEST_LINE));
      rest = rest.slice(LONGEST_LINE);
    }
    return rest;
  }
}

function asShown(line: string): string {
  const withoutEnd = line.endsWith('\r') ? line.slice(0, -1) : line;
  return withoutEnd.slice(withoutEnd.lastIndexOf('\r') + 1);
}
