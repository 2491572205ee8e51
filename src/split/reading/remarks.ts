/** Comments and strings that are statements of their own, docstrings above all: text in Python files that does nothing. */

/** Strings by their quotes, as patterns; one that does not end goes to the end of its line, or of the text. */
const STRINGS = [
  String.raw`"""[^"\\]*(?:(?:\\[^]|"(?!""))[^"\\]*)*(?:"""|$)`,
  String.raw`'{3}[^'\\]*(?:(?:\\[^]|'(?!''))[^'\\]*)*(?:'{3}|$)`,
  String.raw`"(?:\\[^]|[^"\\\n])*"?`,
  String.raw`'(?:\\[^]|[^'\\\n])*'?`,
];

/** Comments, strings, lines that go on, ends of lines, and every other character by itself. */
const TOKEN = new RegExp(
  String.raw`#[^\n]*|[rbuftRBUFT]{0,2}(?:${STRINGS.join('|')})|\\\r?\n|\n|\S`,
  'g',
);

/** The text with blanks for its comments and for strings that are whole statements; lines stay where they are. */
export function withoutRemarks(text: string): string {
  let depth = 0;
  let isStart = true;
  /** Where strings are that stand alone so far: they are blanked when their statement ends with them. */
  let alone: (readonly [number, number])[] = [];
  const blanks: (readonly [number, number])[] = [];
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    const end = index + token.length;
    if (token.startsWith('#')) blanks.push([index, end]);
    else if (token === '\n' || token === ';') {
      if (depth > 0) continue;
      blanks.push(...alone);
      alone = [];
      isStart = true;
    } else if (isStart && depth === 0 && /["']/.test(token)) alone.push([index, end]);
    else if (!token.startsWith('\\')) {
      isStart = false;
      alone = [];
      if (/^[([{]$/.test(token)) depth += 1;
      if (/^[)\]}]$/.test(token)) depth = Math.max(0, depth - 1);
    }
  }
  blanks.push(...alone);
  return blanked(text, blanks);
}

function blanked(text: string, blanks: readonly (readonly [number, number])[]): string {
  const pieces: string[] = [];
  let done = 0;
  for (const [start, end] of blanks.toSorted(([left], [right]) => left - right)) {
    pieces.push(text.slice(done, start), text.slice(start, end).replace(/[^\n]/g, ' '));
    done = end;
  }
  return pieces.join('') + text.slice(done);
}
