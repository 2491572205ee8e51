/**
 * Whether text is a well-formed XML 1.0 element, and what is in it. Only what drawings use: elements, attributes, text and
 * the five predefined entities; no comments, CDATA, instructions or declarations.
 */

/** An element or a text. */
export type XmlNode = XmlElement | string;

/** An element with its attributes, unescaped. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlNode[];
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  '#39': "'",
};
const OPEN = /<([A-Za-z][\w:-]*)((?:\s+[A-Za-z][\w:-]*="[^"<]*")*)\s*(\/?)>/y;
const CLOSE = /<\/([A-Za-z][\w:-]*)\s*>/y;
const TEXT = /[^<]+/y;
const ATTRIBUTE = /\s+([A-Za-z][\w:-]*)="([^"<]*)"/g;
/** XML 1.0, production 2. */
// oxlint-disable-next-line no-control-regex -- the characters that XML forbids
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/u;

/** The element that a text is. Throws an `Error` with the offset where it stops being well-formed. */
export function parseXml(text: string): XmlElement {
  const forbidden = FORBIDDEN.exec(text);
  if (forbidden !== null) throw new Error(`forbidden character at ${forbidden.index}`);
  const root: { children: XmlNode[] } = { children: [] };
  const open: { readonly name: string; readonly children: XmlNode[] }[] = [];
  for (let at = 0; at < text.length;) {
    const parent = open.at(-1) ?? root;
    const start = matchAt(OPEN, text, at);
    const end = start === undefined ? matchAt(CLOSE, text, at) : undefined;
    const match = start ?? end ?? matchAt(TEXT, text, at);
    if (match === undefined) throw new Error(`no element or text at ${at}: ${excerpt(text, at)}`);
    if (start !== undefined) {
      const [, name = '', attributes = '', isEmpty] = start;
      const element = { name, attributes: attributesOf(attributes, at), children: [] };
      parent.children.push(element);
      if (isEmpty !== '/') open.push(element);
    } else if (end !== undefined) {
      const closed = open.pop();
      if (closed?.name !== end[1]) throw new Error(`</${end[1]}> at ${at} closes ${closed?.name}`);
    } else parent.children.push(unescapeXml(match[0], at));
    at += match[0].length;
  }
  const [element, ...more] = root.children;
  if (open.length > 0) throw new Error(`<${open.at(-1)?.name}> is not closed`);
  if (element === undefined || typeof element === 'string' || more.length > 0)
    throw new Error('not one element');
  return element;
}

/** An element and all elements in it, from outside in. */
export function elementsOf(element: XmlElement): readonly XmlElement[] {
  return [
    element,
    ...element.children.flatMap((child) => (typeof child === 'string' ? [] : elementsOf(child))),
  ];
}

/** All text in an element. */
export function textOf({ children }: XmlElement): string {
  return children.map((child) => (typeof child === 'string' ? child : textOf(child))).join('');
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text) ?? undefined;
}

function attributesOf(text: string, at: number): Readonly<Record<string, string>> {
  const attributes = new Map<string, string>();
  for (const [, name = '', value = ''] of text.matchAll(ATTRIBUTE)) {
    if (attributes.has(name)) throw new Error(`${name} twice at ${at}`);
    attributes.set(name, unescapeXml(value, at));
  }
  return Object.fromEntries(attributes);
}

function unescapeXml(text: string, at: number): string {
  return text.replaceAll(/&([^;\s]*;)?/g, (entity, name: string | undefined) => {
    const character = ENTITIES[name?.slice(0, -1) ?? ''];
    if (character === undefined) throw new Error(`${entity} at ${at} is no entity`);
    return character;
  });
}

function excerpt(text: string, at: number): string {
  return JSON.stringify(text.slice(at, at + 40));
}
