/**
 * White space as Python's `str.strip` and the `\s` of its `re` see it, which the specifications' reference code relies on.
 *
 * JavaScript's own `trim` and `\s` differ at six characters: they take U+FEFF, and leave U+001C to U+001F and U+0085.
 */

/** Whether a UTF-16 code unit is white space to Python. */
export function isPythonSpace(code: number): boolean {
  if (code < 0x80) return code === 0x20 || (code >= 0x09 && code <= 0x0d) || isSeparator(code);
  return (
    code === 0x85 ||
    code === 0xa0 ||
    code === 0x1680 ||
    (code >= 0x2000 && code <= 0x200a) ||
    code === 0x2028 ||
    code === 0x2029 ||
    code === 0x202f ||
    code === 0x205f ||
    code === 0x3000
  );
}

/** The file, group, record and unit separators. */
function isSeparator(code: number): boolean {
  return code >= 0x1c && code <= 0x1f;
}

/** The index of the first character at or after `start` that is not white space. */
export function skipPythonSpace(text: string, start: number): number {
  let position = start;
  while (position < text.length && isPythonSpace(text.charCodeAt(position))) position += 1;
  return position;
}

/** What `text.strip()` gives in Python. */
export function trimPythonSpace(text: string): string {
  const start = skipPythonSpace(text, 0);
  let end = text.length;
  while (end > start && isPythonSpace(text.charCodeAt(end - 1))) end -= 1;
  return text.slice(start, end);
}
