import { markup, type Html, type HtmlValue } from './html.ts';

/** One thing told in full. */
export interface PageEntry {
  /** What it is. */
  readonly term: HtmlValue;
  /** What there is to say about it, a line each; undefined and empty ones are left out. */
  readonly lines: readonly HtmlValue[];
}

/** How entries stand. */
export interface EntriesOptions {
  /** Short facts close together, without rules between them. */
  readonly compact?: boolean;
}

/** Terms at the left, what is said of them beside; below them where there is no room. Nothing for no entries. */
export function entries(items: readonly PageEntry[], options: EntriesOptions = {}): Html {
  if (items.length === 0) return markup``;
  return markup`<dl class="${options.compact === true ? 'facts' : 'entries'}">${items.map(
    ({ term, lines }) =>
      markup`<div><dt>${term}</dt>${lines.map(
        (line) => line !== undefined && line !== false && line !== '' && markup`<dd>${line}</dd>`,
      )}</div>`,
  )}</dl>`;
}
