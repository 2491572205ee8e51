/**
 * The quoted strings of markers.
 *
 * The specification gives them no escapes; the reference implementation reads them as Python string literals, and so do
 * the installers built on it. Specification of those: The Python Language Reference, 2.5 "String and Bytes literals".
 */

/**
 * What Python makes of the text between the quotes of a one-line string literal; undefined where Python refuses it. `\N{...}` is
 * refused too: it would need the names of all characters.
 */
export function decodePythonString(body: string): string | undefined {
  if (!body.includes('\\')) return REFUSED_RAW.test(body) ? undefined : body;
  let result = '';
  let position = 0;
  for (;;) {
    const backslash = body.indexOf('\\', position);
    const plain = body.slice(position, backslash === -1 ? body.length : backslash);
    if (REFUSED_RAW.test(plain)) return undefined;
    result += plain;
    if (backslash === -1) return result;
    const escape = readEscape(body, backslash + 1);
    if (escape === undefined) return undefined;
    result += escape.text;
    position = escape.end;
  }
}

/**
 * A text as a quoted string that reads back as the same text, in double quotes unless it has some itself. Only what
 * could not stand there raw is escaped.
 */
export function encodePythonString(text: string): string {
  const quote = text.includes('"') && !text.includes("'") ? "'" : '"';
  const body = text.replaceAll(NEEDS_ESCAPE, escapeCharacter);
  // Even escaped as \" it would end the string: markers are split at quotes before escapes are read.
  return `${quote}${quote === '"' ? body.replaceAll('"', '\\x22') : body}${quote}`;
}

/** Raw line ends and NUL end a string literal or are refused by Python's reader. */
const REFUSED_RAW = /[\n\r\0]/;
const NEEDS_ESCAPE = /[\\\n\r\0]/g;

function escapeCharacter(character: string): string {
  if (character === '\\') return '\\\\';
  return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
}

const SIMPLE_ESCAPES: ReadonlyMap<string, string> = new Map([
  ['\\', '\\'],
  ["'", "'"],
  ['"', '"'],
  ['a', '\x07'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
]);

/** Digits that must follow the letter of a hexadecimal escape. */
const HEX_ESCAPES: ReadonlyMap<string, number> = new Map([
  ['x', 2],
  ['u', 4],
  ['U', 8],
]);

const LAST_CODE_POINT = 0x10ffff;
const LINE_END = /\r\n|\n|\r/y;
const OCTAL = /[0-7]{1,3}/y;
const HEX = /^[0-9A-Fa-f]+$/;

/** What the characters after a backslash stand for. */
function readEscape(body: string, start: number): { text: string; end: number } | undefined {
  const letter = body.charAt(start);
  const simple = SIMPLE_ESCAPES.get(letter);
  if (simple !== undefined) return { text: simple, end: start + 1 };
  const hexDigits = HEX_ESCAPES.get(letter);
  if (hexDigits !== undefined) return readHexEscape(body, start + 1, hexDigits);
  // A named character, a NUL, or a backslash that took the closing quote with it.
  if (letter === 'N' || letter === '\0' || letter === '') return undefined;
  const octal = matchAt(OCTAL, body, start);
  if (octal !== undefined) {
    return { text: String.fromCodePoint(Number.parseInt(octal, 8)), end: start + octal.length };
  }
  // A line ending after a backslash joins two lines.
  const lineEnd = matchAt(LINE_END, body, start);
  if (lineEnd !== undefined) return { text: '', end: start + lineEnd.length };
  // Python keeps the backslash before a letter that it does not know.
  return { text: '\\', end: start };
}

function readHexEscape(
  body: string,
  start: number,
  count: number,
): { text: string; end: number } | undefined {
  const digits = body.slice(start, start + count);
  if (digits.length < count || !HEX.test(digits)) return undefined;
  const codePoint = Number.parseInt(digits, 16);
  if (codePoint > LAST_CODE_POINT) return undefined;
  return { text: String.fromCodePoint(codePoint), end: start + count };
}

function matchAt(pattern: RegExp, text: string, position: number): string | undefined {
  pattern.lastIndex = position;
  return pattern.exec(text)?.[0];
}
