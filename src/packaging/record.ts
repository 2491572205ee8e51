/**
 * RECORD, the list of a wheel's files with their hashes and sizes.
 *
 * Specification: Binary distribution format, "The .dist-info directory", and Recording installed projects, "The RECORD file".
 * https://packaging.python.org/specifications/binary-distribution-format/
 */
import { WheelworksError } from '../support/errors.ts';
import type { Finding } from '../support/finding.ts';
import { excerpt } from './excerpt.ts';
import { decodeUtf8 } from './metadata-document.ts';
import { readCsv, writeCsvRow, type CsvRow } from './record-csv.ts';

export interface RecordHash {
  /** As `hashlib` names it: `sha256`. */
  readonly algorithm: string;
  /** URL-safe base64 without padding. */
  readonly digest: string;
}

/** One file of the list. */
export interface RecordEntry {
  /** Relative to the folder that the wheel is unpacked to, with `/`. */
  readonly path: string;
  /** Absent for RECORD itself. */
  readonly hash?: RecordHash;
  /** In bytes; absent for RECORD itself. */
  readonly size?: number;
}

/** What a RECORD holds, and what is wrong with it. */
export interface RecordContents {
  /** In the order of the file; rows without a usable path are left out. */
  readonly entries: readonly RecordEntry[];
  readonly findings: readonly Finding[];
}

/**
 * Reads a RECORD. It never throws: everything that is wrong is a finding, and what is right is read.
 *
 * Not judged here: whether the hashes are those of the files, and whether the list is complete.
 */
export function parseRecord(bytes: Uint8Array): RecordContents {
  const findings: Finding[] = [];
  const text = decodeUtf8(bytes);
  if (text === undefined) findings.push(bad('record/not-utf8', 'RECORD is not UTF-8.'));
  const { rows, openQuoteLine } = readCsv(text ?? Buffer.from(bytes).toString('utf8'));
  if (openQuoteLine !== undefined) {
    findings.push(bad('record/open-quote', 'A quote is never closed.', openQuoteLine));
  }
  const entries: RecordEntry[] = [];
  const seen = new Set<string>();
  for (const row of rows) {
    const path = row.fields[0] ?? '';
    findings.push(...shapeFindings(row), ...pathFindings(path, row.line));
    if (path === '') continue;
    if (seen.has(path)) {
      findings.push(bad('record/duplicate', `${excerpt(path)} is listed twice.`, row.line));
    }
    seen.add(path);
    entries.push(readEntry(path, row, findings));
  }
  return { entries, findings };
}

/**
 * Writes a RECORD: sorted by path, itself last and without hash and size, so that the same files always give the same bytes.
 * @param recordPath Where it will be: `pkg-1.0.dist-info/RECORD`; an entry for it may be left out.
 * @throws WheelworksError `packaging/record-entry` for a path that is absolute, leads upwards, is not normal or is there
 * twice, and for a file without hash or size.
 */
export function formatRecord(entries: readonly RecordEntry[], recordPath: string): string {
  const others = entries.filter((entry) => entry.path !== recordPath);
  const seen = new Set<string>();
  for (const { path, hash, size } of others) {
    const problem =
      pathProblem(path)?.says ?? (HALF_CHARACTER.test(path) ? 'is no text' : undefined);
    if (problem !== undefined) throw refused(`${excerpt(path)} ${problem}`);
    if (seen.has(path)) throw refused(`${excerpt(path)} is there twice`);
    if (hash === undefined || size === undefined) {
      throw refused(`${excerpt(path)} has no ${hash === undefined ? 'hash' : 'size'}`);
    }
    seen.add(path);
  }
  const rows = others
    .toSorted((left, right) => (left.path < right.path ? -1 : 1))
    .map(({ path, hash, size }) => [path, formatHash(hash), String(size)]);
  return [...rows, [recordPath, '', '']].map((row) => `${writeCsvRow(row)}\n`).join('');
}

/** `sha256=47DEQpj8HBSa...`, or nothing without a hash. */
export function formatHash(hash: RecordHash | undefined): string {
  return hash === undefined ? '' : `${hash.algorithm}=${hash.digest}`;
}

const HALF_CHARACTER = /\p{Surrogate}/u;
const COLUMNS = 3;

function shapeFindings(row: CsvRow): Finding[] {
  if (row.fields.length === COLUMNS) return [];
  return [
    bad(
      'record/columns',
      `A row has ${row.fields.length} columns instead of ${COLUMNS}.`,
      row.line,
    ),
  ];
}

function pathFindings(path: string, line: number): Finding[] {
  const problem = pathProblem(path);
  if (problem === undefined) return [];
  return [bad(problem.code, `${excerpt(path)} ${problem.says}.`, line)];
}

/** Installers write to these paths: everything that leads out of their folder is an attack. */
function pathProblem(path: string): { code: Finding['code']; says: string } | undefined {
  if (path === '') return { code: 'record/path-empty', says: 'is no path' };
  if (path.startsWith('/') || path.startsWith('\\') || /^[A-Za-z]:/.test(path)) {
    return { code: 'record/path-absolute', says: 'is an absolute path' };
  }
  const parts = path.split(/[/\\]/);
  if (parts.includes('..')) return { code: 'record/path-upwards', says: 'leads upwards' };
  if (path.includes('\\')) {
    return { code: 'record/path-backslash', says: 'separates folders with backslashes' };
  }
  if (path.includes('\0')) return { code: 'record/path-nul', says: 'holds a NUL character' };
  if (parts.some((part) => part === '' || part === '.')) {
    return { code: 'record/path-not-normal', says: 'has empty parts or "."' };
  }
  return undefined;
}

function readEntry(path: string, row: CsvRow, findings: Finding[]): RecordEntry {
  const [, hashText = '', sizeText = ''] = row.fields;
  const hash = parseHash(hashText);
  const size = parseSize(sizeText);
  findings.push(...hashFindings({ path, hashText, hash, line: row.line }));
  if (sizeText !== '' && size === undefined) {
    findings.push(bad('record/size', `${excerpt(sizeText)} is not a size in bytes.`, row.line));
  }
  return {
    path,
    ...(hash === undefined ? {} : { hash }),
    ...(size === undefined ? {} : { size }),
  };
}

const HASH = /^([A-Za-z0-9_]+)=([A-Za-z0-9_-]+)(=*)$/;

function parseHash(text: string): RecordHash | undefined {
  const [, algorithm, digest] = HASH.exec(text) ?? [];
  return algorithm === undefined || digest === undefined ? undefined : { algorithm, digest };
}

function parseSize(text: string): number | undefined {
  const size = /^[0-9]+$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(size) ? size : undefined;
}

/** Files that cannot or need not have a hash: RECORD itself, and its signatures of old. */
const UNHASHED = /^[^/]+\.dist-info\/RECORD(?:\.jws|\.p7s)?$/;
/** The specification asks for SHA-256 or better. */
const WEAK = new Set(['md5', 'sha1', 'sha224']);

function hashFindings(row: {
  path: string;
  hashText: string;
  hash: RecordHash | undefined;
  line: number;
}): Finding[] {
  const { path, hashText, hash, line } = row;
  if (hash === undefined) {
    if (hashText !== '') {
      return [bad('record/hash', `${excerpt(hashText)} is not algorithm=digest.`, line)];
    }
    return UNHASHED.test(path)
      ? []
      : [bad('record/hash-missing', `${excerpt(path)} has no hash.`, line)];
  }
  const findings: Finding[] = [];
  if (hashText.endsWith('=')) {
    findings.push(bad('record/hash-padded', `${excerpt(hashText)} has base64 padding.`, line));
  }
  if (WEAK.has(hash.algorithm.toLowerCase())) {
    findings.push(
      bad('record/hash-weak', `${excerpt(path)} has a hash weaker than SHA-256.`, line),
    );
  }
  return findings;
}

function bad(code: Finding['code'], message: string, line?: number): Finding {
  return {
    code,
    severity: 'error',
    effect: 'users-break',
    message,
    ...(line === undefined ? {} : { evidence: `line ${line}` }),
  };
}

function refused(reason: string): WheelworksError {
  return new WheelworksError('packaging/record-entry', `RECORD cannot be written: ${reason}.`);
}
