import { mkdir, mkdtemp, symlink, writeFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { FileTree, contentOf, readTree, type TreeFile } from '../../../src/archive/tree/index.ts';

const scratch = await mkdtemp(join(tmpdir(), 'wheelworks-tree-'));
afterAll(async () => rm(scratch, { recursive: true }));

const file = (text: string): TreeFile => ({
  kind: 'file',
  mode: 0o644,
  size: Buffer.byteLength(text),
  content: { bytes: Buffer.from(text) },
});

describe('a tree', () => {
  test('has the parents of what is put into it, and sorts by bytes', () => {
    const tree = FileTree.from([
      ['usr/lib/\u{1F600}', file('')],
      ['usr/lib/\uFFFD', file('')],
      ['usr/bin/x', file('x')],
    ]);
    expect(tree.entries().map(([path, { kind }]) => `${path} ${kind}`)).toEqual([
      'usr directory',
      'usr/bin directory',
      'usr/bin/x file',
      'usr/lib directory',
      'usr/lib/\uFFFD file',
      'usr/lib/\u{1F600} file',
    ]);
  });

  test('lets a directory go with all that it holds, and nothing of its neighbours', () => {
    const tree = FileTree.from([
      ['a/b/c', file('')],
      ['a/bc', file('')],
    ]);
    expect(tree.delete('a/b')).toBe(true);
    expect(tree.entries().map(([path]) => path)).toEqual(['a', 'a/bc']);
    expect(tree.delete('a/b')).toBe(false);
  });

  test.each(['/etc/passwd', '../up', 'a/../../up', 'a//b', './a', '', 'a\0b'])(
    'refuses %j as a path',
    (path) => {
      expect(() => new FileTree().set(path, file(''))).toThrow(
        expect.objectContaining({ code: 'tree/unsafe-path' }),
      );
    },
  );

  test('refuses to put a file below a link, which is how a package writes elsewhere', () => {
    const tree = FileTree.from([['etc', { kind: 'symlink', target: '/' }]]);
    expect(() => tree.set('etc/passwd', file(''))).toThrow(
      expect.objectContaining({ code: 'tree/path-conflict' }),
    );
  });

  test('refuses a file in the place of a directory', () => {
    const tree = FileTree.from([['a/b', file('')]]);
    expect(() => tree.set('a', file(''))).toThrow(
      expect.objectContaining({ code: 'tree/path-conflict' }),
    );
  });
});

test('a folder is read with modes and links, contents when they are asked for', async () => {
  const root = join(scratch, 'root');
  await mkdir(join(root, 'usr/bin'), { recursive: true });
  await writeFile(join(root, 'usr/bin/demo'), '#!/bin/sh\n', { mode: 0o755 });
  await symlink('demo', join(root, 'usr/bin/demo3'));
  const tree = await readTree(root);
  expect(tree.get('usr/bin/demo3')).toEqual({ kind: 'symlink', target: 'demo' });
  const demo = tree.get('usr/bin/demo');
  expect(demo).toMatchObject({ kind: 'file', mode: 0o755, size: 10 });
  expect(tree.files().map(([path]) => path)).toEqual(['usr/bin/demo']);
  if (demo?.kind !== 'file') throw new Error('no file');
  expect(Buffer.from(await contentOf(demo)).toString()).toBe('#!/bin/sh\n');
});
