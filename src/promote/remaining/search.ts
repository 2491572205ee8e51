/**
 * Finds spellings of versions in a stream of bytes of any kind.
 *
 * A few digits that every spelling has are looked for first, which costs a fraction of unpacking the bytes; only around
 * them is the pattern tried. Where those digits are so few that they are everywhere (the `1` of `1.0rc1`), the pattern
 * goes over all bytes at once. UTF-16 is searched as well: Windows resources and many a text for Windows are in it.
 */
import type { Spellings } from '../text/spellings.ts';

/** One place. */
export interface Found {
  /** In bytes, from the start of the file. */
  readonly offset: number;
  /** As it stands there. */
  readonly text: string;
  /** It and what is around it, printable. */
  readonly context: string;
}

/** Everything that was found in a file. */
export interface SearchResult {
  readonly count: number;
  /** The first ones. */
  readonly found: readonly Found[];
}

/** Places that are kept of one file; past that nobody reads them. */
const MOST_KEPT = 20;
/** Bytes before and after a needle in which the whole version must be; longer than any spelling. */
const AROUND = 256;
const SHOWN = 24;

/** Fewer digits than this are in every file. */
const FEW_DIGITS = 4;

/** Whether to look for the needle first saves nothing. */
export function isCommon(needle: string): boolean {
  return needle.length < FEW_DIGITS;
}

interface Encoding {
  readonly name: 'latin1' | 'utf16le';
  readonly unit: 1 | 2;
}

const LATIN1: Encoding = { name: 'latin1', unit: 1 };
const UTF16: Encoding = { name: 'utf16le', unit: 2 };

interface Target {
  readonly spellings: Spellings;
  readonly encoding: Encoding;
  readonly needle: Buffer;
  /** End of the last find, from the start of the file: one place is found once. */
  end: number;
}

/** Takes the bytes of one file piece by piece. */
export class VersionSearch {
  #count = 0;
  readonly #found: Found[] = [];
  readonly #targets: readonly Target[];
  /** The end of what came before, which a version may have begun in. */
  #tail: Buffer = Buffer.alloc(0);
  /** Where the tail begins. */
  #offset = 0;
  /** Up to where needles were looked for. */
  #searched = 0;

  constructor(versions: readonly Spellings[]) {
    this.#targets = [LATIN1, UTF16].flatMap((encoding) =>
      versions.map((spellings) => ({
        spellings,
        encoding,
        needle: Buffer.from(spellings.needle, encoding.name),
        end: 0,
      })),
    );
  }

  push(chunk: Uint8Array): void {
    const bytes =
      this.#tail.length === 0
        ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
        : Buffer.concat([this.#tail, chunk]);
    // What is within reach of the end is looked at again when it is known what follows.
    this.#searchTo(bytes, Math.max(0, bytes.length - AROUND));
    const kept = Math.min(bytes.length, 2 * AROUND);
    this.#offset += bytes.length - kept;
    this.#tail = Buffer.from(bytes.subarray(bytes.length - kept));
  }

  finish(): SearchResult {
    this.#searchTo(this.#tail, this.#tail.length);
    return { count: this.#count, found: this.#found };
  }

  #searchTo(bytes: Buffer, limit: number): void {
    for (const target of this.#targets) {
      const first = Math.max(0, this.#searched - this.#offset, target.end - this.#offset);
      if (target.encoding === LATIN1 && isCommon(target.spellings.needle)) {
        this.#scan(bytes, { first, limit }, target);
        continue;
      }
      for (
        let at = bytes.indexOf(target.needle, first);
        at !== -1 && at < limit;
        at = bytes.indexOf(target.needle, at + 1)
      )
        this.#tryAt(bytes, at, target);
    }
    this.#searched = Math.max(this.#searched, this.#offset + limit);
  }

  /** Every spelling that begins from `first` to before `limit`; what it may go on to lies behind that. */
  #scan(
    bytes: Buffer,
    { first, limit }: { readonly first: number; readonly limit: number },
    target: Target,
  ): void {
    if (first >= limit) return;
    const start = Math.max(0, first - AROUND);
    const window = bytes.toString('latin1', start, limit + AROUND);
    for (const match of window.matchAll(target.spellings.pattern)) {
      const at = start + match.index;
      if (at >= limit) return;
      if (at >= first) this.#take(match, { window, offset: this.#offset + at }, target);
    }
  }

  #tryAt(bytes: Buffer, at: number, target: Target): void {
    const { unit, name } = target.encoding;
    if (this.#offset + at < target.end) return;
    const start = Math.max(at % unit, at - AROUND);
    const window = bytes.toString(name, start, at + target.needle.length + AROUND);
    const position = (at - start) / unit;
    for (const match of window.matchAll(target.spellings.pattern)) {
      const end = match.index + match[0].length;
      if (match.index > position || end <= position) continue;
      this.#take(match, { window, offset: this.#offset + start + match.index * unit }, target);
      return;
    }
  }

  #take(
    { 0: text, index }: RegExpExecArray,
    { window, offset }: { readonly window: string; readonly offset: number },
    target: Target,
  ): void {
    const end = index + text.length;
    if (offset < target.end) return;
    if (text.length <= SHORT && !isWord(window, index, end)) return;
    target.end = offset + text.length * target.encoding.unit;
    this.#count += 1;
    if (this.#found.length < MOST_KEPT)
      this.#found.push({ offset, text, context: contextOf(window, index, end) });
  }
}

/** So few characters (`1c1` for 1.0rc1) come about by chance: in digests, and in any large binary. */
const SHORT = 4;

/** Whether it stands by itself, a `v` before it aside, and in something that is written to be read. */
function isWord(window: string, start: number, end: number): boolean {
  const before = window.slice(Math.max(0, start - SHORT), start).replace(/v$/i, '');
  const after = window.slice(end, end + SHORT);
  return (
    !/[A-Za-z0-9]$/.test(before) &&
    !/^[A-Za-z0-9]/.test(after) &&
    /(?:^|\0)[\t\n\r\x20-\x7e]*$/.test(before) &&
    /^[\t\n\r\x20-\x7e]*(?:\0|$)/.test(after)
  );
}

function contextOf(window: string, start: number, end: number): string {
  const before =
    window
      .slice(Math.max(0, start - SHOWN), start)
      .split(/[\0\r\n]/)
      .at(-1) ?? '';
  const [after = ''] = window.slice(end, end + SHOWN).split(/[\0\r\n]/);
  return (before + window.slice(start, end) + after).replaceAll(/[^\x20-\x7e]/g, '.').trim();
}
