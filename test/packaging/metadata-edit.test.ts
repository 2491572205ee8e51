import { describe, expect, it } from 'vitest';
import {
  addHeader,
  parseMetadata,
  printMetadata,
  removeHeader,
  replaceHeaderValue,
  setHeader,
  setHeaders,
  type MetadataDocument,
} from '../../src/packaging/metadata.ts';

const FILE =
  'Name: foo\nVERSION:  1.0\nRequires-Dist: a\nRequires-Dist: b\n  (>=1)\n\nVersion: body\n';

function edit(text: string, change: (document: MetadataDocument) => MetadataDocument): string {
  return Buffer.from(printMetadata(change(parseMetadata(Buffer.from(text))))).toString();
}

describe('changing one header', () => {
  it('replaces it where it stands, in its own spelling', () => {
    expect(edit(FILE, (file) => setHeader(file, 'Version', '2.0'))).toBe(
      FILE.replace('VERSION:  1.0', 'VERSION: 2.0'),
    );
  });

  it('keeps the bytes of one that has the value already', () => {
    expect(edit(FILE, (file) => setHeader(file, 'version', '1.0'))).toBe(FILE);
  });

  it('leaves one of several', () => {
    expect(edit(FILE, (file) => setHeader(file, 'Requires-Dist', 'c'))).toBe(
      FILE.replace('a\nRequires-Dist: b\n  (>=1)', 'c'),
    );
  });

  it('adds a new one after the last', () => {
    expect(edit(FILE, (file) => setHeader(file, 'Summary', 'Foo'))).toBe(
      FILE.replace('(>=1)\n', '(>=1)\nSummary: Foo\n'),
    );
  });
});

describe('changing several headers', () => {
  it('puts all where the first stood', () => {
    const changed = edit('Tag: a\nBuild: 1\nTag: b\n', (file) =>
      setHeaders(file, 'Tag', ['x', 'b', 'z']),
    );
    expect(changed).toBe('Tag: x\nTag: b\nTag: z\nBuild: 1\n');
  });

  it('removes them for no values', () => {
    expect(edit('Tag: a\nBuild: 1\nTag: b\n', (file) => setHeaders(file, 'Tag', []))).toBe(
      'Build: 1\n',
    );
  });

  it('adds one after the last of its name', () => {
    expect(edit('Tag: a\nBuild: 1\n', (file) => addHeader(file, 'tag', 'b'))).toBe(
      'Tag: a\ntag: b\nBuild: 1\n',
    );
    expect(edit(FILE, (file) => addHeader(file, 'License-File', 'L'))).toContain(
      '(>=1)\nLicense-File: L\n\n',
    );
  });

  it('removes all, or those with a value', () => {
    expect(edit(FILE, (file) => removeHeader(file, 'requires-dist'))).not.toContain('Requires');
    expect(edit(FILE, (file) => removeHeader(file, 'Requires-Dist', 'a'))).toBe(
      FILE.replace('Requires-Dist: a\n', ''),
    );
  });

  it('replaces a value wherever it is', () => {
    const from = { name: 'Requires-Dist', value: 'b\n  (>=1)' };
    expect(edit(FILE, (file) => replaceHeaderValue(file, from, 'b>=2'))).toBe(
      FILE.replace('b\n  (>=1)', 'b>=2'),
    );
  });

  it('cannot replace a value that is not there', () => {
    const from = { name: 'Requires-Dist', value: 'c' };
    expect(() => edit(FILE, (file) => replaceHeaderValue(file, from, 'd'))).toThrow(
      expect.objectContaining({ code: 'packaging/metadata-header' }),
    );
  });
});

describe('line endings', () => {
  it('are those of the file', () => {
    expect(edit('Name: foo\r\n\r\nbody\n', (file) => addHeader(file, 'License', 'a\n  b'))).toBe(
      'Name: foo\r\nLicense: a\r\n  b\r\n\r\nbody\n',
    );
  });

  it('are added to a last line without one', () => {
    expect(edit('Name: foo', (file) => addHeader(file, 'Version', '1'))).toBe(
      'Name: foo\nVersion: 1\n',
    );
    expect(edit('Name: foo\nVersion: 1', (file) => setHeader(file, 'Name', 'bar'))).toBe(
      'Name: bar\nVersion: 1',
    );
  });

  it('separate new headers from a body without an empty line before it', () => {
    expect(edit('Name: foo\nbody', (file) => addHeader(file, 'Version', '1'))).toBe(
      'Name: foo\nVersion: 1\nbody',
    );
  });
});

describe('mixed line endings', () => {
  it('never swallow the empty line before the body', () => {
    expect(edit('A: 1\rB: 2\n\nbody', (file) => removeHeader(file, 'B'))).toBe('A: 1\r\n\nbody');
    expect(edit('A: 1\rB: 2\n\nbody', (file) => addHeader(file, 'C', '3'))).toBe(
      'A: 1\rB: 2\nC: 3\r\n\nbody',
    );
  });
});

describe('what could add headers by itself', () => {
  it.each([
    'a\nEvil: b',
    'a\r\nEvil: b',
    'a\rEvil: b',
    'a\n',
    'a\n\nbody',
    'a\u2028Evil: b',
    'a\u0085b',
    'a\0b',
    'a\vb',
    ' a',
    'a\ud800',
  ])('the value %j is refused', (value) => {
    expect(() => edit(FILE, (file) => setHeader(file, 'Summary', value))).toThrow(
      expect.objectContaining({ code: 'packaging/metadata-header' }),
    );
  });

  it.each(['', 'Na me', 'Name:', 'N\u00e4me', 'Name\n', ' Name'])(
    'the name %j is refused',
    (name) => {
      expect(() => edit(FILE, (file) => addHeader(file, name, 'a'))).toThrow(
        expect.objectContaining({ code: 'packaging/metadata-header' }),
      );
    },
  );
});
