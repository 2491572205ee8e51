import { parseApkDependency, type ApkPackage } from '../../../src/archive/apk/index.ts';
import { FileTree, type TreeFile } from '../../../src/archive/tree/index.ts';

export function fileEntry(text: string, mode = 0o644): TreeFile {
  const bytes = Buffer.from(text);
  return { kind: 'file', mode, size: bytes.length, content: { bytes } };
}

/** The package of the golden values. */
export function demoPackage(): ApkPackage {
  const site = 'usr/lib/python3.14/site-packages/demo';
  return {
    info: {
      name: 'python3-demo',
      version: '1.2.3-r1',
      description: 'demo',
      arch: 'noarch',
      license: 'MIT',
      origin: 'demo',
      depends: ['python3-light', 'libc', 'foo>=1.0'].map(parseApkDependency),
      provides: [parseApkDependency('python3-demo-any')],
      replaces: [],
      installIf: [],
      recommends: [],
      tags: [],
    },
    tree: FileTree.from([
      ['usr/bin/demo', fileEntry('#!/bin/sh\necho demo\n', 0o755)],
      ['usr/bin/demo3', { kind: 'symlink', target: 'demo' }],
      [`${site}/__init__.pyc`, fileEntry('PYC\n')],
      [`${site}/py.typed`, fileEntry('')],
    ]),
    scripts: { 'post-install': '#!/bin/sh\nexit 0\n' },
    triggers: [],
  };
}

/** A tree with its contents as text, to compare it by. */
export function plain(tree: FileTree): unknown[] {
  return tree
    .entries()
    .map(([path, entry]) =>
      entry.kind === 'file' && 'bytes' in entry.content
        ? [path, { ...entry, content: Buffer.from(entry.content.bytes).toString('latin1') }]
        : [path, entry],
    );
}
