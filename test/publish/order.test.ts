import { describe, expect, it } from 'vitest';
import { dependencyLevels, rankFiles } from '../../src/publish/order.ts';
import type { Breadth, PublishFile } from '../../src/publish/publish-file.ts';

function file(
  project: string,
  breadth: Breadth,
  {
    requires = [],
    size = 1,
    name = `${project}-${breadth}`,
  }: { requires?: string[]; size?: number; name?: string } = {},
): PublishFile {
  return {
    path: `/${name}`,
    filename: name,
    kind: breadth === 'source' ? 'sdist' : 'wheel',
    size,
    sha256: '',
    blake2b256: '',
    mark: { device: 0n, inode: 0n, size: 0n, changed: 0n },
    project,
    name: project,
    version: '1',
    canonicalVersion: '1',
    breadth,
    requires,
    entries: [],
  };
}

function names(files: readonly PublishFile[]): string[][] {
  return rankFiles(files).map((rank) => rank.files.map(({ filename }) => filename));
}

describe('the order of files', () => {
  it('is from the narrowest to the broadest, the sdist last', () => {
    expect(
      names([
        file('a', 'source'),
        file('a', 'everywhere'),
        file('a', 'one-platform'),
        file('a', 'one-python'),
      ]),
    ).toEqual([['a-one-python'], ['a-one-platform'], ['a-everywhere'], ['a-source']]);
  });

  it('puts large files first within a rank, then goes by name', () => {
    expect(
      names([
        file('a', 'one-python', { name: 'c', size: 1 }),
        file('a', 'one-python', { name: 'b', size: 1 }),
        file('a', 'one-python', { name: 'd', size: 9 }),
      ]),
    ).toEqual([['d', 'b', 'c']]);
  });

  it('completes what others need before them', () => {
    expect(
      names([
        file('app', 'everywhere', { requires: ['lib'] }),
        file('lib', 'source'),
        file('lib', 'one-python', { requires: ['core', 'elsewhere'] }),
        file('core', 'source'),
      ]),
    ).toEqual([['core-source'], ['lib-one-python'], ['lib-source'], ['app-everywhere']]);
  });

  it('takes projects that need each other together, behind what both need', () => {
    const levels = dependencyLevels([
      file('a', 'source', { requires: ['b'] }),
      file('b', 'source', { requires: ['a', 'base'] }),
      file('base', 'source'),
      file('user', 'source', { requires: ['a'] }),
    ]);
    expect(Object.fromEntries(levels)).toEqual({ base: 0, a: 1, b: 1, user: 2 });
  });

  it('is not upset by a project that needs itself', () => {
    expect(names([file('a', 'source', { requires: ['a'] })])).toEqual([['a-source']]);
  });
});
