/**
 * The values of an XML text with their places, so that single ones can be changed and every other byte stays: the text of
 * elements that have no others in them, and attributes.
 *
 * No document type is read: entities of its own could stand for anything. What is not well-formed has no values, and so has
 * what has hundreds of attributes or of elements in one another.
 * Specification: XML 1.0 (Fifth Edition), sections 2.4 to 3.1 and 4.6.
 */

/** A text or an attribute. */
export interface XmlValue {
  /** Local names from the root on, each with the number of its element: `bom#0`, `components#3`, `component#4`. */
  readonly path: readonly string[];
  /** Local name of the attribute; undefined for a text. */
  readonly attribute?: string;
  /** With references resolved and blanks around it left out. */
  readonly value: string;
  /** Of what stands in the text for `value`. */
  readonly start: number;
  readonly end: number;
}

/** A document's values, and the namespace of its root. */
export interface XmlValues {
  readonly namespace: string;
  readonly values: readonly XmlValue[];
}

interface Frame {
  readonly name: string;
  readonly path: readonly string[];
  /** Where the text of the element begins; undefined once it has more than text in it. */
  textStart: number | undefined;
}

/** Elements in one another; bills have a dozen. Paths are as long, so that hostile depth costs its square. */
const DEEPEST = 100;

const NAME = String.raw`[A-Za-z_][\w.-]*(?::[A-Za-z_][\w.-]*)?`;
const MARKUP = new RegExp(
  String.raw`<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<!\[CDATA\[[\s\S]*?\]\]>|</(?<close>${NAME})\s*>|<(?<open>${NAME})(?<attributes>(?:\s+${NAME}\s*=\s*(?:"[^"<]*"|'[^'<]*')){0,99})\s*(?<empty>/?)>|<`,
  'g',
);
const ATTRIBUTE = new RegExp(String.raw`(${NAME})(\s*=\s*)(?:"([^"]*)"|'([^']*)')`, 'g');

/** Undefined for what is no well-formed document, has a document type, or is nested without end. */
export function xmlValues(text: string): XmlValues | undefined {
  const values: XmlValue[] = [];
  const frames: Frame[] = [];
  let namespace: string | undefined;
  let elements = 0;
  for (const match of text.matchAll(MARKUP)) {
    const { open, close, attributes = '', empty = '' } = match.groups ?? {};
    const frame = frames.at(-1);
    const end = match.index + match[0].length;
    if (open !== undefined) {
      if (frame === undefined ? elements > 0 : frames.length >= DEEPEST) return undefined;
      if (frame !== undefined) frame.textStart = undefined;
      const path = [...(frame?.path ?? []), `${localName(open)}#${elements}`];
      const start = match.index + 1 + open.length;
      const found = attributesOf(attributes, start, path);
      if (elements === 0) namespace = namespaceOf(open, attributes);
      elements += 1;
      values.push(...found);
      if (empty === '') frames.push({ name: open, path, textStart: end });
    } else if (close !== undefined) {
      if (frame?.name !== close) return undefined;
      frames.pop();
      if (frame.textStart !== undefined)
        values.push(...textOf(text.slice(frame.textStart, match.index), frame.textStart, frame));
    } else if (match[0] === '<') return undefined;
    else if (frame !== undefined) frame.textStart = undefined;
  }
  return frames.length > 0 || namespace === undefined ? undefined : { namespace, values };
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

function attributesOf(text: string, start: number, path: readonly string[]): readonly XmlValue[] {
  return [...text.matchAll(ATTRIBUTE)].map((match) => {
    const [whole, name = '', sign = '', double, single = ''] = match;
    const raw = double ?? single;
    const from = start + match.index + name.length + sign.length + 1;
    return {
      path,
      attribute: localName(name),
      value: resolved(raw),
      start: from,
      end: start + match.index + whole.length - 1,
    };
  });
}

function namespaceOf(name: string, attributes: string): string {
  const prefix = name.includes(':') ? name.slice(0, name.indexOf(':')) : undefined;
  const wanted = prefix === undefined ? 'xmlns' : `xmlns:${prefix}`;
  const match = [...attributes.matchAll(ATTRIBUTE)].find(([, attribute]) => attribute === wanted);
  return resolved(match?.[3] ?? match?.[4] ?? '');
}

function textOf(raw: string, start: number, { path }: Frame): readonly XmlValue[] {
  const trimmed = raw.trim();
  if (trimmed === '') return [];
  const from = start + raw.indexOf(trimmed);
  return [{ path, value: resolved(trimmed), start: from, end: from + trimmed.length }];
}

const NAMED: ReadonlyMap<string, string> = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['amp', '&'],
  ['quot', '"'],
  ['apos', "'"],
]);

function resolved(text: string): string {
  return text.replace(
    /&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w+));/gi,
    (whole, decimal?: string, hex?: string, name?: string) => {
      const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
      if (name !== undefined) return NAMED.get(name) ?? whole;
      return code <= 0x10_ff_ff ? String.fromCodePoint(code) : whole;
    },
  );
}

/** One value to put in place of another. */
export interface XmlReplacement {
  readonly place: Pick<XmlValue, 'start' | 'end'>;
  readonly value: string;
}

/** The text with other values; all bytes around them stay. */
export function replaceXml(text: string, replacements: readonly XmlReplacement[]): string {
  let result = '';
  let from = 0;
  for (const { place, value } of replacements) {
    result += text.slice(from, place.start) + escaped(value);
    from = place.end;
  }
  return result + text.slice(from);
}

function escaped(value: string): string {
  return value
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&apos;');
}
