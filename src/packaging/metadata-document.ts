/**
 * The file format of METADATA, PKG-INFO and WHEEL: headers, an empty line and a body, kept byte for byte.
 *
 * Specification: Core metadata, "Format": the e-mail headers of RFC 822 in UTF-8, as Python's `email.parser` reads them with
 * the policy `compat32`. https://packaging.python.org/specifications/core-metadata/
 */

/** One header with its folded lines. */
export interface MetadataHeader {
  readonly kind: 'header';
  /** As written: `Requires-Dist`. */
  readonly name: string;
  /**
   * The value without the white space and line endings before it, and without the line ending after it, as Python reads
   * it since 3.12.8 and 3.13.1. Folded lines are kept as they are, each with its line ending and indentation. Bytes that
   * are not UTF-8 are shown as Latin-1.
   */
  readonly value: string;
  readonly isUtf8: boolean;
  /** Every byte of it, line endings included. */
  readonly raw: Uint8Array;
}

/** Lines among the headers that readers skip: a folded line that continues nothing, `From ` of a mailbox, a line without a name. */
export interface SkippedLines {
  readonly kind: 'skipped';
  readonly raw: Uint8Array;
}

/** A header file as it is; {@link printMetadata} gives the same bytes again. */
export interface MetadataDocument {
  readonly headers: readonly (MetadataHeader | SkippedLines)[];
  /** The empty line between headers and body: one line ending, or nothing when the file has no such line. */
  readonly separator: Uint8Array;
  /** Everything after the separator. */
  readonly body: Uint8Array;
  /** The line ending of the first line, for lines that are added; `\n` for an empty file. */
  readonly newline: '\n' | '\r\n' | '\r';
}

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const COLON = 0x3a;

/** Reads a header file. There is no wrong one: what is not a header ends the headers, and is the body. */
export function parseMetadata(bytes: Uint8Array): MetadataDocument {
  const headers: (MetadataHeader | SkippedLines)[] = [];
  let position = 0;
  let bodyStart = 0;
  let separatorStart = 0;
  for (;;) {
    const lineEnd = endOfLine(bytes, position);
    const kind = classifyLine(bytes, position, lineEnd);
    if (kind === 'body' || kind === 'empty') {
      separatorStart = position;
      bodyStart = kind === 'empty' ? lineEnd : position;
      break;
    }
    const end = endOfFolding(bytes, lineEnd);
    const raw = bytes.subarray(position, end);
    headers.push(kind === 'header' ? readHeader(raw) : { kind: 'skipped', raw });
    position = end;
  }
  return {
    headers,
    separator: bytes.subarray(separatorStart, bodyStart),
    body: bytes.subarray(bodyStart),
    newline: firstNewline(bytes),
  };
}

/** The bytes of a document. */
export function printMetadata(document: MetadataDocument): Uint8Array {
  const headers = document.headers.map((header) => header.raw);
  return Buffer.concat([...headers, document.separator, document.body]);
}

/** A header made of the bytes of its lines. */
export function readHeader(raw: Uint8Array): MetadataHeader {
  const colon = raw.indexOf(COLON);
  let start = colon + 1;
  while (isBlank(raw[start]) || isNewline(raw[start])) start += 1;
  let end = raw.length;
  while (end > start && isNewline(raw[end - 1])) end -= 1;
  const name = latin1(raw.subarray(0, colon));
  const value = decodeUtf8(raw.subarray(start, end));
  if (value !== undefined) return { kind: 'header', name, value, isUtf8: true, raw };
  return { kind: 'header', name, value: latin1(raw.subarray(start, end)), isUtf8: false, raw };
}

/** The text of UTF-8 bytes, or undefined when they are not UTF-8. A byte order mark is kept, as Python keeps it. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return STRICT_UTF8.decode(bytes);
  } catch {
    return undefined;
  }
}

/** The headers alone, in order. */
export function headersOf(document: MetadataDocument): readonly MetadataHeader[] {
  return document.headers.filter((header) => header.kind === 'header');
}

/** The values of every header of a name, in order; names compare without case. */
export function headerValues(document: MetadataDocument, name: string): readonly string[] {
  const wanted = name.toLowerCase();
  return headersOf(document)
    .filter((header) => header.name.toLowerCase() === wanted)
    .map((header) => header.value);
}

const STRICT_UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

type LineKind = 'header' | 'skipped' | 'empty' | 'body';

/** What the line from `start` to `end` is, where a new header or the body is due. */
function classifyLine(bytes: Uint8Array, start: number, end: number): LineKind {
  if (start === end) return 'body';
  if (isNewline(bytes[start])) return 'empty';
  // Continues nothing, since those that do belong to the header before.
  if (isBlank(bytes[start])) return 'skipped';
  // A nameless line: readers pass over it and go on.
  if (bytes[start] === COLON) return 'skipped';
  if (isEnvelope(bytes, start)) return 'skipped';
  for (let index = start; index < end; index += 1) {
    const byte = bytes[index] ?? 0;
    if (byte === COLON) return 'header';
    // RFC 822: a field name is printable ASCII without spaces.
    if (byte <= 0x20 || byte >= 0x7f) return 'body';
  }
  return 'body';
}

const ENVELOPE = Buffer.from('From ', 'latin1');

function isEnvelope(bytes: Uint8Array, start: number): boolean {
  return ENVELOPE.every((byte, index) => bytes[start + index] === byte);
}

/** The end of the lines at `position` that start with a blank, and so continue the line before. */
function endOfFolding(bytes: Uint8Array, position: number): number {
  let end = position;
  while (isBlank(bytes[end])) end = endOfLine(bytes, end);
  return end;
}

/** The index after the line ending of the line at `position`: `\n`, `\r\n` or `\r`, or the end of the file. */
function endOfLine(bytes: Uint8Array, position: number): number {
  let end = position;
  while (end < bytes.length && !isNewline(bytes[end])) end += 1;
  if (bytes[end] === CARRIAGE_RETURN && bytes[end + 1] === LINE_FEED) return end + 2;
  return Math.min(end + 1, bytes.length);
}

function firstNewline(bytes: Uint8Array): '\n' | '\r\n' | '\r' {
  const end = endOfLine(bytes, 0);
  if (bytes[end - 1] === CARRIAGE_RETURN) return '\r';
  return bytes[end - 2] === CARRIAGE_RETURN ? '\r\n' : '\n';
}

/** Space or tab. */
function isBlank(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09;
}

function isNewline(byte: number | undefined): boolean {
  return byte === LINE_FEED || byte === CARRIAGE_RETURN;
}
