/** Python literals. */

/** What Python files of data hold. */
export type Literal =
  | null
  | boolean
  | number
  | string
  | Pair
  | readonly Literal[]
  | { readonly [key: string]: Literal };

/** A tuple of two numbers. */
export interface Pair {
  readonly pair: readonly [number, number];
}

/** The literal, broken into lines where it is long. The same value gives the same text. */
export function pythonLiteral(value: Literal, indent = ''): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number') return String(value);
  // Strings of JSON are strings of Python, too.
  if (typeof value === 'string') return JSON.stringify(value);
  if (isPair(value)) return `(${value.pair.join(', ')})`;
  const items = isList(value)
    ? value.map((each) => pythonLiteral(each, `${indent}    `))
    : Object.entries(value).map(
        ([key, each]) => `${JSON.stringify(key)}: ${pythonLiteral(each, `${indent}    `)}`,
      );
  const [open, close] = isList(value) ? ['[', ']'] : ['{', '}'];
  const line = items.join(', ');
  if (indent.length + line.length < LONGEST_LINE && !line.includes('\n'))
    return `${open}${line}${close}`;
  return `${open}\n${items.map((item) => `${indent}    ${item},\n`).join('')}${indent}${close}`;
}

const LONGEST_LINE = 90;

function isList(value: Literal): value is readonly Literal[] {
  return Array.isArray(value);
}

function isPair(value: Exclude<Literal, null>): value is Pair {
  return typeof value === 'object' && 'pair' in value && Array.isArray(value.pair);
}
