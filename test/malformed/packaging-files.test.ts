import { describe, expect, it } from 'vitest';
import { parseEntryPoints } from '../../src/packaging/entry-points.ts';
import { parseSdistFilename, parseWheelFilename } from '../../src/packaging/filename.ts';
import { parseLicenseExpression } from '../../src/packaging/license.ts';
import {
  addHeader,
  headersOf,
  metadataView,
  parseDescriptionContentType,
  parseMetadata,
  printMetadata,
  setHeaders,
  validateMetadata,
} from '../../src/packaging/metadata.ts';
import { parsePlatformTag } from '../../src/packaging/platform-tags.ts';
import { parseRecord } from '../../src/packaging/record.ts';
import { compressTags, parseTag } from '../../src/packaging/tag.ts';
import { parseAbi, parseInterpreterTag } from '../../src/packaging/tag-python.ts';
import { parseWheelFile } from '../../src/packaging/wheel-file.ts';
import { WheelworksError } from '../../src/support/errors.ts';

const MEGABYTE = 1 << 20;
/** Long enough for work that grows with the square to be felt as a time-out. */
const LONG_LINE = 1 << 18;
/** Each row is judged, and each judgement is a finding: more of them would only take longer. */
const MANY_LINES = 1 << 16;

/** One piece after another: a long line, or tens of thousands of lines. */
function flood(piece: string): string {
  return piece.repeat(Math.ceil((/[\r\n]/.test(piece) ? MANY_LINES : LONG_LINE) / piece.length));
}

const PIECES = [
  ' ',
  '\n',
  '\r',
  '\r\n',
  '\0',
  '0',
  '1.',
  '-',
  'a-',
  '.',
  '_',
  'py3.',
  'a',
  'a:',
  'a:\n',
  'a: b\n',
  ' a\n',
  ':\n',
  'From \n',
  ',',
  ',,\n',
  'a,b,c\n',
  '"',
  '""',
  '",',
  '"a"\n',
  '(',
  ')',
  'MIT ',
  'MIT OR ',
  'MIT WITH ',
  'licenseref-a ',
  '+',
  '[',
  '[a]\n',
  '[a',
  '=',
  'a=b\n',
  '<',
  '<>',
  '@',
  ';',
  ';a="',
  '; a=b',
  '\u3000',
  '\u00e9',
  '\ud800',
  '\u{1f600}',
  'https://',
  'pypi-',
];

const bytesOf = (text: string): Buffer => Buffer.from(text, 'utf8');

/** Every reader, and what its input may begin with. */
const READERS: readonly {
  name: string;
  read: (text: string) => unknown;
  before: readonly string[];
}[] = [
  { name: 'parseTag', read: parseTag, before: ['', 'py3-none-'] },
  { name: 'parsePlatformTag', read: parsePlatformTag, before: ['', 'manylinux_2_'] },
  { name: 'parseInterpreterTag', read: parseInterpreterTag, before: ['', 'cp'] },
  { name: 'parseAbi', read: parseAbi, before: ['', 'cp', 'pypy3_pp'] },
  {
    name: 'parseWheelFilename',
    read: (text) => parseWheelFilename(`${text}-py3-none-any.whl`),
    before: ['', 'foo-1.0-', 'foo-1.0-1'],
  },
  {
    name: 'parseSdistFilename',
    read: (text) => parseSdistFilename(`${text}.tar.gz`),
    before: ['', 'foo-1', 'foo-1-'],
  },
  { name: 'parseLicenseExpression', read: parseLicenseExpression, before: ['', 'MIT OR '] },
  { name: 'parseEntryPoints', read: parseEntryPoints, before: ['', '[a]\n', '[a]\nb = c:'] },
  {
    name: 'parseDescriptionContentType',
    read: parseDescriptionContentType,
    before: ['text/plain;'],
  },
  { name: 'parseRecord', read: (text) => parseRecord(bytesOf(text)), before: ['', 'a,'] },
  {
    name: 'parseWheelFile',
    read: (text) => parseWheelFile(bytesOf(text)),
    before: ['', 'Wheel-Version: '],
  },
  {
    name: 'validateMetadata',
    read: (text) => validateMetadata(metadataView(parseMetadata(bytesOf(text)))),
    before: [
      '',
      'Summary: ',
      'Author-email: ',
      'Home-page: ',
      'Project-URL: a, ',
      'Description-Content-Type: ',
      'License-File: ',
      'License-Expression: ',
      'Import-Name: ',
      'Requires-Dist: ',
      'Description: ',
    ],
  },
];

/** Outcomes that are no bug: a value, or an error with a code that does not repeat the flood. */
function survives(read: (text: string) => unknown, text: string): string {
  try {
    read(text);
    return 'ok';
  } catch (error) {
    if (!(error instanceof WheelworksError)) return `threw ${String(error)}`;
    if (!error.code.startsWith('packaging/')) return error.code;
    return JSON.stringify(error).length < 2000 ? 'ok' : 'an error as long as its input';
  }
}

describe('a flood of anything', () => {
  it.each(READERS)('is read or refused by $name', ({ read, before }) => {
    const bad: string[] = [];
    for (const piece of PIECES) {
      for (const start of before) {
        const outcome = survives(read, start + flood(piece));
        if (outcome !== 'ok') bad.push(`${JSON.stringify(start + piece)}: ${outcome}`);
      }
    }
    expect(bad).toEqual([]);
  });

  it.each(READERS)('in one line of a megabyte is read or refused by $name', ({ read, before }) => {
    const lines = before.flatMap((start) =>
      ['a', '\0'].map((char) => start + char.repeat(MEGABYTE)),
    );
    expect(lines.map((line) => survives(read, line)).filter((outcome) => outcome !== 'ok')).toEqual(
      [],
    );
  });

  it.each(PIECES)('of %j is printed as it was read', (piece) => {
    const bytes = bytesOf(flood(piece));
    expect(bytes.equals(printMetadata(parseMetadata(bytes)))).toBe(true);
  });
});

describe('tag sets that stand for too many tags', () => {
  const members = (count: number): string =>
    Array.from({ length: count }, (_, index) => `a${index}`).join('.');

  it('are refused before they are expanded', () => {
    const thousand = members(1000);
    expect(() => parseTag(`${thousand}-${thousand}-${thousand}`)).toThrow(
      expect.objectContaining({
        code: 'packaging/too-many-tags',
        message: expect.stringContaining('1000000000 tags'),
      }),
    );
    expect(() => parseWheelFilename(`foo-1-${thousand}-${thousand}-${thousand}.whl`)).toThrow(
      expect.objectContaining({ code: 'packaging/too-many-tags' }),
    );
  });

  it('are not made by compressing tags that share nothing', () => {
    const tags = Array.from({ length: 20_000 }, (_, index) => ({
      interpreter: `a${index}`,
      abi: `b${index}`,
      platform: `c${index}`,
    }));
    expect(() => compressTags(tags)).toThrow(
      expect.objectContaining({ code: 'packaging/tags-not-a-product' }),
    );
  });
});

describe('bytes that are no text', () => {
  const everyByte = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));

  it('pass through metadata, and are told', () => {
    const bytes = Buffer.concat([bytesOf('Name: foo\nAuthor: '), everyByte]);
    const document = parseMetadata(bytes);
    expect(bytes.equals(printMetadata(document))).toBe(true);
    const found = validateMetadata(metadataView(document)).map(({ code }) => code);
    expect(found).toContain('metadata/not-utf8');
  });

  it('stay what they are beside an edit', () => {
    const broken = Buffer.from('Author: \xff\xfe\nTag: a\n\n\xff\xfe', 'latin1');
    const edited = printMetadata(setHeaders(parseMetadata(broken), 'Tag', ['b']));
    expect(Buffer.from(edited).toString('latin1')).toBe('Author: \xff\xfe\nTag: b\n\n\xff\xfe');
  });

  it.each([
    ['overlong', [0xc0, 0xaf]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['beyond Unicode', [0xf4, 0x90, 0x80, 0x80]],
    ['cut off', [0xe2, 0x82]],
  ])('%s are not UTF-8', (_what, tail) => {
    const document = parseMetadata(Buffer.concat([bytesOf('Name: a'), Buffer.from(tail)]));
    expect(headersOf(document)[0]?.isUtf8).toBe(false);
  });

  it('in RECORD are told, and what can be read is read', () => {
    const { entries, findings } = parseRecord(Buffer.concat([bytesOf('a,,\n'), everyByte]));
    expect(entries[0]?.path).toBe('a');
    expect(findings.map(({ code }) => code)).toContain('record/not-utf8');
  });
});

describe('a hundred thousand headers', () => {
  it('are edited in one go', () => {
    const document = parseMetadata(bytesOf(`${'Tag: a\n'.repeat(100_000)}\nbody`));
    expect(headersOf(setHeaders(document, 'Tag', ['b']))).toHaveLength(1);
    expect(headersOf(addHeader(document, 'Tag', 'b'))).toHaveLength(100_001);
    expect(metadataView(document).unparsed.get('tag')?.values).toHaveLength(100_000);
  });
});
