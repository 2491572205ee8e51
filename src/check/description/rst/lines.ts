/** One line of a source, with the number it has in the whole of it, from 1. */
export interface RstLine {
  readonly text: string;
  readonly number: number;
}

/** A fault that docutils reports as a warning or worse, which PyPI takes as a refusal. */
export interface RstFault {
  readonly problem: string;
  readonly line: number;
}

/** A run of lines that belong together. */
export interface RstBlock {
  /** Moved to the margin, without blank lines at the end. */
  readonly lines: readonly RstLine[];
  /** The index behind it and the blank lines after it. */
  readonly end: number;
  /** Whether a blank line or the end of the text stands behind it. */
  readonly blankFinish: boolean;
}

/** Columns between two tab stops. */
const TAB = 8;

/** The lines as docutils sees them: tabs expanded, blanks at the end gone. */
export function linesOf(text: string): readonly RstLine[] {
  const lines = text.split(/\r\n|[\n\r\u0085\u2028\u2029]/);
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line, index) => ({
    text: expandTabs(line.replaceAll(/[\v\f]/g, ' ')).trimEnd(),
    number: index + 1,
  }));
}

function expandTabs(line: string): string {
  if (!line.includes('\t')) return line;
  let columns = 0;
  return line.replaceAll(/[^\t]+|\t/g, (part) => {
    const text = part === '\t' ? ' '.repeat(TAB - (columns % TAB)) : part;
    columns += Array.from(text).length;
    return text;
  });
}

/** The lines from `start` that are blank or indented. */
export function indentedFrom(lines: readonly RstLine[], start: number): RstBlock {
  let end = start;
  while (end < lines.length && !isFlush(lines[end])) end += 1;
  return finished(dedent(lines.slice(start, end)), lines, start, end);
}

/** The line at `start` behind its first `indent` columns, and the lines after it that are blank or indented at all. */
export function firstIndented(lines: readonly RstLine[], start: number, indent: number): RstBlock {
  let end = start + 1;
  while (end < lines.length && !isFlush(lines[end])) end += 1;
  const block = [
    ...cut(lines.slice(start, start + 1), indent),
    ...dedent(lines.slice(start + 1, end)),
  ];
  return finished(block, lines, start, end);
}

/** The line at `start` behind its first `indent` columns, and the lines after it that are blank or indented as deep. */
export function knownIndented(lines: readonly RstLine[], start: number, indent: number): RstBlock {
  let end = start + 1;
  while (end < lines.length && (lines[end]?.text ?? '').slice(0, indent).trim() === '') end += 1;
  return finished(cut(lines.slice(start, end), indent), lines, start, end);
}

/** As `firstIndented`, up to the first blank line. */
export function indentedUntilBlank(
  lines: readonly RstLine[],
  start: number,
  indent: number,
): RstBlock {
  let end = start + 1;
  while (end < lines.length && lines[end]?.text.startsWith(' ') === true) end += 1;
  const blankFinish = (lines[end]?.text ?? '') === '';
  const block = [
    ...cut(lines.slice(start, start + 1), indent),
    ...dedent(lines.slice(start + 1, end)),
  ];
  return { lines: block, end, blankFinish };
}

/** The index of the first blank line from `start`. */
export function blankFrom(lines: readonly RstLine[], start: number): number {
  let end = start;
  while (end < lines.length && lines[end]?.text !== '') end += 1;
  return end;
}

/** Columns that a text takes on a terminal, at the least: those of wide characters are two, which are not known here. */
export function leastColumnsOf(text: string): number {
  return Array.from(text).filter((character) => !/[\p{M}\p{Cf}]/u.test(character)).length;
}

function isFlush(line: RstLine | undefined): boolean {
  return line !== undefined && line.text !== '' && !line.text.startsWith(' ');
}

function cut(lines: readonly RstLine[], columns: number): readonly RstLine[] {
  return lines.map(({ text, number }) => ({ text: text.slice(columns), number }));
}

function dedent(lines: readonly RstLine[]): readonly RstLine[] {
  let least = Infinity;
  for (const { text } of lines)
    if (text !== '') least = Math.min(least, text.length - text.replace(/^ +/, '').length);
  return cut(lines, least);
}

function finished(
  block: readonly RstLine[],
  lines: readonly RstLine[],
  start: number,
  end: number,
): RstBlock {
  const last = block.findLastIndex(({ text }) => text !== '');
  const blankFinish = end === lines.length || (end > start && lines[end - 1]?.text === '');
  return { lines: block.slice(0, last + 1), end, blankFinish };
}
