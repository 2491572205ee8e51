/**
 * RECORD of what is installed: paths start from site-packages and may lead upwards, to programs and data.
 *
 * Specification: Recording installed projects, "The RECORD file".
 * https://packaging.python.org/specifications/recording-installed-packages/
 */
import { writeCsvRow } from './record-csv.ts';
import { formatHash, type RecordEntry } from './record.ts';

/** Writes it sorted by path, itself last and without hash and size; entries without a hash have none. */
export function formatInstalledRecord(entries: readonly RecordEntry[], recordPath: string): string {
  const rows = entries
    .filter(({ path }) => path !== recordPath)
    .toSorted((left, right) => (left.path < right.path ? -1 : 1))
    .map(({ path, hash, size }) => [
      path,
      formatHash(hash),
      size === undefined ? '' : String(size),
    ]);
  return [...rows, [recordPath, '', '']].map((row) => `${writeCsvRow(row)}\n`).join('');
}
