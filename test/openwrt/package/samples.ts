import { FileTree } from '../../../src/archive/tree/index.ts';
import type { BinaryPackage, PackageDescription } from '../../../src/openwrt/package/index.ts';
import { fileEntry } from '../../archive/apk/samples.ts';

/** A package of a Python library, with what a test wants to be different. */
export function samplePackage(
  changes: Partial<PackageDescription> = {},
  tree = sampleTree(),
): BinaryPackage {
  return {
    description: {
      name: 'python3-sample',
      version: { upstream: '1.0rc1', release: 1 },
      architecture: 'all',
      title: 'A sample',
      description: 'It has nothing to say,\nand says it in two lines.',
      license: 'MIT',
      section: 'lang',
      maintainer: 'A Person <person@example.org>',
      url: 'https://example.org/',
      source: 'python-sample',
      depends: [
        { name: 'libpython3-3.13' },
        { name: 'python3-light' },
        { name: 'python3-other', constraint: { operator: '>=', version: { upstream: '2.0b1' } } },
      ],
      provides: [],
      conflicts: [],
      conffiles: ['/etc/sample.conf'],
      scripts: {},
      ...changes,
    },
    tree,
  };
}

export function sampleTree(): FileTree {
  return FileTree.from([
    ['etc/sample.conf', fileEntry('a = 1\n')],
    ['usr/bin/sample', fileEntry('#!/usr/bin/python3\n', 0o755)],
    ['usr/bin/sample3', { kind: 'symlink', target: 'sample' }],
    ['usr/lib/python3.13/site-packages/sample/__init__.pyc', fileEntry('PYC')],
  ]);
}
