/** Texts of people as values of make. */

/** What no one expands and no comment cuts off. */
export function escapeForMake(text: string): string {
  return text
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .replaceAll('\\', '/')
    .replaceAll('$', () => '$$')
    .replaceAll('#', () => '\\#');
}

/** Columns of descriptions in the feed. */
const WIDTH = 72;

/** One paragraph as lines. */
export function wrapText(text: string): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).filter((each) => each !== '')) {
    if (line !== '' && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = '';
    }
    line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].filter((each) => each !== '').join('\n');
}
