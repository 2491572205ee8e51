/**
 * The lines of a Makefile: physical ones, and those that a backslash at the end joins.
 *
 * Specification: GNU make manual, "Splitting Long Lines".
 */

/** Physical lines that belong together. */
export interface LogicalLine {
  /** Of the first; the first line of the file is 1. */
  readonly line: number;
  /** As it stands, line ends included. */
  readonly raw: string;
  /** Joined: a backslash, the line end and the blanks around them are one blank. */
  readonly text: string;
  /** How many physical lines. */
  readonly count: number;
}

/** Cuts a text into lines; every line keeps its end in `raw`. */
export function logicalLines(text: string): LogicalLine[] {
  const physical = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const lines: LogicalLine[] = [];
  for (let index = 0; index < physical.length;) {
    let count = 1;
    while (index + count < physical.length && isContinued(physical[index + count - 1] ?? ''))
      count += 1;
    const parts = physical.slice(index, index + count);
    lines.push({ line: index + 1, raw: parts.join(''), text: joined(parts), count });
    index += count;
  }
  return lines;
}

/** A line without its end. */
export function withoutEnd(line: string): string {
  return line.replace(/\r?\n$/, '');
}

/** An even number of backslashes is that many characters, not a continuation. */
function isContinued(line: string): boolean {
  const [slashes = ''] = /\\*$/.exec(withoutEnd(line)) ?? [];
  return slashes.length % 2 === 1;
}

function joined(parts: readonly string[]): string {
  const [first = '', ...others] = parts.map(withoutEnd);
  if (others.length === 0) return first;
  return [first, ...others]
    .map((part, index) => {
      const isLast = index === others.length;
      const text = isLast ? part : part.replace(/[ \t]*\\$/, '');
      return index === 0 ? text : text.replace(/^[ \t]+/, '');
    })
    .join(' ');
}
