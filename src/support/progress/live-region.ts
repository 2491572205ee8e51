import { textWidth } from './text.ts';

/**
 * The lines at the bottom of a terminal that are drawn over and over.
 *
 * Invariants: between two calls the cursor is at the start of the line below the region; `#widths` are the widths of
 * the region's lines as they were written. Only ECMA-48 CUU, EL and ED are used.
 */
export class LiveRegion {
  readonly #write: (text: string) => void;
  #widths: readonly number[] = [];

  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  /** Writes `above`, whole lines that stay, in place of the region and the new region below them; in one piece. */
  draw(above: string, lines: readonly string[], columns: number): void {
    const up = this.#rows(columns);
    if (above === '' && lines.length === 0 && up === 0) return;
    const rows = above + lines.map((line) => `${line}\n`).join('');
    // Line by line over the old ones, then away with what is left of them: nothing flickers.
    const overwritten = rows.replaceAll('\n', '\u001B[K\n');
    this.#write(`${up === 0 ? '' : `\u001B[${up}A`}${overwritten}${up === 0 ? '' : '\u001B[J'}`);
    this.#widths = lines.map(textWidth);
  }

  /** Rows the region takes now: a terminal made narrower has wrapped its lines. */
  #rows(columns: number): number {
    let rows = 0;
    for (const width of this.#widths) rows += Math.max(1, Math.ceil(width / columns));
    return rows;
  }
}
