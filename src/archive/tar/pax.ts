/**
 * Extended headers (POSIX.1-2017 pax, "pax Extended Header"): records `LENGTH KEY=VALUE\n`, where the decimal length
 * counts the whole record.
 */

/** Keys to raw values, which are mostly UTF-8. An empty value takes back what a global header said. */
export type PaxRecords = ReadonlyMap<string, Uint8Array>;

const SPACE = 0x20;
const EQUALS = 0x3d;
const NEWLINE = 0x0a;

/** More digits would be a record larger than any header that is read. */
const LONGEST_LENGTH = 10;

/** The records of an extended header, the last of each key; undefined when they do not fit their lengths. */
export function parsePax(bytes: Uint8Array): PaxRecords | undefined {
  const records = new Map<string, Uint8Array>();
  let start = 0;
  while (start < bytes.length) {
    const space = bytes.subarray(start, start + LONGEST_LENGTH + 1).indexOf(SPACE);
    if (space < 1) return undefined;
    const digits = latin1(bytes.subarray(start, start + space));
    if (!/^[1-9][0-9]*$/.test(digits)) return undefined;
    const end = start + Number(digits);
    if (end > bytes.length || end < start + space + 2 || bytes[end - 1] !== NEWLINE)
      return undefined;
    const record = bytes.subarray(start + space + 1, end - 1);
    const equals = record.indexOf(EQUALS);
    if (equals < 1) return undefined;
    records.set(latin1(record.subarray(0, equals)), record.subarray(equals + 1));
    start = end;
  }
  return records;
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}

/** Whether the records describe a sparse file (GNU tar's and star's ways of it), whose size and content are coded. */
export function isSparse(records: PaxRecords): boolean {
  return [...records.keys()].some(
    (key) => key.startsWith('GNU.sparse.') || key === 'SCHILY.realsize',
  );
}

const USED = new Set(['path', 'linkpath', 'size', 'mtime']);

/** The records that decide what a member is; so few that laying one set over another costs nothing. */
export function usedRecords(records: PaxRecords): PaxRecords {
  return new Map([...records].filter(([key]) => USED.has(key)));
}

/** The bytes of an extended header with these records, sorted by key. */
export function formatPax(records: Readonly<Record<string, string>>): Uint8Array {
  const keys = Object.keys(records).sort();
  return Buffer.from(keys.map((key) => formatRecord(key, records[key] ?? '')).join(''));
}

function formatRecord(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  const restLength = Buffer.byteLength(rest);
  // The length counts its own digits; one more digit can make it one digit longer, never two.
  let length = restLength + String(restLength).length;
  length = restLength + String(length).length;
  return `${length}${rest}`;
}
