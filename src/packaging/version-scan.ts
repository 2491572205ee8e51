/**
 * The grammar of versions, and the value a version denotes.
 *
 * Specification: Version specifiers (PEP 440), appendix "Parsing version strings with regular expressions" with every
 * spelling that its "Normalization" section allows. https://packaging.python.org/specifications/version-specifiers/
 *
 * It is read with a cursor and not with the appendix' pattern: the text may come from an attacker, and a pattern that
 * backtracks over a megabyte of digits or dots runs out of its stack.
 */

/** A version, taken apart. Numbers have any size. Two spellings of one version may differ in trailing zeros of `release`. */
export interface Version {
  readonly epoch: bigint;
  /** At least one number. */
  readonly release: readonly bigint[];
  readonly pre: PreRelease | undefined;
  readonly post: bigint | undefined;
  readonly dev: bigint | undefined;
  /** Lower-case words and numbers; never empty. */
  readonly local: readonly (bigint | string)[] | undefined;
}

/** The `rc1` of `2.0rc1`. */
export interface PreRelease {
  readonly kind: 'a' | 'b' | 'rc';
  readonly number: bigint;
}

/** A version read from the start of a longer text. */
export interface ScannedVersion {
  readonly version: Version;
  /** Index of the first character that is no longer part of it. */
  readonly end: number;
}

/**
 * Reads the longest version that starts at `start`, without white space around it; undefined when there is none.
 * `local` tells whether a local label (`+ubuntu.1`) belongs to it.
 */
export function scanVersion(
  text: string,
  start: number,
  { local }: { readonly local: boolean },
): ScannedVersion | undefined {
  const cursor = new VersionCursor(text, start);
  cursor.skip(V_PREFIX);
  const numbers = cursor.epochAndRelease();
  if (numbers === undefined) return undefined;
  // Each reads on where the one before it stopped.
  const version: Version = {
    ...numbers,
    pre: cursor.pre(),
    post: cursor.post(),
    dev: cursor.dev(),
    local: local ? cursor.local() : undefined,
  };
  return { version, end: cursor.position };
}

/**
 * Most digits of one number: CPython refuses to convert more (`sys.int_info.default_max_str_digits`), so no installer
 * reads such a version. It also bounds the cost of a conversion, which is not linear.
 */
const MOST_DIGITS = 4300;

// Bounded in length, so that they cannot backtrack far. `i` without `u` folds ASCII letters only.
const V_PREFIX = /v/iy;
const PRE_LABEL = /[._-]?(alpha|a|beta|b|preview|pre|c|rc)[._-]?/iy;
const POST_LABEL = /[._-]?(post|rev|r)[._-]?/iy;
const DEV_LABEL = /[._-]?(dev)[._-]?/iy;
const LOCAL_SEPARATOR = /[._-]/y;

const PRE_KINDS: ReadonlyMap<string, PreRelease['kind']> = new Map([
  ['a', 'a'],
  ['alpha', 'a'],
  ['b', 'b'],
  ['beta', 'b'],
  ['c', 'rc'],
  ['rc', 'rc'],
  ['pre', 'rc'],
  ['preview', 'rc'],
]);

class VersionCursor {
  position: number;
  readonly #text: string;

  constructor(text: string, position: number) {
    this.#text = text;
    this.position = position;
  }

  epochAndRelease(): Pick<Version, 'epoch' | 'release'> | undefined {
    const first = this.#number();
    if (first === undefined) return undefined;
    const second = this.#numberAfter('!');
    const release = [second ?? first];
    for (;;) {
      const next = this.#numberAfter('.');
      if (next === undefined) break;
      release.push(next);
    }
    return { epoch: second === undefined ? 0n : first, release };
  }

  pre(): PreRelease | undefined {
    const kind = PRE_KINDS.get(this.skip(PRE_LABEL)?.toLowerCase() ?? '');
    return kind === undefined ? undefined : { kind, number: this.#number() ?? 0n };
  }

  post(): bigint | undefined {
    // `1.0-1`: the one label that may be left out.
    const implicit = this.#numberAfter('-');
    if (implicit !== undefined) return implicit;
    return this.skip(POST_LABEL) === undefined ? undefined : (this.#number() ?? 0n);
  }

  dev(): bigint | undefined {
    return this.skip(DEV_LABEL) === undefined ? undefined : (this.#number() ?? 0n);
  }

  local(): Version['local'] {
    const start = this.position;
    if (this.#text[start] !== '+') return undefined;
    this.position += 1;
    const segments: (bigint | string)[] = [];
    for (;;) {
      const beforeSeparator = this.position;
      if (segments.length > 0 && this.skip(LOCAL_SEPARATOR) === undefined) break;
      const segment = this.#localSegment();
      if (segment === undefined) {
        this.position = beforeSeparator;
        break;
      }
      segments.push(segment);
    }
    if (segments.length > 0) return segments;
    this.position = start;
    return undefined;
  }

  /** Moves past what a sticky pattern matches here and returns its word. */
  skip(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.position;
    const match = pattern.exec(this.#text);
    if (match === null) return undefined;
    this.position += match[0].length;
    return match[1] ?? match[0];
  }

  #localSegment(): bigint | string | undefined {
    const start = this.position;
    let end = start;
    let digitsOnly = true;
    for (; end < this.#text.length; end += 1) {
      const code = this.#text.charCodeAt(end);
      if (isDigit(code)) continue;
      if (!isLetter(code)) break;
      digitsOnly = false;
    }
    if (digitsOnly) return this.#number();
    this.position = end;
    return this.#text.slice(start, end).toLowerCase();
  }

  #numberAfter(mark: string): bigint | undefined {
    if (this.#text[this.position] !== mark) return undefined;
    this.position += 1;
    const number = this.#number();
    if (number === undefined) this.position -= 1;
    return number;
  }

  #number(): bigint | undefined {
    const start = this.position;
    let end = start;
    while (end < this.#text.length && isDigit(this.#text.charCodeAt(end))) end += 1;
    if (end === start || end - start > MOST_DIGITS) return undefined;
    this.position = end;
    return BigInt(this.#text.slice(start, end));
  }
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

function isLetter(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a);
}
