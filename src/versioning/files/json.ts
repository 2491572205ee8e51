/** Versions in JSON files. Only the value changes: indentation, line ends and everything else stay. */
import {
  ambiguous,
  badFile,
  keyPaths,
  noVersion,
  notText,
  type KeyValue,
  type Located,
  type VersionFormat,
} from './format.ts';
import { skipPattern, skipString, skipValue } from './value-cursor.ts';

/** Where packages keep their version: npm's name, and that of IREE's version files. */
const USUAL = ['version', 'package-version'];

export const jsonFormat: VersionFormat = {
  name: 'json',
  locate(text, key, path) {
    const document = parse(text, path);
    const found = (key === undefined ? USUAL : [key]).flatMap((name) => {
      const way = keyPaths(name).find((each) => valueAt(document, each) !== undefined);
      return way === undefined ? [] : [{ name, way }];
    });
    const [first, second] = found;
    if (first === undefined) throw noVersion(path, key, USUAL);
    if (second !== undefined)
      throw ambiguous(
        path,
        found.map(({ name }) => name),
      );
    return located(text, document, { ...first, path });
  },
  create: (key, version) => `${JSON.stringify({ [key ?? 'version']: version }, undefined, 2)}\n`,
  get(text, key, path) {
    const document = parse(text, path);
    const value = keyPaths(key)
      .map((way) => valueAt(document, way))
      .find((each) => each !== undefined);
    return typeof value === 'string' ? value : undefined;
  },
  set(text, entry, path) {
    const document = parse(text, path);
    const way = keyPaths(entry.key).find((each) => valueAt(document, each) !== undefined);
    if (way !== undefined) {
      const { start, end } = spanOf(text, way);
      return text.slice(0, start) + JSON.stringify(entry.value) + text.slice(end);
    }
    return added(text, entry);
  },
};

function parse(text: string, path: string): unknown {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    throw badFile(path, 'valid JSON', error instanceof Error ? error.message : String(error));
  }
  if (isObject(document)) return document;
  throw badFile(path, 'a JSON object', text.trim().slice(0, 40));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function valueAt(document: unknown, way: readonly string[]): unknown {
  let value = document;
  for (const name of way) {
    if (!isObject(value) || !Object.hasOwn(value, name)) return undefined;
    value = value[name];
  }
  return value;
}

function located(
  text: string,
  document: unknown,
  {
    name,
    way,
    path,
  }: { readonly name: string; readonly way: readonly string[]; readonly path: string },
): Located {
  const value = valueAt(document, way);
  if (typeof value !== 'string') throw notText(path, name, value);
  if (isTwice(text, way)) throw ambiguous(path, [name, name]);
  return { key: name, value, ...spanOf(text, way), encode: (version) => JSON.stringify(version) };
}

const BLANKS = /[ \t\r\n]*/y;

interface Span {
  readonly start: number;
  readonly end: number;
}

interface Member extends Span {
  readonly name: string;
}

/** The place of a value that is known to be there. */
function spanOf(text: string, way: readonly string[]): Span {
  let span: Span = { start: skipPattern(text, 0, BLANKS), end: text.length };
  for (const name of way) {
    // As parsers do, of two members with one name the last one counts.
    const member = membersOf(text, span.start).findLast((each) => each.name === name);
    if (member !== undefined) span = member;
  }
  return span;
}

/** Whether a name on the way stands twice in its object: parsers differ in which one they take. */
function isTwice(text: string, way: readonly string[]): boolean {
  return way.some((name, index) => {
    const { start } = spanOf(text, way.slice(0, index));
    return membersOf(text, start).filter((each) => each.name === name).length > 1;
  });
}

/** The members of the object whose brace is at `open`. */
function membersOf(text: string, open: number): readonly Member[] {
  const members: Member[] = [];
  let position = skipPattern(text, open + 1, BLANKS);
  while (text[position] === '"') {
    const nameEnd = skipString(text, position);
    const name = JSON.parse(text.slice(position, nameEnd)) as string;
    const colon = skipPattern(text, nameEnd, BLANKS);
    const start = skipPattern(text, colon + 1, BLANKS);
    const end = start + text.slice(start, skipValue(text, start)).trimEnd().length;
    members.push({ name, start, end });
    const comma = skipPattern(text, end, BLANKS);
    if (text[comma] !== ',') break;
    position = skipPattern(text, comma + 1, BLANKS);
  }
  return members;
}

/** A member more at the end of the outermost object, laid out as the one before it. */
function added(text: string, { key, value }: KeyValue): string {
  const open = skipPattern(text, 0, BLANKS);
  const last = membersOf(text, open).at(-1);
  const member = `${JSON.stringify(key)}: ${JSON.stringify(value)}`;
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  if (last === undefined) {
    const close = text.lastIndexOf('}');
    return `${text.slice(0, open + 1)}${newline}  ${member}${newline}${text.slice(close)}`;
  }
  const between = /\{([ \t\r\n]*)/y;
  between.lastIndex = open;
  const space = between.exec(text)?.[1] ?? '';
  const separator = space === '' ? ', ' : `,${space}`;
  return text.slice(0, last.end) + separator + member + text.slice(last.end);
}
