/**
 * Changes to header files (METADATA, PKG-INFO, WHEEL) that leave every byte alone that they are not about.
 *
 * A value may be on several lines only when it is folded already: each line after the first starts with a blank. Anything
 * else with a line break could add headers or end them, and is refused.
 */
import { WheelworksError } from '../support/errors.ts';
import { excerpt } from './excerpt.ts';
import {
  readHeader,
  type MetadataDocument,
  type MetadataHeader,
  type SkippedLines,
} from './metadata-document.ts';

/** A header as a caller names it. */
export interface HeaderText {
  readonly name: string;
  readonly value: string;
}

/**
 * Gives a header one value: the first header of that name gets it where it stands, others of the name go; without any it is
 * added after the last header.
 * @throws WheelworksError `packaging/metadata-header`.
 */
export function setHeader(
  document: MetadataDocument,
  name: string,
  value: string,
): MetadataDocument {
  return setHeaders(document, name, [value]);
}

/**
 * Gives a header these values in order: they stand where its first one stood, or after the last header. No values removes it.
 * Headers that have the right value already keep their bytes.
 * @throws WheelworksError `packaging/metadata-header`.
 */
export function setHeaders(
  document: MetadataDocument,
  name: string,
  values: readonly string[],
): MetadataDocument {
  const old = document.headers.filter((header) => isNamed(header, name));
  const wanted = values.map((value, index) => {
    const kept = old[index];
    return kept !== undefined && kept.value === value && kept.isUtf8
      ? kept
      : makeHeader(document, { name: kept?.name ?? name, value });
  });
  const first = document.headers.findIndex((header) => isNamed(header, name));
  const at = first === -1 ? document.headers.length : first;
  const before = document.headers.slice(0, at);
  const after = document.headers.slice(at).filter((header) => !isNamed(header, name));
  return withHeaders(document, [...before, ...wanted, ...after]);
}

/**
 * Adds a header after the last one of its name, or after the last header of all.
 * @throws WheelworksError `packaging/metadata-header`.
 */
export function addHeader(
  document: MetadataDocument,
  name: string,
  value: string,
): MetadataDocument {
  const last = document.headers.findLastIndex((header) => isNamed(header, name));
  const at = last === -1 ? document.headers.length : last + 1;
  return withHeaders(
    document,
    document.headers.toSpliced(at, 0, makeHeader(document, { name, value })),
  );
}

/** Removes every header of a name or, with `value`, those of them that have it. */
export function removeHeader(
  document: MetadataDocument,
  name: string,
  value?: string,
): MetadataDocument {
  return withHeaders(
    document,
    document.headers.filter(
      (header) => !isNamed(header, name) || (value !== undefined && header.value !== value),
    ),
  );
}

/**
 * Gives headers of a name another value where they have the value `from`; the spelling of the name is kept.
 * @throws WheelworksError `packaging/metadata-header`, also when there is no header with that value.
 */
export function replaceHeaderValue(
  document: MetadataDocument,
  header: HeaderText,
  to: string,
): MetadataDocument {
  let found = false;
  const headers = document.headers.map((old) => {
    if (!isNamed(old, header.name) || old.value !== header.value) return old;
    found = true;
    return makeHeader(document, { name: old.name, value: to });
  });
  if (!found) {
    throw new WheelworksError(
      'packaging/metadata-header',
      `There is no header ${header.name} with the value ${excerpt(header.value)}.`,
    );
  }
  return withHeaders(document, headers);
}

type Line = MetadataHeader | SkippedLines;

function isNamed(header: Line, name: string): header is MetadataHeader {
  return header.kind === 'header' && header.name.toLowerCase() === name.toLowerCase();
}

/** Header names of core metadata; narrower than RFC 822, which nobody needs here. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]*$/;

/** What some readers take for the end of a line, besides `\n` and `\r`; and NUL, which ends texts elsewhere. */
const FOREIGN_BREAKS: ReadonlySet<string> = new Set('\0\v\f\x1c\x1d\x1e\x85\u2028\u2029');
const UNFOLDED_BREAK = /(?:\r\n|\n|\r)(?![ \t])/;
const HALF_CHARACTER = /\p{Surrogate}/u;

function makeHeader(document: MetadataDocument, { name, value }: HeaderText): MetadataHeader {
  if (!NAME.test(name)) {
    throw new WheelworksError(
      'packaging/metadata-header',
      `${excerpt(name)} cannot be the name of a header.`,
    );
  }
  const problem = valueProblem(value);
  if (problem !== undefined) {
    throw new WheelworksError(
      'packaging/metadata-header',
      `${excerpt(value)} cannot be the value of the header ${name}: ${problem}.`,
    );
  }
  const folded = value.replaceAll(/\r\n|\n|\r/g, document.newline);
  return readHeader(Buffer.from(`${name}: ${folded}${document.newline}`, 'utf8'));
}

function valueProblem(value: string): string | undefined {
  if (UNFOLDED_BREAK.test(value) || Array.from(value).some((char) => FOREIGN_BREAKS.has(char))) {
    return 'a line break in it would start another header';
  }
  // Readers take these off, so that the value would not be read back.
  if (/^[ \t\r\n]/.test(value)) return 'it begins with white space';
  return HALF_CHARACTER.test(value) ? 'it holds half a character (a lone surrogate)' : undefined;
}

/**
 * The document with other headers. A line ending is added only where lines would run together: to a header that ended the
 * file, and to one that ends in `\r` before an empty line that is `\n`.
 */
function withHeaders(document: MetadataDocument, headers: readonly Line[]): MetadataDocument {
  const last = headers.length - 1;
  const lines = headers.map((header, index) =>
    index < last && !endsInNewline(header.raw) ? withEnding(header, document.newline) : header,
  );
  const end = lines[last];
  const isJoined = end?.raw.at(-1) === CARRIAGE_RETURN && document.separator[0] === LINE_FEED;
  return { ...document, headers: isJoined ? lines.with(last, withEnding(end, '\n')) : lines };
}

const CARRIAGE_RETURN = 0x0d;
const LINE_FEED = 0x0a;

function withEnding(header: Line, ending: string): Line {
  const raw = Buffer.concat([header.raw, Buffer.from(ending, 'latin1')]);
  return header.kind === 'header' ? readHeader(raw) : { kind: 'skipped', raw };
}

function endsInNewline(raw: Uint8Array): boolean {
  return raw.at(-1) === LINE_FEED || raw.at(-1) === CARRIAGE_RETURN;
}
