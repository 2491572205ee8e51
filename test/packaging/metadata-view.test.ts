import { describe, expect, it } from 'vitest';
import { headerValues, metadataView, parseMetadata } from '../../src/packaging/metadata.ts';
import { unfold } from '../../src/packaging/metadata-view.ts';

function viewOf(text: string) {
  return metadataView(parseMetadata(Buffer.from(text, 'utf8')));
}

describe('the parts of a header file', () => {
  it('are headers, separator and body', () => {
    const document = parseMetadata(Buffer.from('Name: foo\r\nVersion: 1\r\n\r\nbody\r\n'));
    expect(document.headers.map((header) => header.raw.length)).toEqual([11, 12]);
    expect(Buffer.from(document.separator).toString()).toBe('\r\n');
    expect(Buffer.from(document.body).toString()).toBe('body\r\n');
    expect(document.newline).toBe('\r\n');
  });

  it.each([
    ['', '\n'],
    ['Name: foo', '\n'],
    ['Name: foo\rVersion: 1\n', '\r'],
    ['\r\nbody', '\r\n'],
  ])('%j adds lines that end in %j', (text, newline) => {
    expect(parseMetadata(Buffer.from(text)).newline).toBe(newline);
  });

  it('are found by name without case', () => {
    const document = parseMetadata(Buffer.from('TAG: a\nName: foo\nTag: b\n\nTag: body\n'));
    expect(headerValues(document, 'tag')).toEqual(['a', 'b']);
  });
});

describe('fields', () => {
  it('come from headers and body', () => {
    const view = viewOf(
      'Metadata-Version: 2.4\nName: foo\nVersion: 1.0\nKeywords: a, b\nProject-URL: Docs , https://example.org/a,b\n' +
        'Classifier: one\nClassifier: two\n\n# Foo\n',
    );
    expect(view).toMatchObject({
      metadataVersion: '2.4',
      name: 'foo',
      version: '1.0',
      keywords: ['a', 'b'],
      projectUrls: [{ label: 'Docs', url: 'https://example.org/a,b' }],
      classifiers: ['one', 'two'],
      description: '# Foo\n',
      license: undefined,
      importNames: undefined,
    });
    expect(view.fieldNames).toEqual([
      'Metadata-Version',
      'Name',
      'Version',
      'Keywords',
      'Project-URL',
      'Classifier',
      'Description',
    ]);
    expect(view.unparsed.size).toBe(0);
  });

  it('keep repeated labels of addresses', () => {
    const view = viewOf(
      'Project-URL: a, https://one.example\nProject-URL: a, https://two.example\n',
    );
    expect(view.projectUrls.map(({ url }) => url)).toEqual([
      'https://one.example',
      'https://two.example',
    ]);
  });

  it('that declare no import names differ from none', () => {
    expect(viewOf('Import-Name:\n').importNames).toEqual([]);
    expect(viewOf('Name: foo\n').importNames).toBeUndefined();
  });

  it('that cannot be told are kept apart, with the reason', () => {
    const bytes = Buffer.from('Name: a\nName: b\nX-Own: c\nAuthor: J\xfcrgen\n\nb\xf6dy', 'latin1');
    const view = metadataView(parseMetadata(bytes));
    expect(Object.fromEntries(view.unparsed)).toEqual({
      name: { reason: 'repeated', values: ['a', 'b'] },
      'x-own': { reason: 'unknown', values: ['c'] },
      author: { reason: 'not-utf8', values: ['J\u00fcrgen'] },
      description: { reason: 'not-utf8', values: ['b\u00f6dy'] },
    });
    expect([view.name, view.author, view.description]).toEqual([undefined, undefined, undefined]);
  });

  it('that are given twice, in header and body, are neither', () => {
    const view = viewOf('Description: header\n\nbody');
    expect(view.description).toBeUndefined();
    expect(view.fieldNames).toEqual([]);
    expect(view.unparsed.get('description')).toEqual({
      reason: 'repeated',
      values: ['header', 'body'],
    });
  });
});

describe('folded values', () => {
  it.each([
    ['one line', 'one line'],
    ['a\n        b\n        \n          c', 'a\nb\n\n  c'],
    ['a\r\n        b', 'a\r\nb'],
    ['a\n       |b\n       |\n       |  c', 'a\nb\n\n  c'],
    ['a\n  b\n\tc', 'a\nb\nc'],
    // A table of Markdown behind the eight blanks of distutils.
    ['a\n        |x|y|', 'a\n|x|y|'],
  ])('%j', (folded, text) => {
    expect(unfold(folded)).toBe(text);
  });

  it('are unfolded in descriptions', () => {
    expect(viewOf('Description: a\n        b\n').description).toBe('a\nb');
  });
});
