/**
 * DER, the encoding of certificates.
 *
 * Specification: ITU-T X.690 (02/2021), clauses 8 and 10: definite, shortest lengths only; no reader here follows the
 * nesting by itself, so depth costs nothing.
 */
import { ByteReader } from './byte-reader.ts';
import { WheelworksError, type ErrorCode } from './errors.ts';

/** One value with its tag. */
export interface DerElement {
  /** The identifier octet as it stands: class, form and number. */
  readonly tag: number;
  /** The contents, a view of the bytes that were read. */
  readonly content: Uint8Array;
  /** Where its contents begin in the bytes that were read first. */
  readonly offset: number;
}

/** Identifier octets of the types that certificates are made of. */
export const DER = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  utf8String: 0x0c,
  ia5String: 0x16,
  sequence: 0x30,
  set: 0x31,
} as const;

/** `[number] EXPLICIT` and other constructed values of the context's own numbering. */
export function contextTag(number: number): number {
  return 0xa0 | number;
}

/** How to name what is at fault. */
export interface DerOptions {
  /** Code of every error. */
  readonly code: ErrorCode;
  /** Most elements of one level. Default 1000, more than any certificate has. */
  readonly most?: number;
}

const MOST_ELEMENTS = 1000;

/**
 * The one element that the bytes are.
 * @throws WheelworksError of the given code when they are cut short, are not DER, or go on behind it.
 */
export function readDer(bytes: Uint8Array, options: DerOptions): DerElement {
  const [element, ...rest] = elementsOf(bytes, 0, { ...options, most: 1 });
  if (element === undefined || rest.length > 0)
    throw new WheelworksError(options.code, 'There is nothing where a DER value should be.');
  return element;
}

/**
 * The elements inside a constructed one, in order.
 * @throws WheelworksError of the given code.
 */
export function derChildren(element: DerElement, options: DerOptions): readonly DerElement[] {
  if ((element.tag & CONSTRUCTED) === 0)
    throw new WheelworksError(options.code, 'A DER value has no parts where it must.', {
      evidence: `offset ${element.offset}`,
    });
  return elementsOf(element.content, element.offset, options);
}

/**
 * An object identifier as dotted numbers.
 * @throws WheelworksError of the given code.
 */
export function derOid(element: DerElement, { code }: DerOptions): string {
  const bytes = element.content;
  const fault = (): WheelworksError =>
    new WheelworksError(code, 'An object identifier of the DER is malformed.', {
      evidence: `offset ${element.offset}`,
    });
  if (element.tag !== DER.oid || bytes.length === 0 || bytes.length > LONGEST_OID) throw fault();
  const arcs: number[] = [];
  let value = 0;
  let begins = true;
  for (const byte of bytes) {
    // 8.19.2: a number begins with no byte that says nothing.
    if (begins && byte === 0x80) throw fault();
    value = value * 128 + (byte & 0x7f);
    if (!Number.isSafeInteger(value)) throw fault();
    begins = (byte & 0x80) === 0;
    if (begins) {
      arcs.push(value);
      value = 0;
    }
  }
  const [first = 0, ...rest] = arcs;
  if (!begins) throw fault();
  const top = Math.min(Math.floor(first / 40), 2);
  return [top, first - top * 40, ...rest].join('.');
}

const CONSTRUCTED = 0x20;
const LONGEST_OID = 64;

function elementsOf(bytes: Uint8Array, base: number, options: DerOptions): readonly DerElement[] {
  const { code, most = MOST_ELEMENTS } = options;
  const reader = new ByteReader(bytes, { code, littleEndian: false, baseOffset: base });
  const elements: DerElement[] = [];
  while (reader.remaining > 0) {
    if (elements.length >= most)
      throw reader.error(most === 1 ? 'Bytes follow the DER value' : 'The DER has too many parts');
    const tag = reader.u8('a DER tag');
    if ((tag & 0x1f) === 0x1f) throw reader.error('A DER tag has a number that nothing here has');
    const length = readLength(reader);
    const offset = base + reader.position;
    elements.push({ tag, content: reader.bytes(length, 'a DER value'), offset });
  }
  return elements;
}

function readLength(reader: ByteReader): number {
  const first = reader.u8('a DER length');
  if (first < 0x80) return first;
  const count = first & 0x7f;
  // Four bytes make lengths of 4 GiB; no count at all is BER's indefinite form.
  if (count === 0 || count > 4) throw reader.error('A DER length is of a form that DER has not');
  let length = 0;
  for (const byte of reader.bytes(count, 'a DER length')) length = length * 256 + byte;
  const shortest = length < 0x80 ? 0 : Math.ceil(Math.log2(length + 1) / 8);
  if (count !== shortest) throw reader.error('A DER length is longer than needed');
  return length;
}
