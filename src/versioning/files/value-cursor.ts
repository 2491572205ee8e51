/**
 * Where values end, in JSON and TOML: enough of both to know which bytes of a file are the value of a key.
 *
 * Parsers give values without their place, and writing a parsed document again would lose its comments and its form.
 * Callers have the real parser read the text before and after.
 */

/** Index after the string that starts at `start` with one of the quotes of JSON and TOML, `"""` and `'''` included. */
export function skipString(text: string, start: number): number {
  const quote = text.charAt(start);
  const triple = quote.repeat(3);
  const isLong = text.startsWith(triple, start);
  const hasEscapes = quote === '"';
  let position = start + (isLong ? 3 : 1);
  while (position < text.length) {
    if (hasEscapes && text[position] === '\\') position += 2;
    else if (isLong ? text.startsWith(triple, position) : text[position] === quote) {
      position += isLong ? 3 : 1;
      // Up to two quotes may stand before the closing three.
      if (isLong) while (text[position] === quote) position += 1;
      return position;
    } else position += 1;
  }
  return text.length;
}

/** Index after the value that starts at `start`: a string, an array, a table, or a word. */
export function skipValue(text: string, start: number): number {
  let depth = 0;
  let position = start;
  while (position < text.length) {
    const character = text.charAt(position);
    if (character === '"' || character === "'") {
      position = skipString(text, position);
      if (depth === 0) return position;
    } else if (character === '#') {
      if (depth === 0) return position;
      position = lineEnd(text, position);
    } else if (character === '[' || character === '{') {
      depth += 1;
      position += 1;
    } else if (character === ']' || character === '}') {
      if (depth === 0) return position;
      depth -= 1;
      position += 1;
      if (depth === 0) return position;
    } else if (depth === 0 && /[,\n\r]/.test(character)) return position;
    else position += 1;
  }
  return position;
}

/** Index of the end of the line that `position` is in. */
export function lineEnd(text: string, position: number): number {
  const end = text.indexOf('\n', position);
  return end === -1 ? text.length : end;
}

/** Index of the first character from `start` that a sticky pattern of blanks and comments leaves. */
export function skipPattern(text: string, start: number, sticky: RegExp): number {
  sticky.lastIndex = start;
  return start + (sticky.exec(text)?.[0].length ?? 0);
}
