/**
 * The strings of a JSON text with their places, so that single values can be changed and every other byte stays.
 *
 * The text has been through `JSON.parse`: what stands here need not be checked again. Specification: RFC 8259.
 */

/** A string value (no key), or a number where `raw` is no string. */
export interface JsonScalar {
  /** Keys and positions from the root on: `components`, `0`, `version`. */
  readonly path: readonly string[];
  readonly value: string | number;
  /** Of its text, quotes included. */
  readonly start: number;
  readonly end: number;
}

interface Frame {
  readonly isArray: boolean;
  index: number;
  key: string | undefined;
}

const TOKEN = /[{}[\],:]|"(?:[^"\\]|\\.)*"|[^\s{}[\],:"]+/gs;

/** Every string and number of a document, in its order. */
export function jsonScalars(text: string): readonly JsonScalar[] {
  const scalars: JsonScalar[] = [];
  const frames: Frame[] = [];
  for (const match of text.matchAll(TOKEN)) {
    const [token] = match;
    const frame = frames.at(-1);
    if (token === '{' || token === '[')
      frames.push({ isArray: token === '[', index: 0, key: undefined });
    else if (token === '}' || token === ']') frames.pop();
    else if (token === ',') {
      if (frame !== undefined) {
        frame.index += 1;
        frame.key = undefined;
      }
    } else if (token === ':') continue;
    else if (frame !== undefined && !frame.isArray && frame.key === undefined)
      frame.key = JSON.parse(token) as string;
    else {
      const value: unknown = JSON.parse(token);
      if (typeof value !== 'string' && typeof value !== 'number') continue;
      const path = frames.map(({ isArray, index, key }) => (isArray ? String(index) : (key ?? '')));
      scalars.push({ path, value, start: match.index, end: match.index + token.length });
    }
  }
  return scalars;
}

/** One value to put in place of another. */
export interface JsonReplacement {
  readonly scalar: JsonScalar;
  readonly value: string | number;
}

/** The text with other values; strings keep the escapes of their neighbours' style as far as JSON has one. */
export function replaceJson(text: string, replacements: readonly JsonReplacement[]): string {
  let result = '';
  let from = 0;
  for (const { scalar, value } of replacements) {
    result += text.slice(from, scalar.start) + JSON.stringify(value);
    from = scalar.end;
  }
  return result + text.slice(from);
}
