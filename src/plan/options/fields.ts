/**
 * Options made of fields: `docker; create_args: --network=host`.
 *
 * Source: cibuildwheel 4.2, docs/options.md "container-engine", "build-frontend".
 */
import { splitShellWords } from '../../support/shell-words.ts';

/** What fields an option has. */
export interface FieldNames {
  /** The name of a first field that is written without one. */
  readonly first: string;
  readonly others: readonly string[];
}

/**
 * The values of each field.
 * @returns a text that says what is wrong, where the option cannot be read.
 * @throws WheelworksError `config/unclosed-quote`.
 */
export function fieldsOf(
  text: string,
  { first, others }: FieldNames,
): ReadonlyMap<string, readonly string[]> | string {
  const fields = new Map<string, readonly string[]>();
  for (const [index, words] of groups(splitShellWords(text, ';')).entries()) {
    const [head = '', ...rest] = words;
    const colon = head.indexOf(':');
    const name = colon === -1 ? first : head.slice(0, colon);
    if (colon === -1 && index > 0) return `'${head}' is a field without a name`;
    if (name !== first && !others.includes(name)) return `it has no field '${name}'`;
    const value = colon === -1 ? head : head.slice(colon + 1);
    fields.set(name, [...(fields.get(name) ?? []), ...(value === '' ? [] : [value]), ...rest]);
  }
  return fields;
}

function groups(words: readonly string[]): readonly (readonly string[])[] {
  const found: string[][] = [[]];
  for (const word of words) {
    if (/^;+$/.test(word)) found.push([]);
    else found.at(-1)?.push(word);
  }
  return found.filter((each) => each.length > 0);
}
