/**
 * Versions in Python files: `__version__ = "1.2.3"` at the left margin.
 *
 * Specification: The Python Language Reference, 2.5 "String and Bytes literals"; the names are those of the
 * "Single-sourcing the project version" guide of packaging.python.org and of common use.
 */
import { decodePythonString } from '../../packaging/python-string.ts';
import { WheelworksError } from '../../support/errors.ts';
import { ambiguous, noVersion, type Located, type VersionFormat } from './format.ts';
import { lineEnd, skipString } from './value-cursor.ts';

const USUAL = ['__version__', 'VERSION', '__VERSION__', 'version'];

export const pythonFormat: VersionFormat = {
  name: 'python',
  locate(text, key, path) {
    const names = key === undefined ? USUAL : [key];
    const found = assignments(text).filter(({ name }) => names.includes(name));
    const [first, second] = found;
    if (first === undefined) throw noVersion(path, key, USUAL);
    if (second !== undefined) {
      // Without a key, a name that is given something else than a text is not meant.
      const texts = found.filter((each) => literalAt(text, each) !== undefined);
      const [only, other] = texts;
      if (key !== undefined || only === undefined || other !== undefined)
        throw ambiguous(
          path,
          found.map(({ name }) => name),
        );
      return located(text, only, path);
    }
    return located(text, first, path);
  },
  create: (key, version) => `${key ?? '__version__'} = "${version}"\n`,
};

interface Assignment {
  readonly name: string;
  /** Of the value. */
  readonly start: number;
}

/** Annotations are allowed; `==` is a comparison. */
const ASSIGNMENT = /([A-Za-z_]\w*)[ \t]*(?::[^=\n"']{1,80})?=(?!=)[ \t]*/y;

/** Assignments to plain names at the left margin, outside of strings. */
function assignments(text: string): readonly Assignment[] {
  const found: Assignment[] = [];
  let position = 0;
  while (position < text.length) {
    ASSIGNMENT.lastIndex = position;
    const match = ASSIGNMENT.exec(text);
    if (match !== null) found.push({ name: match[1] ?? '', start: ASSIGNMENT.lastIndex });
    position = nextLine(text, position);
  }
  return found;
}

/** The start of the next logical line: strings of several lines are passed over. */
function nextLine(text: string, start: number): number {
  let position = start;
  while (position < text.length) {
    const character = text.charAt(position);
    if (character === '\n') return position + 1;
    if (character === '#') position = lineEnd(text, position);
    else if (character === '"' || character === "'") position = endOfLiteral(text, position);
    else position += 1;
  }
  return position;
}

/** Unlike in TOML, both quotes have escapes, and a string of one quote ends at the line's end at the latest. */
function endOfLiteral(text: string, start: number): number {
  const quote = text.charAt(start);
  if (text.startsWith(quote.repeat(3), start) && quote === '"') return skipString(text, start);
  const isLong = text.startsWith(quote.repeat(3), start);
  const close = isLong ? quote.repeat(3) : quote;
  let position = start + close.length;
  while (position < text.length) {
    if (text[position] === '\\') position += 2;
    else if (text.startsWith(close, position)) return position + close.length;
    else if (!isLong && text[position] === '\n') return position;
    else position += 1;
  }
  return text.length;
}

/** A one-line literal without prefix, or with one that changes nothing in a version, and nothing else on its line. */
const LITERAL = /([rRuU]?)("[^"\\\n]*"|'[^'\\\n]*')[ \t]*;?[ \t]*(?:#[^\n]*)?(?=\r?\n|$)/y;

function literalAt(
  text: string,
  { start }: Assignment,
): { readonly start: number; readonly end: number; readonly body: string } | undefined {
  LITERAL.lastIndex = start;
  const match = LITERAL.exec(text);
  if (match === null) return undefined;
  const [, prefix = '', quoted = ''] = match;
  const from = start + prefix.length;
  return { start: from, end: from + quoted.length, body: quoted.slice(1, -1) };
}

function located(text: string, assignment: Assignment, path: string): Located {
  const literal = literalAt(text, assignment);
  const value = literal === undefined ? undefined : decodePythonString(literal.body);
  if (literal === undefined || value === undefined) {
    const line = text.slice(assignment.start, lineEnd(text, assignment.start)).trim();
    throw new WheelworksError(
      'version/not-a-version',
      `${assignment.name} of ${path} is no text in quotes.`,
      {
        path,
        evidence: line,
        hint: 'Python files are read, not run: write the version itself there.',
      },
    );
  }
  const quote = text.charAt(literal.start);
  return {
    key: assignment.name,
    value,
    start: literal.start,
    end: literal.end,
    encode: (version) => `${quote}${version}${quote}`,
  };
}
