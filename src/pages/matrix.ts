import { markup, type Html } from './html.ts';
import { table } from './table.ts';

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

type Kind = CoverageCell['kind'];

/** In the order of the legend. */
const KINDS: Readonly<Record<Kind, { readonly tone: string; readonly legend: string }>> = {
  wheel: { tone: 'good', legend: 'a wheel' },
  sdist: { tone: 'warn', legend: 'compiles from sdist' },
  nothing: { tone: 'soft', legend: 'nothing' },
};

/**
 * The coverage matrix, the same on every page: rows Pythons, columns platforms, and a legend that counts. Every cell says
 * in words what its mark shows. Nothing at all without a row or a column.
 */
export function coverageMatrix({ caption, pythons, platforms, cellOf }: Coverage): Html {
  if (pythons.length === 0 || platforms.length === 0) return markup``;
  const rows = pythons.map((python) => ({
    python,
    cells: platforms.map((platform) => cellOf(python, platform)),
  }));
  return markup`<figure>
${table({
  caption,
  columns: [{ title: 'Python' }, ...platforms.map((title) => ({ title, short: true }))],
  rows: rows.map(({ python, cells }) => [python, ...cells.map(drawCell)]),
})}<figcaption>${legend(rows.flatMap(({ cells }) => cells))}</figcaption>
</figure>
`;
}

function drawCell(cell: CoverageCell): Html {
  return markup`<span class="key ${KINDS[cell.kind].tone}">${mark(cell.kind)}${words(cell)}</span>`;
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

/** Told by shape: full, half, a line. In the colour of the text beside it. */
function mark(kind: Kind): Html {
  const shape = {
    wheel: markup`<rect width="12" height="12" rx="2" fill="currentColor"/>`,
    sdist: markup`<rect x=".75" y=".75" width="10.5" height="10.5" rx="2" fill="none" stroke="currentColor" stroke-width="1.5"/><path d="M2 10L10 2V10z" fill="currentColor"/>`,
    nothing: markup`<path d="M1 6H11" stroke="currentColor" stroke-width="1.5"/>`,
  }[kind];
  return markup`<svg width="12" height="12" viewBox="0 0 12 12" aria-hidden="true">${shape}</svg>`;
}

function legend(cells: readonly CoverageCell[]): readonly Html[] {
  return (Object.keys(KINDS) as Kind[]).flatMap((kind) => {
    const count = cells.filter((cell) => cell.kind === kind).length;
    if (count === 0) return [];
    const { tone, legend: name } = KINDS[kind];
    return [
      markup`<span class="key"><span class="${tone}">${mark(kind)}</span>${name}: ${count} of ${cells.length}</span> `,
    ];
  });
}

/** Addresses may come from an index: `javascript:`, `data:` and their like must not be a click away. */
function isSafeLink(href: string): boolean {
  // As a browser does, the parser drops the white space and control characters that a scheme may hide behind.
  const base = 'https://relative.invalid/';
  return URL.canParse(href, base) && /^https?:$/.test(new URL(href, base).protocol);
}
