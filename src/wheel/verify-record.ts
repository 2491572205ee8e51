/**
 * RECORD against the archive: every file listed once, nothing else listed, sizes and hashes right; and every member
 * one that an installer can make.
 *
 * Specification: "Binary distribution format" and "Recording installed projects" (packaging.python.org), PEP 427.
 */
import type { ZipEntry } from '../archive/zip/index.ts';
import type { RecordContents, RecordEntry } from '../packaging/index.ts';
import type { Finding } from '../support/finding.ts';
import { mapParallel } from '../support/parallel.ts';
import { asFinding, breaks } from './findings.ts';
import { foldersOf, isRecordSignature } from './layout.ts';
import { hashCheck, isStrongHash } from './record-hash.ts';
import { symlinkRefused } from './refusals.ts';
import { readRecord, type Wheel } from './wheel.ts';

/** What is wrong; with `contents` every member is inflated and hashed, at most `jobs` at once. */
export async function verifyRecord(
  wheel: Wheel,
  contents: boolean,
  jobs: number,
): Promise<Finding[]> {
  const files = wheel.archive.entries.filter((entry) => !entry.isDirectory);
  const findings = uninstallable(files);
  let record: RecordContents;
  try {
    record = await readRecord(wheel);
  } catch (error) {
    return [...findings, asFinding(error)];
  }
  const rows = new Map(record.entries.map((row) => [row.path, row]));
  findings.push(...rowFindings(wheel, record), ...unlisted(wheel, files, rows));
  const present = new Set(files.map(({ path }) => path));
  for (const path of rows.keys()) if (!present.has(path)) findings.push(absent(path));
  const listed = files.flatMap((entry) => pairOf(wheel, entry, rows));
  for (const { entry, row } of listed) findings.push(...compareRow(row, entry));
  if (!contents) return findings;
  const wrong = await mapParallel(listed, jobs, async (pair) => hashFinding(wheel, pair));
  return [...findings, ...wrong.filter((finding) => finding !== undefined)];
}

/** Links, and files that lie where other files need a folder. */
function uninstallable(files: readonly ZipEntry[]): Finding[] {
  const folders = foldersOf(files.map(({ path }) => path));
  return files.flatMap(({ path, isSymlink }) => [
    ...(isSymlink ? [asFinding(symlinkRefused(path))] : []),
    ...(folders.has(path)
      ? [breaks('wheel/file-and-folder', 'A member is a file and a folder at once.', { path })]
      : []),
  ]);
}

/** Told below for each file, with its path. */
const TOLD_BY_FILE = new Set(['record/hash-missing', 'record/hash-weak']);

function rowFindings(wheel: Wheel, record: RecordContents): readonly Finding[] {
  return record.findings
    .filter(({ code }) => !TOLD_BY_FILE.has(code))
    .map((finding) => ({ ...finding, path: `${wheel.distInfo}/RECORD` }));
}

function unlisted(
  wheel: Wheel,
  files: readonly ZipEntry[],
  rows: ReadonlyMap<string, RecordEntry>,
): readonly Finding[] {
  return files
    .filter(({ path }) => !rows.has(path) && !isRecordSignature(path, wheel.distInfo))
    .map(({ path }) => ({
      code: 'wheel/record-unlisted',
      severity: 'warning',
      effect: 'index-warns',
      message: 'A file of the wheel is not listed in RECORD; uninstalling will leave it behind.',
      path,
    }));
}

function absent(path: string): Finding {
  return {
    code: 'wheel/record-absent',
    severity: 'warning',
    effect: 'index-warns',
    message: 'RECORD lists a file that the wheel does not have.',
    path,
  };
}

interface ListedFile {
  readonly entry: ZipEntry;
  readonly row: RecordEntry;
}

/** A file with its row, when it must have one with a hash: RECORD cannot hash itself, and its signatures need not be. */
function pairOf(
  wheel: Wheel,
  entry: ZipEntry,
  rows: ReadonlyMap<string, RecordEntry>,
): readonly ListedFile[] {
  const row = rows.get(entry.path);
  const isRecord =
    entry.path === `${wheel.distInfo}/RECORD` || isRecordSignature(entry.path, wheel.distInfo);
  return row === undefined || isRecord ? [] : [{ entry, row }];
}

function compareRow(row: RecordEntry, entry: ZipEntry): Finding[] {
  const findings: Finding[] = [];
  const { path } = row;
  if (row.hash === undefined) {
    findings.push(breaks('wheel/record-no-hash', 'RECORD gives no hash for a file.', { path }));
  } else if (!isStrongHash(row.hash.algorithm)) {
    findings.push(
      breaks('wheel/record-weak-hash', 'RECORD uses a hash that the specification forbids.', {
        path,
        evidence: row.hash.algorithm,
      }),
    );
  }
  if (row.size !== undefined && row.size !== entry.size) {
    findings.push(
      breaks('wheel/record-size', 'RECORD gives another size than the file has.', {
        path,
        evidence: `RECORD ${row.size}, archive ${entry.size}`,
      }),
    );
  }
  return findings;
}

async function hashFinding(
  { archive }: Wheel,
  { entry, row }: ListedFile,
): Promise<Finding | undefined> {
  const check = row.hash === undefined ? undefined : hashCheck(row.hash);
  if (row.hash === undefined || check === undefined) return undefined;
  try {
    for await (const chunk of archive.stream(entry)) check.update(chunk);
  } catch (error) {
    return asFinding(error);
  }
  const { digest, matches } = check.finish();
  if (matches) return undefined;
  return breaks('wheel/record-hash', 'A file is not the one whose hash RECORD gives.', {
    path: entry.path,
    evidence: `RECORD ${row.hash.algorithm}=${row.hash.digest}, file ${digest}`,
  });
}
