/** Versions in TOML files. Only the value changes: comments, order and form stay. Specification: TOML 1.0. */
import { parse as parseToml } from 'smol-toml';
import { WheelworksError } from '../../support/errors.ts';
import {
  ambiguous,
  badFile,
  keyPaths,
  noVersion,
  notText,
  type Located,
  type VersionFormat,
} from './format.ts';
import { lineEnd, skipPattern, skipString, skipValue } from './value-cursor.ts';

/** `[project]` (PEP 621), poetry's table, Cargo's tables, and a file that has little else. */
const USUAL = [
  'project.version',
  'tool.poetry.version',
  'package.version',
  'workspace.package.version',
  'version',
  'package-version',
];

export const tomlFormat: VersionFormat = {
  name: 'toml',
  locate(text, key, path) {
    const document = parse(text, path);
    const found = (key === undefined ? USUAL : [key]).flatMap((name) => {
      const way = keyPaths(name).find((each) => valueAt(document, each) !== undefined);
      return way === undefined ? [] : [{ name, way }];
    });
    const [first, second] = found;
    if (first === undefined) throw dynamicOrNone(document, key, path);
    if (second !== undefined)
      throw ambiguous(
        path,
        found.map(({ name }) => name),
      );
    const value = valueAt(document, first.way);
    // Cargo takes `version.workspace = true` for "that of the workspace".
    if (typeof value !== 'string') throw notText(path, first.name, value);
    return located(text, { key: first.name, value, way: first.way, path });
  },
  create: (key, version) => `${key ?? 'version'} = "${version}"\n`,
  get(text, key, path) {
    const document = parse(text, path);
    const value = keyPaths(key)
      .map((way) => valueAt(document, way))
      .find((each) => each !== undefined);
    return typeof value === 'string' ? value : undefined;
  },
};

function parse(text: string, path: string): unknown {
  try {
    return parseToml(text);
  } catch (error) {
    throw badFile(
      path,
      'valid TOML',
      error instanceof Error ? error.message.trim() : String(error),
    );
  }
}

function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function valueAt(document: unknown, way: readonly string[]): unknown {
  let value = document;
  for (const name of way) {
    if (!isTable(value) || !Object.hasOwn(value, name)) return undefined;
    value = value[name];
  }
  return value;
}

function dynamicOrNone(document: unknown, key: string | undefined, path: string): WheelworksError {
  const dynamic = valueAt(document, ['project', 'dynamic']);
  if (key !== undefined || !Array.isArray(dynamic) || !dynamic.includes('version'))
    return noVersion(path, key, USUAL);
  return new WheelworksError('version/dynamic', `The version in ${path} is dynamic.`, {
    path,
    hint: 'Name the file that holds it, or take it from tags with --from tags.',
  });
}

function located(
  text: string,
  { key, value, way, path }: { key: string; value: string; way: readonly string[]; path: string },
): Located {
  const span = spanOf(text, way);
  const quoted = span === undefined ? '' : text.slice(span.start, span.end);
  if (span === undefined || (value !== '' && !/^["'](?!["'])/.test(quoted)))
    throw new WheelworksError('version/bad-file', `${key} of ${path} stands in an unusual place.`, {
      path,
      hint: 'Write it as version = "1.2.3" in its table.',
    });
  const quote = quoted.charAt(0);
  return { key, value, ...span, encode: (version) => `${quote}${version}${quote}` };
}

interface Span {
  readonly start: number;
  readonly end: number;
}

const BLANKS = /[ \t]*/y;
const BETWEEN = /(?:[ \t\r\n]+|#[^\n]*)*/y;
const BARE_KEY = /[A-Za-z0-9_-]+/y;

/** The place of a value that the parser found; undefined when it is within something that is not looked into. */
function spanOf(text: string, wanted: readonly string[]): Span | undefined {
  let table: readonly string[] = [];
  let position = skipPattern(text, 0, BETWEEN);
  while (position < text.length) {
    if (text[position] === '[') {
      const isArray = text[position + 1] === '[';
      const { way, end } = keyAt(text, position + (isArray ? 2 : 1));
      // Elements of arrays have no name to be wanted by.
      table = isArray ? [...way, '[]'] : way;
      position = lineEnd(text, end);
    } else {
      const { way, end } = keyAt(text, position);
      const start = skipPattern(text, end + 1, BLANKS);
      const found = valueSpan(text, { way: [...table, ...way], start, wanted });
      if (found.span !== undefined) return found.span;
      if (found.end <= position) return undefined;
      position = found.end;
    }
    position = skipPattern(text, position, BETWEEN);
  }
  return undefined;
}

function valueSpan(
  text: string,
  at: {
    readonly way: readonly string[];
    readonly start: number;
    readonly wanted: readonly string[];
  },
): { readonly span?: Span; readonly end: number } {
  const { way, start, wanted } = at;
  const end = skipValue(text, start);
  if (!way.every((name, index) => name === wanted[index])) return { end };
  if (way.length === wanted.length) {
    const length = text.slice(start, end).trimEnd().length;
    return { span: { start, end: start + length }, end };
  }
  return text[start] === '{' ? { ...inlineSpan(text, at), end } : { end };
}

/** Within `{ a = 1, b = 2 }`. */
function inlineSpan(
  text: string,
  at: {
    readonly way: readonly string[];
    readonly start: number;
    readonly wanted: readonly string[];
  },
): { readonly span?: Span } {
  let position = skipPattern(text, at.start + 1, BETWEEN);
  while (position < text.length && text[position] !== '}') {
    const { way, end } = keyAt(text, position);
    const start = skipPattern(text, end + 1, BLANKS);
    const found = valueSpan(text, { way: [...at.way, ...way], start, wanted: at.wanted });
    if (found.span !== undefined || found.end <= position) return found;
    position = skipPattern(text, found.end, BETWEEN);
    if (text[position] === ',') position = skipPattern(text, position + 1, BETWEEN);
  }
  return {};
}

/** A key, dotted or quoted, and the index of what follows it: `=` or `]`. */
function keyAt(text: string, start: number): { way: readonly string[]; end: number } {
  const way: string[] = [];
  let position = start;
  do {
    if (text[position] === '.') position += 1;
    position = skipPattern(text, position, BLANKS);
    const isQuoted = text[position] === '"' || text[position] === "'";
    const end = isQuoted ? skipString(text, position) : skipPattern(text, position, BARE_KEY);
    const part = text.slice(position, end);
    way.push(isQuoted ? unquoted(part) : part);
    position = skipPattern(text, end, BLANKS);
  } while (text[position] === '.');
  return { way, end: position };
}

function unquoted(part: string): string {
  const name: unknown = parseToml(`k = ${part}`)['k'];
  return typeof name === 'string' ? name : part;
}
