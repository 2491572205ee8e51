import { markup, type Html } from './html.ts';
import { SHAPES, isSafeLink, markedMatrix, type CellKind } from './marked-matrix.ts';

/** What a Python on a platform gets. */
export type CoverageCell =
  | {
      readonly kind: 'wheel';
      /** Its file name. */
      readonly file: string;
      /** Where it is; only relative, http and https addresses become links. */
      readonly href?: string;
      /** What is special about it, in a word: `abi3`. */
      readonly note?: string;
    }
  | { readonly kind: 'sdist' }
  | { readonly kind: 'nothing' };

/** Which Pythons get a wheel on which platforms. */
export interface Coverage {
  /** Says of what; also names the scrollable region. */
  readonly caption: string;
  /** Rows, as they are shown. */
  readonly pythons: readonly string[];
  /** Columns, as they are shown. */
  readonly platforms: readonly string[];
  /** Asked once for every row and column. */
  readonly cellOf: (python: string, platform: string) => CoverageCell;
}

/** Full, half, a line. */
const KINDS: Readonly<Record<CoverageCell['kind'], CellKind>> = {
  wheel: { tone: 'good', legend: 'a wheel', shape: SHAPES.full },
  sdist: { tone: 'warn', legend: 'compiles from sdist', shape: SHAPES.half },
  nothing: { tone: 'soft', legend: 'nothing', shape: SHAPES.line },
};

/** The coverage matrix of an index: what installers find there. Nothing at all without a row or a column. */
export function coverageMatrix({ caption, pythons, platforms, cellOf }: Coverage): Html {
  return markedMatrix({
    caption,
    kinds: KINDS,
    columns: platforms,
    rows: pythons.map((name) => ({
      name,
      cells: platforms.map((platform) => {
        const cell = cellOf(name, platform);
        return { kind: cell.kind, words: words(cell) };
      }),
    })),
  });
}

function words(cell: CoverageCell): Html {
  switch (cell.kind) {
    case 'wheel': {
      const { file, href, note } = cell;
      const text = note === undefined || note === '' ? 'wheel' : `wheel, ${note}`;
      // A list of links that are all called "wheel" would help nobody who hears it.
      return href !== undefined && isSafeLink(href)
        ? markup`<a href="${href}" title="${file}" aria-label="${text}: ${file}">${text}</a>`
        : markup`<span title="${file}">${text}</span>`;
    }
    case 'sdist':
      return markup`<span>from sdist</span>`;
    case 'nothing':
      return markup`<span>nothing</span>`;
  }
}
