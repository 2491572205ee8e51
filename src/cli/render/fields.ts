import type { Palette } from './palette.ts';
import { sanitizeForTerminal } from './sanitize.ts';
import { displayWidth, padCells } from './width.ts';

/** A label of ours and what it says: nothing (the line is left out), one untrusted text, or one a line. */
export type Field = readonly [
  label: string,
  value: string | number | readonly string[] | undefined,
];

/** How a block of fields is laid out. */
export interface FieldsLayout {
  readonly palette: Palette;
  /** Spaces before every line. */
  readonly indent?: number;
}

/** `label  value` lines with the values aligned; further values of a list stand below the first. */
export function renderFields(fields: readonly Field[], layout: FieldsLayout): string {
  const shown = fields
    .map(([label, value]) => ({ label, lines: linesOf(value) }))
    .filter((field) => field.lines.length > 0);
  const width = Math.max(0, ...shown.map((field) => displayWidth(field.label)));
  const indent = ' '.repeat(layout.indent ?? 0);
  return shown
    .flatMap(({ label, lines }) =>
      lines.map((line, index) => {
        const lead = padCells(index === 0 ? layout.palette.faint(label) : '', width);
        return `${indent}${lead}  ${line}`.trimEnd();
      }),
    )
    .map((line) => `${line}\n`)
    .join('');
}

function linesOf(value: Field[1]): string[] {
  if (value === undefined) return [];
  return (Array.isArray(value) ? value : [value]).map((line) => sanitizeForTerminal(String(line)));
}
