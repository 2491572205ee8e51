import { describe, expect, it } from 'vitest';
import { readCsv, writeCsvRow } from '../../src/packaging/record-csv.ts';
import { formatRecord, parseRecord, type RecordEntry } from '../../src/packaging/record.ts';
import { packagingVectors } from '../support/vectors.ts';

const { written, read } = packagingVectors('records.json') as {
  written: { row: string[]; text: string }[];
  read: { text: string; rows: string[][] }[];
};

/** Python's writer leaves this unquoted when it ends lines in `\n`, and so cannot read it back. */
const CARRIAGE_RETURN = 'pkg/car\rriage.py,sha256=abc,12\n';

const HASH = { algorithm: 'sha256', digest: '47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU' };
const TEXT = `sha256=${HASH.digest}`;
const RECORD = 'foo-1.0.dist-info/RECORD';

describe('rows, as the csv module of Python', () => {
  it.each(written)('writes $row', ({ row, text }) => {
    expect(`${writeCsvRow(row)}\n`).toBe(
      text === CARRIAGE_RETURN ? '"pkg/car\rriage.py",sha256=abc,12\n' : text,
    );
  });

  it.each(read)('reads $text', ({ text, rows }) => {
    expect(readCsv(text).rows.map(({ fields }) => fields)).toEqual(rows);
  });

  it('counts lines, also inside quotes', () => {
    const { rows, openQuoteLine } = readCsv('a\n\n"b\nb",c\r\nd,"e\nf');
    expect(rows.map(({ line }) => line)).toEqual([1, 3, 5]);
    expect(openQuoteLine).toBe(5);
  });
});

describe('reading RECORD', () => {
  it('gives paths, hashes and sizes', () => {
    const text = `foo/a.py,${TEXT},12\n"foo/b,c.py",${TEXT},0\n${RECORD},,\n`;
    expect(parseRecord(Buffer.from(text))).toEqual({
      entries: [
        { path: 'foo/a.py', hash: HASH, size: 12 },
        { path: 'foo/b,c.py', hash: HASH, size: 0 },
        { path: RECORD },
      ],
      findings: [],
    });
  });

  it.each([
    [`/etc/passwd,${TEXT},1\n`, 'record/path-absolute'],
    [`C:\\x.py,${TEXT},1\n`, 'record/path-absolute'],
    [`\\\\host\\x.py,${TEXT},1\n`, 'record/path-absolute'],
    [`../x.py,${TEXT},1\n`, 'record/path-upwards'],
    [`a/../../x.py,${TEXT},1\n`, 'record/path-upwards'],
    [`a\\..\\x.py,${TEXT},1\n`, 'record/path-upwards'],
    [`a\\x.py,${TEXT},1\n`, 'record/path-backslash'],
    [`a/./x.py,${TEXT},1\n`, 'record/path-not-normal'],
    [`a//x.py,${TEXT},1\n`, 'record/path-not-normal'],
    [`a\0.py,${TEXT},1\n`, 'record/path-nul'],
    [`,${TEXT},1\n`, 'record/path-empty'],
    [`a.py,${TEXT}\n`, 'record/columns'],
    [`a.py,${TEXT},1,\n`, 'record/columns'],
    [`a.py,${TEXT},1\na.py,${TEXT},1\n`, 'record/duplicate'],
    ['a.py,,1\n', 'record/hash-missing'],
    ['foo/RECORD,,\n', 'record/hash-missing'],
    ['a.py,47DEQpj8HBSa,1\n', 'record/hash'],
    ['a.py,sha256=,1\n', 'record/hash'],
    ['a.py,sha256=a+b/c,1\n', 'record/hash'],
    [`a.py,${TEXT}=,1\n`, 'record/hash-padded'],
    ['a.py,md5=47DEQpj8HBSa,1\n', 'record/hash-weak'],
    [`a.py,${TEXT},-1\n`, 'record/size'],
    [`a.py,${TEXT},1e3\n`, 'record/size'],
    [`a.py,${TEXT},99999999999999999999\n`, 'record/size'],
    [`"a.py,${TEXT},1\n`, 'record/open-quote'],
  ])('%j: %s', (text, code) => {
    expect(parseRecord(Buffer.from(text)).findings.map((finding) => finding.code)).toContain(code);
  });

  it('names the line', () => {
    const { findings } = parseRecord(Buffer.from(`a.py,${TEXT},1\n\n../b.py,${TEXT},1\n`));
    expect(findings).toMatchObject([{ code: 'record/path-upwards', evidence: 'line 3' }]);
  });

  it('lets signatures of old be without hash', () => {
    const text = ['RECORD', 'RECORD.jws', 'RECORD.p7s'].map((name) => `a.dist-info/${name},,\n`);
    expect(parseRecord(Buffer.from(text.join(''))).findings).toEqual([]);
  });

  it('goes on after bytes that are not UTF-8', () => {
    const { entries, findings } = parseRecord(Buffer.from(`\xff.py,${TEXT},1\n`, 'latin1'));
    expect(entries).toHaveLength(1);
    expect(findings).toMatchObject([{ code: 'record/not-utf8' }]);
  });
});

describe('writing RECORD', () => {
  const entry = (path: string): RecordEntry => ({ path, hash: HASH, size: 1 });

  it('sorts, and puts itself last without hash', () => {
    const entries = [entry(RECORD), entry('foo/b.py'), entry('foo/a,b.py'), entry('Foo.py')];
    expect(formatRecord(entries, RECORD)).toBe(
      `Foo.py,${TEXT},1\n"foo/a,b.py",${TEXT},1\nfoo/b.py,${TEXT},1\n${RECORD},,\n`,
    );
  });

  it('is the same for any order of entries', () => {
    const entries = ['a', 'b/c', 'b', '\u00e4'].map(entry);
    expect(formatRecord(entries, RECORD)).toBe(formatRecord(entries.toReversed(), RECORD));
  });

  it.each([
    [[entry('a'), entry('a')], 'is there twice'],
    [[entry('/a')], 'absolute'],
    [[entry('../a')], 'upwards'],
    [[entry('a\\b')], 'backslashes'],
    [[entry('')], 'no path'],
    [[entry('a\ud800')], 'no text'],
    [[{ path: 'a', size: 1 }], 'has no hash'],
    [[{ path: 'a', hash: HASH }], 'has no size'],
  ])('%j is refused', (entries, says) => {
    expect(() => formatRecord(entries, RECORD)).toThrow(
      expect.objectContaining({
        code: 'packaging/record-entry',
        message: expect.stringContaining(says),
      }),
    );
  });
});
