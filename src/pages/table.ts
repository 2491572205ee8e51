import { markup, type Html, type HtmlValue } from './html.ts';

/** A column of a table. */
export interface PageColumn {
  readonly title: string;
  /** Numbers stand right. */
  readonly numeric?: boolean;
}

/** A table with its heading. */
export interface PageTable {
  /** Says what it shows; also names the scrollable region. */
  readonly caption: string;
  readonly columns: readonly PageColumn[];
  /** The first cell of a row is its heading. */
  readonly rows: readonly (readonly HtmlValue[])[];
}

/** A table that scrolls sideways on narrow screens, by keyboard too. */
export function table({ caption, columns, rows }: PageTable): Html {
  return markup`<div class="scroll" role="region" tabindex="0" aria-label="${caption}">
    <table>
      <caption>
        ${caption}
      </caption>
      <thead>
        <tr>
          ${columns.map(
            ({ title, numeric }) =>
              markup`<th scope="col" ${numeric === true && markup` class="n"`}>${title}</th>`,
          )}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            markup`<tr>
              ${row.map((value, index) => cell(value, index, columns[index]))}
            </tr> `,
        )}
      </tbody>
    </table>
  </div> `;
}

function cell(value: HtmlValue, index: number, column: PageColumn | undefined): Html {
  if (index === 0) return markup`<th scope="row">${value}</th>`;
  return markup`<td${column?.numeric === true && markup` class="n"`}>${value}</td>`;
}
