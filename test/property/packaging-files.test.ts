import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatWheelFilename,
  makeSdistFilename,
  makeWheelFilename,
  parseSdistFilename,
  parseWheelFilename,
} from '../../src/packaging/filename.ts';
import { parseLicenseExpression } from '../../src/packaging/license.ts';
import {
  addHeader,
  headerValues,
  parseMetadata,
  printMetadata,
  removeHeader,
  setHeader,
  setHeaders,
} from '../../src/packaging/metadata.ts';
import { normalizeName } from '../../src/packaging/name.ts';
import { formatPlatformTag, parsePlatformTag } from '../../src/packaging/platform-tags.ts';
import { readCsv, writeCsvRow } from '../../src/packaging/record-csv.ts';
import { formatRecord, parseRecord } from '../../src/packaging/record.ts';
import { compressTags, formatTag, parseTagSet, tagSet } from '../../src/packaging/tag.ts';
import { versions } from '../support/packaging-arbitraries.ts';

const member = fc.stringMatching(/^[a-z][a-z0-9_]{0,7}$/);
const members = fc.uniqueArray(member, { minLength: 1, maxLength: 4 });
const tagSets = fc
  .record({ interpreters: members, abis: members, platforms: members })
  .map((parts) => tagSet(parts));

describe('laws of tags', () => {
  it('compressing what a set stands for gives the set, sorted', () => {
    fc.assert(
      fc.property(tagSets, (set) => {
        const text = compressTags(set.tags);
        expect(compressTags(parseTagSet(text).tags)).toBe(text);
        expect(parseTagSet(text).tags.map(formatTag).sort()).toEqual(
          set.tags.map(formatTag).sort(),
        );
      }),
    );
  });

  it('leaving any one tag out of a product of two or more members each leaves no product', () => {
    const two = fc.uniqueArray(member, { minLength: 2, maxLength: 3 });
    fc.assert(
      fc.property(two, two, fc.nat(), (interpreters, platforms, which) => {
        const { tags } = tagSet({ interpreters, abis: ['none'], platforms });
        const fewer = tags.toSpliced(which % tags.length, 1);
        expect(() => compressTags(fewer)).toThrow(
          expect.objectContaining({ code: 'packaging/tags-not-a-product' }),
        );
      }),
    );
  });

  it('a platform tag is written as it was read', () => {
    const text = fc.stringMatching(
      /^(?:(?:many|musl)linux_[0-9]{1,2}_[0-9]{1,2}|manylinux(?:1|2010|2014)|macosx_1[0-9]_[0-9]|win|linux|ios_1[0-9]_[0-9]|android_[0-9]{2})_[a-z0-9_]{1,12}$/,
    );
    fc.assert(
      fc.property(text, (platform) => {
        expect(formatPlatformTag(parsePlatformTag(platform))).toBe(platform);
      }),
    );
  });
});

describe('laws of file names', () => {
  const names = fc.stringMatching(/^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,8}[A-Za-z0-9])?$/);
  const builds = fc.option(fc.stringMatching(/^[0-9]{1,20}[a-z0-9_.]{0,4}$/), { nil: undefined });

  it('a new wheel name reads back as its parts, and is written as it was read', () => {
    fc.assert(
      fc.property(names, versions, builds, tagSets, (name, version, build, tags) => {
        const filename = makeWheelFilename({
          name,
          version,
          tags,
          ...(build === undefined ? {} : { build }),
        });
        const wheel = parseWheelFilename(filename);
        expect(wheel.normalizedName).toBe(normalizeName(name));
        expect(wheel.version).toEqual(version);
        expect(wheel.build?.text).toBe(build);
        expect(wheel.tags).toEqual(tags);
        expect(formatWheelFilename(wheel)).toBe(filename);
      }),
    );
  });

  it('a new sdist name reads back as its parts, and is not legacy', () => {
    fc.assert(
      fc.property(names, versions, (name, version) => {
        const sdist = parseSdistFilename(makeSdistFilename(name, version));
        expect(sdist).toMatchObject({
          normalizedName: normalizeName(name),
          version,
          legacy: false,
        });
      }),
    );
  });
});

describe('laws of RECORD', () => {
  const field = fc.string({ unit: fc.constantFrom(...Array.from('ab,"\n\r \u00e9\u{1f600};\'')) });

  it('rows read back as they were written', () => {
    const rows = fc.array(fc.array(field, { minLength: 2, maxLength: 4 }), { maxLength: 4 });
    fc.assert(
      fc.property(rows, fc.constantFrom('\n', '\r\n'), (written, newline) => {
        const text = written.map((row) => writeCsvRow(row) + newline).join('');
        const { rows: read, openQuoteLine } = readCsv(text);
        expect(read.map(({ fields }) => fields)).toEqual(written);
        expect(openQuoteLine).toBeUndefined();
      }),
    );
  });

  it('entries read back as they were written, without findings', () => {
    const part = fc.string({ unit: fc.constantFrom(...Array.from('ab,"\n \u00e9')), minLength: 1 });
    const paths = fc.uniqueArray(
      fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/')),
    );
    const digest = fc.stringMatching(/^[A-Za-z0-9_-]{43}$/);
    const entries = paths.chain((list) =>
      fc.tuple(
        ...list.map((path) =>
          fc.record({
            path: fc.constant(path),
            hash: fc.record({ algorithm: fc.constantFrom('sha256', 'sha512'), digest }),
            size: fc.maxSafeNat(),
          }),
        ),
      ),
    );
    fc.assert(
      fc.property(entries, (list) => {
        const recordPath = 'x-1.dist-info/RECORD';
        const { entries: read, findings } = parseRecord(
          Buffer.from(formatRecord(list, recordPath)),
        );
        expect(findings).toEqual([]);
        const sorted = list.toSorted((left, right) => (left.path < right.path ? -1 : 1));
        expect(read).toEqual([...sorted, { path: recordPath }]);
      }),
    );
  });
});

describe('laws of metadata', () => {
  /** Bytes that are likely to be headers, folded lines, empty lines and a body. */
  const documents = fc
    .array(
      fc
        .constantFrom(
          'Name: foo',
          'Tag: a',
          'Tag: b',
          'TAG:c',
          '  folded',
          '\tfolded',
          '',
          ': nameless',
          'From somewhere',
          'no header',
          'Author: J\u00fcrgen',
        )
        .chain((line) => fc.constantFrom('\n', '\r\n', '\r', '').map((newline) => line + newline)),
      { maxLength: 8 },
    )
    .map((lines) => Buffer.from(lines.join(''), 'latin1'));
  const bytes = fc.oneof(
    documents,
    fc.uint8Array().map((array) => Buffer.from(array)),
  );
  const value = fc.stringMatching(/^(?:[a-z\u00e9]{1,5}(?:\n [a-z]{1,3})?)?$/);
  const wanted = fc.array(value, { maxLength: 3 });

  it('printing gives the same bytes for any bytes', () => {
    fc.assert(
      fc.property(bytes, (file) => {
        expect(Buffer.from(printMetadata(parseMetadata(file)))).toEqual(file);
      }),
    );
  });

  it('an edit is read back, and leaves all other headers and the body', () => {
    fc.assert(
      fc.property(bytes, wanted, (file, values) => {
        const before = parseMetadata(file);
        const after = parseMetadata(printMetadata(setHeaders(before, 'Tag', values)));
        const folded = values.map((text) => text.replace('\n', before.newline));
        expect(headerValues(after, 'tag')).toEqual(folded);
        expect(Buffer.from(after.body)).toEqual(Buffer.from(before.body));
        expect(others(after)).toEqual(others(before));
      }),
    );
  });

  it('adding and removing a header that was not there gives the same bytes', () => {
    fc.assert(
      fc.property(bytes, value, (file, text) => {
        const ended = Buffer.concat([file, Buffer.from('\nend')]);
        const added = addHeader(parseMetadata(ended), 'X-New', text);
        const removed = removeHeader(parseMetadata(printMetadata(added)), 'x-new');
        expect(Buffer.from(printMetadata(removed))).toEqual(ended);
      }),
    );
  });

  it('setting what is there changes nothing', () => {
    fc.assert(
      fc.property(value, (text) => {
        const file = parseMetadata(
          printMetadata(setHeader(parseMetadata(Buffer.from('')), 'A', text)),
        );
        const again = setHeader(file, 'a', headerValues(file, 'A')[0] ?? '');
        expect(printMetadata(again)).toEqual(printMetadata(file));
      }),
    );
  });
});

/** The other headers: what they say, since a file's last line may have got a line ending. */
function others(document: ReturnType<typeof parseMetadata>): unknown[] {
  return document.headers
    .filter((header) => header.kind === 'skipped' || header.name.toLowerCase() !== 'tag')
    .map((header) => (header.kind === 'header' ? [header.name, header.value] : 'skipped'));
}

describe('laws of licence expressions', () => {
  const id = fc.constantFrom(
    'MIT',
    'apache-2.0',
    'GPL-2.0+',
    'LicenseRef-A',
    'gpl-3.0-only WITH gcc-exception-3.1',
  );
  const { expression } = fc.letrec<{ expression: string }>((tie) => ({
    expression: fc.oneof(
      { depthSize: 'small' },
      id,
      fc
        .tuple(tie('expression'), fc.constantFrom('and', 'OR'), tie('expression'))
        .map((parts) => parts.join(' ')),
      tie('expression').map((inner) => `( ${inner} )`),
    ),
  }));

  it('the normal form is its own normal form, and says the same', () => {
    fc.assert(
      fc.property(expression, (text) => {
        const read = parseLicenseExpression(text);
        expect(parseLicenseExpression(read.text)).toEqual(read);
        expect(read.text.toLowerCase().replaceAll(/[()\s]/g, '')).toBe(
          text.toLowerCase().replaceAll(/[()\s]/g, ''),
        );
      }),
    );
  });
});
