import { inspect } from 'node:util';

const MASK = '***';

/** A password or token. It prints as `***` everywhere; only `reveal()` gives the value. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return MASK;
  }

  toJSON(): string {
    return MASK;
  }

  [inspect.custom](): string {
    return MASK;
  }
}

/**
 * Takes credentials out of free text: the user part of URLs, and PyPI tokens and JWTs wherever they stand.
 *
 * The text may come from an attacker, so the scan is linear: no regular expression here can backtrack.
 */
export function redactText(text: string): string {
  return redactJwts(redactTokens(redactUrlUsers(text)));
}

function redactUrlUsers(text: string): string {
  let result = '';
  let from = 0;
  for (;;) {
    const scheme = text.indexOf('://', from);
    if (scheme === -1) return result + text.slice(from);
    const start = scheme + 3;
    let end = start;
    let at = -1;
    while (end < text.length && !isAuthorityEnd(text.charCodeAt(end))) {
      if (text[end] === '@') at = end;
      end += 1;
    }
    result +=
      text.slice(from, start) + (at === -1 ? '' : MASK) + text.slice(at === -1 ? start : at, end);
    from = end;
  }
}

/** RFC 3986 3.2: an authority ends at `/`, `?` or `#`; in running text also at white space and quotes. */
function isAuthorityEnd(code: number): boolean {
  return (
    code <= 0x20 ||
    code === 0x22 ||
    code === 0x23 ||
    code === 0x27 ||
    code === 0x2f ||
    code === 0x3f
  );
}

/**
 * Takes known secrets out of text that somebody else wrote, such as the answer of a server that repeats what it was sent:
 * as they are, and as they stand in URLs and in the header of basic authentication.
 */
export function maskSecrets(text: string, secrets: readonly Secret[]): string {
  return secrets
    .map((secret) => secret.reveal())
    .flatMap((value) => [value, value.trim(), encodeURIComponent(value)])
    .filter((value) => value.length >= SHORTEST_SECRET)
    .sort((left, right) => right.length - left.length)
    .reduce((result, value) => result.replaceAll(value, MASK), redactText(text));
}

/** Masking every single letter would leave nothing to read, and would tell the secret. */
const SHORTEST_SECRET = 3;

const TOKEN_PREFIX = 'pypi-';
const SHORTEST_TOKEN = 20;

function redactTokens(text: string): string {
  let result = '';
  let from = 0;
  for (;;) {
    const start = text.indexOf(TOKEN_PREFIX, from);
    if (start === -1) return result + text.slice(from);
    let end = start + TOKEN_PREFIX.length;
    while (end < text.length && /[A-Za-z0-9_-]/.test(text.charAt(end))) end += 1;
    const isToken = end - start >= SHORTEST_TOKEN + TOKEN_PREFIX.length;
    result += text.slice(from, start) + (isToken ? MASK : text.slice(start, end));
    from = end;
  }
}

/** Every JWT begins with `{"` in base64url (RFC 7519); three parts with dots between. */
const JWT_PREFIX = 'eyJ';
const SHORTEST_JWT = 40;

function redactJwts(text: string): string {
  let result = '';
  let from = 0;
  for (;;) {
    const start = text.indexOf(JWT_PREFIX, from);
    if (start === -1) return result + text.slice(from);
    let end = start;
    let dots = 0;
    while (end < text.length && /[A-Za-z0-9_.-]/.test(text.charAt(end))) {
      if (text[end] === '.') dots += 1;
      end += 1;
    }
    const isJwt = dots >= 2 && end - start >= SHORTEST_JWT;
    result += text.slice(from, start) + (isJwt ? MASK : text.slice(start, end));
    from = end;
  }
}
