import { describe, expect, it } from 'vitest';
import {
  formatEntryPoints,
  formatObjectReference,
  parseEntryPoints,
} from '../../src/packaging/entry-points.ts';
import { packagingVectors, resultOrCode } from '../support/vectors.ts';

const { texts } = packagingVectors('entry-points.json') as {
  texts: {
    text: string;
    groups: [group: string, entries: [name: string, value: string][]][] | null;
  }[];
};

/** Blanks in a reference mean nothing. */
function withoutBlanks(value: string): string {
  return value.replaceAll(' ', '');
}

describe('entry points, as configparser reads them', () => {
  it.each(texts)('$text', ({ text, groups }) => {
    const ours = resultOrCode(() =>
      parseEntryPoints(text).map(({ name, entries }) => [
        name,
        entries.map((entry) => [entry.name, withoutBlanks(formatObjectReference(entry))]),
      ]),
    );
    const theirs = groups?.map(([group, entries]) => [
      group,
      entries.map(([name, value]) => [name, withoutBlanks(value)]),
    ]);
    expect(ours).toEqual(theirs ?? 'packaging/entry-points');
  });
});

describe('reading entry points', () => {
  it('takes references apart', () => {
    const text = '\uFEFF[console_scripts]\n  foo = pkg.cli : App.run [ a, b,]\n  bar = pkg\n';
    expect(parseEntryPoints(text)).toEqual([
      {
        name: 'console_scripts',
        entries: [
          { name: 'foo', module: 'pkg.cli', attribute: 'App.run', extras: ['a', 'b'] },
          { name: 'bar', module: 'pkg', extras: [] },
        ],
      },
    ]);
  });

  it.each([
    ['foo = pkg', 1, 'before the first group'],
    ['[a]\n\nfoo', 3, 'no "="'],
    ['[a]\n= pkg', 2, 'no name'],
    ['[a]\nfoo = pkg:main()', 2, 'not module:attribute'],
    ['[a]\nfoo = pkg:', 2, 'not module:attribute'],
    ['[a]\nfoo = pkg-x:main', 2, 'not module:attribute'],
    ['[a]\nfoo = .pkg:main', 2, 'not module:attribute'],
    ['[a]\nfoo =', 2, 'not module:attribute'],
    ['[a]\nfoo = pkg [a', 2, 'not module:attribute'],
    ['[a]\nfoo = pkg\nfoo = pkg', 3, 'name is there already'],
    ['[a]\n[b]\n[a]', 3, 'group is there already'],
    ['[]', 1, 'not the name of a group'],
    ['[a', 1, 'not the name of a group'],
    ['[a]]', 1, 'not the name of a group'],
  ])('%j fails on line %i', (text, line, says) => {
    expect(() => parseEntryPoints(text)).toThrow(
      expect.objectContaining({
        code: 'packaging/entry-points',
        evidence: `line ${line}`,
        message: expect.stringContaining(says),
      }),
    );
  });
});

describe('writing entry points', () => {
  const entry = { name: 'foo', module: 'pkg.cli', attribute: 'main', extras: ['x'] };

  it('keeps the order', () => {
    const groups = [
      { name: 'b', entries: [entry, { name: 'bar', module: 'pkg', extras: [] }] },
      { name: 'a', entries: [] },
    ];
    const text = '[b]\nfoo = pkg.cli:main [x]\nbar = pkg\n\n[a]\n';
    expect(formatEntryPoints(groups)).toBe(text);
    expect(parseEntryPoints(text)).toEqual(groups);
  });

  it.each([
    { ...entry, name: 'a=b' },
    { ...entry, name: '#a' },
    { ...entry, name: ' a' },
    { ...entry, name: 'a\nb' },
    { ...entry, module: 'a b' },
    { ...entry, extras: ['a,b'] },
  ])('%j is refused, since it would be read differently', (wrong) => {
    expect(() => formatEntryPoints([{ name: 'a', entries: [wrong] }])).toThrow(
      expect.objectContaining({ code: 'packaging/entry-points' }),
    );
  });
});
