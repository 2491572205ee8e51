/**
 * The comma-separated rows of RECORD.
 *
 * Specification: Recording installed projects, "The RECORD file": what Python's `csv` module reads and writes with its default
 * dialect (`excel`), with `\n` as line ending. https://packaging.python.org/specifications/recording-installed-packages/
 */

/** One row and where it starts. */
export interface CsvRow {
  readonly fields: readonly string[];
  /** Counted from 1. */
  readonly line: number;
}

/** What a file of rows holds. */
export interface CsvRows {
  /** Without empty ones. */
  readonly rows: readonly CsvRow[];
  /** The line on which a quote opens that nothing closes; the rest of the file is its field then. */
  readonly openQuoteLine?: number;
}

/** Reads rows. Every text can be read: what stands behind a closing quote belongs to the field, as Python has it. */
export function readCsv(text: string): CsvRows {
  const rows: CsvRow[] = [];
  let line = 1;
  let position = 0;
  while (position < text.length) {
    const start = { position, line };
    const fields: string[] = [];
    for (;;) {
      const field = readField(text, position);
      if (field === undefined) {
        fields.push(text.slice(position + 1).replaceAll('""', '"'));
        rows.push({ fields, line: start.line });
        return { rows, openQuoteLine: line };
      }
      fields.push(field.value);
      line += countNewlines(text.slice(position, field.end));
      position = field.end + 1;
      if (text[field.end] !== ',') break;
    }
    if (text[position - 1] === '\r' && text[position] === '\n') position += 1;
    const isEmpty = fields.length === 1 && fields[0] === '' && text[start.position] !== '"';
    if (!isEmpty) rows.push({ fields, line: start.line });
    line += 1;
  }
  return { rows };
}

/** Writes one row without its line ending; fields are quoted where they must be. */
export function writeCsvRow(fields: readonly string[]): string {
  return fields.map((field) => (NEEDS_QUOTES.test(field) ? quoted(field) : field)).join(',');
}

const NEEDS_QUOTES = /[",\r\n]/;
const FIELD_END = /[,\r\n]/g;

/** The field at `start` and the index of the comma or line ending behind it; undefined when its quote stays open. */
function readField(text: string, start: number): { value: string; end: number } | undefined {
  let head = '';
  let rest = start;
  if (text[start] === '"') {
    const close = closingQuote(text, start + 1);
    if (close === undefined) return undefined;
    head = text.slice(start + 1, close).replaceAll('""', '"');
    rest = close + 1;
  }
  FIELD_END.lastIndex = rest;
  const end = FIELD_END.exec(text)?.index ?? text.length;
  return { value: head + text.slice(rest, end), end };
}

/** The index of the first quote at or after `start` that is not half of a doubled one. */
function closingQuote(text: string, start: number): number | undefined {
  for (let quote = text.indexOf('"', start); quote !== -1; quote = text.indexOf('"', quote + 2)) {
    if (text[quote + 1] !== '"') return quote;
  }
  return undefined;
}

function countNewlines(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}

function quoted(field: string): string {
  return `"${field.replaceAll('"', '""')}"`;
}
