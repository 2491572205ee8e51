/**
 * Reads literal arguments out of setup.py without running it.
 *
 * What counts is a keyword with a text for value, in a call that stands by itself at the top of the file or directly below
 * `if __name__ == "__main__":`, as cibuildwheel reads `python_requires`.
 */

export interface Token {
  readonly kind: 'name' | 'text' | 'other' | 'line';
  readonly value: string;
  /** Of a `line`: the blanks before what follows. */
  readonly indent?: number;
}

/** The texts given by keyword; of several the last. */
export function literalArguments(source: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const line of topLines(tokensOf(source))) {
    let depth = 0;
    let call = false;
    for (const [index, { value }] of line.entries()) {
      if (/^[([{]$/.test(value)) {
        depth += 1;
        if (depth === 1) call = value === '(' && isCallable(line[index - 1]);
      } else if (/^[)\]}]$/.test(value)) depth -= 1;
      else if (depth === 1 && call) {
        const text = argumentAt(line, index);
        if (text !== undefined) found.set(value, text);
      }
    }
  }
  return found;
}

function isCallable(token: Token | undefined): boolean {
  return (
    token !== undefined && (token.kind === 'name' || token.value === ')' || token.value === ']')
  );
}

/** `name = "text" "more"` up to the comma or the end of the call. */
function argumentAt(line: readonly Token[], index: number): string | undefined {
  const [name, equals] = [line[index], line[index + 1]];
  if (name?.kind !== 'name' || equals?.value !== '=') return undefined;
  if (!/^[(,]$/.test(line[index - 1]?.value ?? '')) return undefined;
  let text = '';
  let at = index + 2;
  for (; line[at]?.kind === 'text'; at += 1) text += line[at]?.value ?? '';
  return at > index + 2 && /^[),]$/.test(line[at]?.value ?? '') ? text : undefined;
}

/** Logical lines of the module itself and of its main block, without those that open another block. */
function topLines(tokens: readonly Token[]): readonly (readonly Token[])[] {
  const lines: { readonly indent: number; readonly tokens: Token[] }[] = [];
  for (const token of tokens) {
    if (token.kind === 'line') lines.push({ indent: token.indent ?? 0, tokens: [] });
    else lines.at(-1)?.tokens.push(token);
  }
  const top: (readonly Token[])[] = [];
  let isMain = false;
  let mainIndent: number | undefined;
  for (const { indent, tokens: line } of lines) {
    if (line.length === 0) continue;
    if (indent === 0) {
      isMain = opensMain(line);
      mainIndent = undefined;
    } else {
      if (!isMain) continue;
      mainIndent ??= indent;
      if (indent !== mainIndent) continue;
    }
    if (
      !/^(?:async|class|def|elif|else|except|finally|for|if|try|while|with)$/.test(
        line[0]?.value ?? '',
      )
    )
      top.push(line);
  }
  return top;
}

function opensMain(line: readonly Token[]): boolean {
  const [first, left, equal, same, right, colon] = line;
  const isEqual = equal?.value === '=' && same?.value === '=';
  const sides = [left?.value, right?.value];
  return (
    first?.value === 'if' &&
    isEqual &&
    colon?.value === ':' &&
    sides.includes('__name__') &&
    sides.includes('__main__')
  );
}

/** Names, texts and signs, in logical lines. */
export function tokensOf(source: string): readonly Token[] {
  const tokens: Token[] = [{ kind: 'line', value: '', indent: indentAt(source, 0) }];
  let depth = 0;
  let at = 0;
  while (at < source.length) {
    const character = source[at] ?? '';
    const [, prefix, quote] = /^([A-Za-z]{0,2})("""|'''|"|')/.exec(source.slice(at, at + 5)) ?? [];
    if (character === '#') at = endOfLine(source, at);
    else if (quote !== undefined) {
      const text = stringAt(source, at + (prefix?.length ?? 0), quote);
      // Values of f-strings and bytes are no texts.
      const isText = /^[ru]?$/i.test(prefix ?? '');
      tokens.push({ kind: isText ? 'text' : 'other', value: isText ? text.value : '' });
      at = text.end;
    } else if (/[A-Za-z_]/.test(character)) {
      const [name = ''] = /^\w+/.exec(source.slice(at, at + 200)) ?? [];
      tokens.push({ kind: 'name', value: name });
      at += name.length;
    } else {
      if (/[([{]/.test(character)) depth += 1;
      if (/[)\]}]/.test(character)) depth = Math.max(0, depth - 1);
      if (character === '\n' && depth === 0)
        tokens.push({ kind: 'line', value: '', indent: indentAt(source, at + 1) });
      else if (character === '\\') at += 1;
      else if (!/\s/.test(character)) tokens.push({ kind: 'other', value: character });
      at += 1;
    }
  }
  return tokens;
}

function indentAt(source: string, at: number): number {
  let indent = 0;
  while (/[ \t]/.test(source[at + indent] ?? '')) indent += 1;
  return indent;
}

function endOfLine(source: string, at: number): number {
  const end = source.indexOf('\n', at);
  return end === -1 ? source.length : end;
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', '\n': '' };

function stringAt(source: string, start: number, quote: string): { value: string; end: number } {
  let value = '';
  let at = start + quote.length;
  while (at < source.length && !source.startsWith(quote, at)) {
    if (source[at] === '\\') {
      const next = source[at + 1] ?? '';
      value += ESCAPES[next] ?? next;
      at += 2;
    } else if (source[at] === '\n' && quote.length === 1) {
      // Not closed on its line: no Python, so that what follows is as good as anything.
      return { value, end: at };
    } else {
      value += source[at] ?? '';
      at += 1;
    }
  }
  return { value, end: at + quote.length };
}
