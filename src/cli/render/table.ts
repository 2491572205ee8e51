import type { Palette } from './palette.ts';
import { sanitizeForTerminal } from './sanitize.ts';
import { displayWidth, padCells, truncateEnd, truncateMiddle } from './width.ts';

/** What stands in a cell: untrusted text, a number, or text with a colour. */
export type Cell = string | number | StyledCell;

/** Text that gets a colour after it has been made safe and shortened. */
export interface StyledCell {
  readonly text: string;
  readonly style: (text: string) => string;
}

/** One column of a table. */
export interface Column {
  readonly title: string;
  /** Default: right when every cell is a number, else left. */
  readonly align?: 'left' | 'right';
  /** Which part of a long text may go when a terminal is too narrow; without it the column keeps its width. */
  readonly shrink?: 'middle' | 'end';
}

/** How a table is laid out. */
export interface TableLayout {
  readonly palette: Palette;
  /** Cells in a line. */
  readonly width: number;
  /** Shorten to fit `width`: only for a terminal. A pipe gets every text whole. */
  readonly truncate: boolean;
  /** Spaces before every line. */
  readonly indent?: number;
  /** False leaves the line of titles out. */
  readonly titles?: boolean;
}

const GAP = '  ';
/** Less of a path than this says nothing. */
const NARROWEST = 12;

/** Aligned columns two spaces apart, ending with a line end; empty for no rows. */
export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  layout: TableLayout,
): string {
  if (rows.length === 0) return '';
  const body = rows.map((row) => columns.map((_, index) => safeCell(row[index] ?? '')));
  const titles =
    layout.titles === false ? [] : [columns.map((column) => titleCell(column, layout))];
  const lines = [...titles, ...body];
  const natural = columns.map((_, index) =>
    // Not Math.max(...): a hostile archive has more entries than a call may have arguments.
    lines.reduce((widest, line) => Math.max(widest, displayWidth(line[index]?.text ?? '')), 0),
  );
  const indent = layout.indent ?? 0;
  const widths = layout.truncate ? shrinkToFit(columns, natural, layout.width - indent) : natural;
  const aligned = columns.map(
    (column, index) =>
      column.align ?? (rows.every((row) => typeof row[index] === 'number') ? 'right' : 'left'),
  );
  return lines
    .map((line) => {
      const cells = line.map((cell, index) => {
        const width = widths[index] ?? 0;
        const text = shorten(cell.text, width, columns[index]?.shrink);
        return padCells(cell.style(text), width, aligned[index]);
      });
      return `${' '.repeat(indent)}${cells.join(GAP)}`.trimEnd();
    })
    .map((line) => `${line}\n`)
    .join('');
}

function safeCell(cell: Cell): StyledCell {
  if (typeof cell === 'object') return { ...cell, text: sanitizeForTerminal(cell.text) };
  return { text: sanitizeForTerminal(String(cell)), style: (text) => text };
}

function titleCell(column: Column, layout: TableLayout): StyledCell {
  return { text: column.title, style: layout.palette.faint };
}

/** Takes cells from the widest column that may shrink until the line fits or nothing may shrink any more. */
function shrinkToFit(
  columns: readonly Column[],
  natural: readonly number[],
  width: number,
): readonly number[] {
  const widths = [...natural];
  const gaps = GAP.length * (columns.length - 1);
  let excess = widths.reduce((sum, each) => sum + each, gaps) - width;
  while (excess > 0) {
    let widest = -1;
    for (const [index, column] of columns.entries()) {
      const current = widths[index] ?? 0;
      if (column.shrink === undefined || current <= NARROWEST) continue;
      if (widest === -1 || current > (widths[widest] ?? 0)) widest = index;
    }
    if (widest === -1) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
    excess -= 1;
  }
  return widths;
}

function shorten(text: string, width: number, shrink: Column['shrink']): string {
  if (shrink === undefined) return text;
  return shrink === 'middle' ? truncateMiddle(text, width) : truncateEnd(text, width);
}
