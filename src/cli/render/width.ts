import { stripVTControlCharacters } from 'node:util';
import { textWidth } from '../../support/progress/text.ts';

const PLAIN = /^[\u0020-\u007e]*$/;

let segmenter: Intl.Segmenter | undefined;

/** The characters of a text as a person counts them (grapheme clusters). */
export function graphemes(text: string): string[] {
  if (PLAIN.test(text)) return text.split('');
  // Made when first needed: it loads break rules, which the usual ASCII output does without.
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  return Array.from(segmenter.segment(text), (part) => part.segment);
}

/** How many terminal cells a text takes; colour sequences take none. */
export function displayWidth(text: string): number {
  return textWidth(stripVTControlCharacters(text));
}

/** Fills a text with spaces to `width` cells; a longer one stays as it is. */
export function padCells(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const fill = ' '.repeat(Math.max(0, width - displayWidth(text)));
  return align === 'left' ? text + fill : fill + text;
}

const ELLIPSIS = '…';

/** Shortens plain text to `width` cells by leaving out its middle, the part of a path that says least. */
export function truncateMiddle(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  if (width < 1) return '';
  const characters = graphemes(text);
  // The end (the file's name) gets the odd cell.
  const head = takeCells(characters, Math.floor((width - 1) / 2));
  const tail = takeCells(characters.toReversed(), width - 1 - displayWidth(head.join('')));
  return head.join('') + ELLIPSIS + tail.toReversed().join('');
}

/** Shortens plain text to `width` cells by leaving out its end. */
export function truncateEnd(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  return width < 1 ? '' : takeCells(graphemes(text), width - 1).join('') + ELLIPSIS;
}

function takeCells(characters: readonly string[], cells: number): string[] {
  const taken: string[] = [];
  let left = cells;
  for (const character of characters) {
    left -= displayWidth(character);
    if (left < 0) break;
    taken.push(character);
  }
  return taken;
}
