import { markup, type Html } from './html.ts';
import { table } from './table.ts';

/** A kind of cell: what it looks like, told by shape and not by colour alone, and what the legend calls it. */
export interface CellKind {
  /** `good`, `warn`, `bad` or `soft`. */
  readonly tone: string;
  readonly legend: string;
  /** What stands in an image of 12 by 12, in `currentColor`. */
  readonly shape: Html;
}

/** A matrix whose cells each are of one kind. */
export interface MarkedMatrix<Kind extends string> {
  /** Says of what; also names the scrollable region. */
  readonly caption: string;
  /** In the order of the legend. */
  readonly kinds: Readonly<Record<Kind, CellKind>>;
  /** Rows: their names, and their cells in the order of the columns; undefined for what is not asked for. */
  readonly rows: readonly {
    readonly name: string;
    readonly cells: readonly (
      { readonly kind: Kind; readonly words: Html; readonly below?: Html } | undefined
    )[];
  }[];
  readonly columns: readonly string[];
}

/**
 * The matrix that looks the same on every page: rows Pythons, columns platforms, and a legend that counts. Every cell
 * says in words what its mark shows. Nothing at all without a row or a column.
 */
export function markedMatrix<Kind extends string>(matrix: MarkedMatrix<Kind>): Html {
  const { caption, kinds, rows, columns } = matrix;
  if (rows.length === 0 || columns.length === 0) return markup``;
  return markup`<figure>
${table({
  caption,
  columns: [{ title: 'Python' }, ...columns.map((title) => ({ title, short: true }))],
  rows: rows.map(({ name, cells }) => [
    name,
    ...cells.map((cell) =>
      cell === undefined
        ? ''
        : markup`<span class="key ${kinds[cell.kind].tone}">${mark(kinds[cell.kind])}${cell.words}</span>${cell.below}`,
    ),
  ]),
})}<figcaption>${legend(matrix)}</figcaption>
</figure>
`;
}

/** In the colour of the text beside it. */
function mark({ shape }: CellKind): Html {
  return markup`<svg width="12" height="12" viewBox="0 0 12 12" aria-hidden="true">${shape}</svg>`;
}

function legend<Kind extends string>({ kinds, rows }: MarkedMatrix<Kind>): readonly Html[] {
  const cells = rows.flatMap((row) => row.cells).filter((cell) => cell !== undefined);
  return (Object.keys(kinds) as Kind[]).flatMap((kind) => {
    const count = cells.filter((cell) => cell.kind === kind).length;
    if (count === 0) return [];
    const { tone, legend: name } = kinds[kind];
    return [
      markup`<span class="key"><span class="${tone}">${mark(kinds[kind])}</span>${name}: ${count} of ${cells.length}</span> `,
    ];
  });
}

/** Addresses may come from elsewhere: `javascript:`, `data:` and their like must not be a click away. */
export function isSafeLink(href: string): boolean {
  // As a browser does, the parser drops the white space and control characters that a scheme may hide behind.
  const base = 'https://relative.invalid/';
  return URL.canParse(href, base) && /^https?:$/.test(new URL(href, base).protocol);
}

/** Shapes of a 12 by 12 image, one look on every page. */
export const SHAPES = {
  full: markup`<rect width="12" height="12" rx="2" fill="currentColor"/>`,
  frame: markup`<rect x=".75" y=".75" width="10.5" height="10.5" rx="2" fill="none" stroke="currentColor" stroke-width="1.5"/>`,
  half: markup`<rect x=".75" y=".75" width="10.5" height="10.5" rx="2" fill="none" stroke="currentColor" stroke-width="1.5"/><path d="M2 10L10 2V10z" fill="currentColor"/>`,
  dot: markup`<rect x=".75" y=".75" width="10.5" height="10.5" rx="2" fill="none" stroke="currentColor" stroke-width="1.5"/><circle cx="6" cy="6" r="2.5" fill="currentColor"/>`,
  cross: markup`<path d="M1.5 1.5L10.5 10.5M10.5 1.5L1.5 10.5" stroke="currentColor" stroke-width="2.25" stroke-linecap="round"/>`,
  line: markup`<path d="M1 6H11" stroke="currentColor" stroke-width="1.5"/>`,
} as const;
