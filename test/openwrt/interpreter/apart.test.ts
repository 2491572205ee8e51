import { expect, it } from 'vitest';
import { FileTree } from '../../../src/archive/tree/index.ts';
import { requireApart } from '../../../src/openwrt/interpreter/apart.ts';
import type { BinaryPackage } from '../../../src/openwrt/package/index.ts';

function made(name: string, ...paths: string[]): BinaryPackage {
  const tree = FileTree.from(
    paths.map((path) => [
      path,
      path === 'usr/lib'
        ? { kind: 'directory', mode: 0o755 }
        : { kind: 'symlink', target: 'python2.7' },
    ]),
  );
  return {
    description: {
      name,
      version: { upstream: '2.7.18', release: 1 },
      architecture: 'all',
      title: '',
      description: '',
      license: '',
      section: 'lang',
      url: '',
      source: '',
      depends: [],
      provides: [],
      conflicts: [],
      conffiles: [],
      scripts: {},
    },
    tree,
  };
}

it('folders are shared by packages, and files are not', () => {
  expect(() =>
    requireApart([
      made('one', 'usr/lib', 'usr/bin/python'),
      made('two', 'usr/lib', 'usr/bin/2to3'),
    ]),
  ).not.toThrow();
  expect(() =>
    requireApart([made('one', 'usr/bin/python'), made('two', 'usr/bin/python', 'usr/bin/2to3')]),
  ).toThrow(
    expect.objectContaining({
      code: 'openwrt/path-in-two-packages',
      path: 'usr/bin/python',
      evidence: 'usr/bin/python: one and two',
    }) as Error,
  );
});
