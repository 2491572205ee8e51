import { WheelworksError, type ErrorCode } from '../support/errors.ts';
import { excerpt } from './excerpt.ts';

/** How a cursor calls its text in errors and which code those carry. */
export interface DependencyCursorOptions {
  readonly code: ErrorCode;
  /** `marker`, `requirement`. */
  readonly what: string;
}

/**
 * A position in a dependency specifier or marker, moved by the tokens of their grammar.
 *
 * Specification: Dependency specifiers (PEP 508), section "Grammar". White space between tokens is space and tab only. A
 * failed attempt to take a token leaves the position where it was; every attempt costs no more than the token's length.
 */
export class DependencyCursor {
  readonly text: string;
  position = 0;
  readonly #options: DependencyCursorOptions;

  constructor(text: string, options: DependencyCursorOptions) {
    this.text = text;
    this.#options = options;
  }

  get atEnd(): boolean {
    return this.position === this.text.length;
  }

  /** Moves past spaces and tabs; tells whether there were any. */
  skipBlanks(): boolean {
    const start = this.position;
    while (this.sees(' ') || this.sees('\t')) this.position += 1;
    return this.position > start;
  }

  sees(token: string): boolean {
    return this.text.startsWith(token, this.position);
  }

  /** Moves past a punctuation token when it stands here. */
  takes(token: string): boolean {
    if (!this.sees(token)) return false;
    this.position += token.length;
    return true;
  }

  /** Moves past a word when it stands here whole: `and` is not the start of `android`. */
  takesWord(word: string): boolean {
    if (!this.sees(word) || isWordCharacter(this.text.charCodeAt(this.position + word.length)))
      return false;
    this.position += word.length;
    return true;
  }

  /** Letters, digits and underscores from here on, with a dotted second part when `dotted`. Nothing moves. */
  peekWord({ dotted }: { readonly dotted: boolean }): string {
    let end = endOfWord(this.text, this.position);
    if (dotted && this.text[end] === '.') end = endOfWord(this.text, end + 1);
    return this.text.slice(this.position, end);
  }

  /** Takes the name of a project or extra; undefined when none starts here. */
  identifier(): string | undefined {
    const start = this.position;
    if (!isLetterOrDigit(this.text.charCodeAt(start))) return undefined;
    let end = start;
    while (isIdentifierCharacter(this.text.charCodeAt(end))) end += 1;
    // The grammar wants a letter or digit at the end; installers let an underscore pass, and so must we.
    while (!isWordCharacter(this.text.charCodeAt(end - 1))) end -= 1;
    this.position = end;
    return this.text.slice(start, end);
  }

  /** Takes everything up to the next space or tab. */
  nonBlank(): string {
    const start = this.position;
    while (!this.atEnd && !this.sees(' ') && !this.sees('\t')) this.position += 1;
    return this.text.slice(start, this.position);
  }

  /** The error for anything but `expected` at this position. */
  expected(expected: string): WheelworksError {
    return this.error(`expected ${expected} at column ${this.position + 1}`);
  }

  /** An error of this cursor's code; `code` replaces it where the fault has a code of its own. */
  error(reason: string, code: ErrorCode = this.#options.code): WheelworksError {
    return new WheelworksError(code, `The ${this.#options.what} is not valid: ${reason}.`, {
      evidence: excerpt(this.text),
    });
  }
}

function endOfWord(text: string, start: number): number {
  let end = start;
  while (isWordCharacter(text.charCodeAt(end))) end += 1;
  return end;
}

// Past the end charCodeAt gives NaN, which none of these takes.

function isLetterOrDigit(code: number): boolean {
  return (
    (code >= 0x61 && code <= 0x7a) ||
    (code >= 0x41 && code <= 0x5a) ||
    (code >= 0x30 && code <= 0x39)
  );
}

function isWordCharacter(code: number): boolean {
  return isLetterOrDigit(code) || code === 0x5f;
}

function isIdentifierCharacter(code: number): boolean {
  return isWordCharacter(code) || code === 0x2d || code === 0x2e;
}
