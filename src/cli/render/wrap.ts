import { displayWidth } from './width.ts';

/**
 * Breaks text into lines of at most `width` cells, at spaces; a longer word stands alone. Line ends in the text stay,
 * and an empty line stays empty.
 */
export function wrapLines(text: string, width: number): string[] {
  return text.split('\n').flatMap((line) => wrapParagraph(line, width));
}

function wrapParagraph(paragraph: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of paragraph.split(' ')) {
    if (word === '') continue;
    if (line === '') line = word;
    else if (displayWidth(line) + 1 + displayWidth(word) <= width) line += ` ${word}`;
    else {
      lines.push(line);
      line = word;
    }
  }
  return [...lines, line];
}

/** Wrapped text after a first prefix, with the following lines aligned under the text. */
export function hangingText(prefix: string, text: string, width: number): string {
  const indent = displayWidth(prefix);
  const lines = wrapLines(text, Math.max(20, width - indent));
  return lines
    .map((line, index) => (index === 0 ? prefix + line : ' '.repeat(indent) + line).trimEnd())
    .join('\n');
}
