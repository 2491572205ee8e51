/**
 * `data_files` of setup.py, read without running it.
 *
 * Format: setuptools; a list of pairs, each a folder and the files that go there.
 */
import { tokensOf, type Token } from './setup-py.ts';

export interface LiteralDataFiles {
  /** Files by the folder that they go to. */
  readonly folders: ReadonlyMap<string, readonly string[]>;
  /** What is given instead of texts, which only running the file would tell. */
  readonly computed: readonly string[];
}

/** Every `data_files=` of the file, and `data_files` as the key of a table. */
export function literalDataFiles(source: string): LiteralDataFiles {
  const folders = new Map<string, readonly string[]>();
  const computed: string[] = [];
  const tokens = tokensOf(source).filter(({ kind }) => kind !== 'line');
  for (const [index, { value }] of tokens.entries()) {
    const sign = tokens[index + 1]?.value;
    if (value !== 'data_files' || (sign !== '=' && sign !== ':')) continue;
    if (tokens[index + 2]?.value === '=') continue;
    const reader = new Reader(tokens, index + 2);
    const pairs = reader.list(() => reader.pair());
    // A sign behind the list goes on with it: `[...] + more`.
    if (pairs !== undefined && /^(?:[),}\]]|)$/.test(reader.next()))
      for (const [folder, files] of pairs)
        folders.set(folder, [...(folders.get(folder) ?? []), ...files]);
    else computed.push(expressionAt(tokens, index + 2));
  }
  // Set by itself above, and read already; or nothing at all.
  const isNothing = (each: string): boolean =>
    /^(?:None|\(\))$/.test(each) || (each === 'data_files' && folders.size > 0);
  return { folders, computed: [...new Set(computed)].filter((each) => !isNothing(each)) };
}

/** Lists, pairs and texts; each answers undefined where something else stands. */
class Reader {
  readonly #tokens: readonly Token[];
  #at: number;

  constructor(tokens: readonly Token[], at: number) {
    this.#tokens = tokens;
    this.#at = at;
  }

  /** The sign that follows; empty where a name or text does. */
  next(): string {
    const token = this.#tokens[this.#at];
    return token?.kind === 'other' ? token.value : '';
  }

  list<Item>(item: () => Item | undefined): Item[] | undefined {
    const close = { '[': ']', '(': ')' }[this.next()];
    if (close === undefined) return undefined;
    this.#at += 1;
    const items: Item[] = [];
    while (this.next() !== close) {
      const found = item();
      if (found === undefined) return undefined;
      items.push(found);
      if (this.next() === ',') this.#at += 1;
      else if (this.next() !== close) return undefined;
    }
    this.#at += 1;
    return items;
  }

  pair(): readonly [string, readonly string[]] | undefined {
    const close = { '[': ']', '(': ')' }[this.next()];
    if (close === undefined) return undefined;
    this.#at += 1;
    const folder = this.#text();
    if (folder === undefined || this.next() !== ',') return undefined;
    this.#at += 1;
    const files = this.list(() => this.#text());
    if (this.next() === ',') this.#at += 1;
    if (files === undefined || this.next() !== close) return undefined;
    this.#at += 1;
    return [folder, files];
  }

  #text(): string | undefined {
    let text: string | undefined;
    for (; this.#tokens[this.#at]?.kind === 'text'; this.#at += 1)
      text = (text ?? '') + (this.#tokens[this.#at]?.value ?? '');
    return text;
  }
}

/** Longer expressions are cut. */
const SHOWN = 60;

/** Up to the comma or bracket that ends it, or what fits. */
function expressionAt(tokens: readonly Token[], start: number): string {
  let text = '';
  let depth = 0;
  for (const { kind, value } of tokens.slice(start)) {
    if (kind !== 'text' && /^[([{]$/.test(value)) depth += 1;
    if (kind !== 'text' && /^[)\]}]$/.test(value)) depth -= 1;
    if (depth < 0 || (depth === 0 && kind !== 'text' && value === ',')) break;
    text += kind === 'text' ? JSON.stringify(value) : value;
    if (text.length > SHOWN) return `${text.slice(0, SHOWN)}...`;
  }
  return text;
}
