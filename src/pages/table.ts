import { markup, type Html, type HtmlValue } from './html.ts';

/** A column of a table. */
export interface PageColumn {
  readonly title: string;
  /** Numbers stand right. */
  readonly numeric?: boolean;
  /** Short names, such as tags, are not broken over lines. */
  readonly short?: boolean;
  /** Long names in the first column, made with `breakable`, are broken where there is no room. */
  readonly breaks?: boolean;
}

/** A table with its heading. */
export interface PageTable {
  /** Says what it shows; also names the scrollable region. */
  readonly caption: string;
  readonly columns: readonly PageColumn[];
  /** The first cell of a row is its heading. */
  readonly rows: readonly (readonly HtmlValue[])[];
  /** The row that the others are there to be compared with: it stands out. */
  readonly marked?: number;
}

/** A table that scrolls sideways on narrow screens, by keyboard too. */
export function table({ caption, columns, rows, marked }: PageTable): Html {
  return markup`<div class="scroll" role="region" tabindex="0" aria-label="${caption}">
<table>
<caption>${caption}</caption>
<thead><tr>${columns.map(({ title, numeric }) => markup`<th scope="col"${numeric === true && markup` class="n"`}>${title}</th>`)}</tr></thead>
<tbody>
${rows.map((row, number) => markup`<tr${number === marked && markup` class="this"`}>${row.map((value, index) => cell(value, index, columns[index]))}</tr>\n`)}</tbody>
</table>
</div>
`;
}

function cell(value: HtmlValue, index: number, column: PageColumn | undefined): Html {
  if (index === 0)
    return markup`<th scope="row"${column?.breaks === true && markup` class="b"`}>${value}</th>`;
  const name = column?.numeric === true ? 'n' : column?.short === true ? 't' : undefined;
  return markup`<td${name !== undefined && markup` class="${name}"`}>${value}</td>`;
}
