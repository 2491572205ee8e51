import {
  lstat,
  mkdir,
  readFile,
  readdir,
  readlink,
  stat,
  symlink as makeLink,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { extractTar, type ExtractTarOptions } from '../../../src/archive/tar/index.ts';
import { isWindowsPath } from '../../../src/archive/tar/member-path.ts';
import { scratch } from '../../support/scratch.ts';
import { archive, directory, hardlink, member, pax, stream, symlink } from './tar-bytes.ts';

const isPosix = process.platform !== 'win32';

async function extract(
  bytes: Uint8Array,
  options?: ExtractTarOptions,
): Promise<{ target: string; files: number; size: number }> {
  const target = join(await scratch(), 'new', 'target');
  return { target, ...(await extractTar(stream(bytes), target, options)) };
}

const SDIST = archive(
  directory('pkg-1.0/'),
  member({ name: 'pkg-1.0/PKG-INFO', content: 'Name: pkg\n', mtime: 1_600_000_000 }),
  member({ name: 'pkg-1.0/src/pkg/__init__.py', content: 'x'.repeat(2000) }),
  symlink('pkg-1.0/link', 'src/pkg'),
  hardlink('pkg-1.0/hard', 'pkg-1.0/PKG-INFO'),
);

describe('extractTar', () => {
  it('makes every file, folder and link', async () => {
    const { target, files, size } = await extract(SDIST);
    expect({ files, size }).toEqual({ files: 4, size: 2010 });
    expect((await readdir(join(target, 'pkg-1.0'))).sort()).toEqual([
      'PKG-INFO',
      'hard',
      'link',
      'src',
    ]);
    expect(await readFile(join(target, 'pkg-1.0/PKG-INFO'), 'utf8')).toBe('Name: pkg\n');
    expect(await readFile(join(target, 'pkg-1.0/link/__init__.py'), 'utf8')).toBe('x'.repeat(2000));
    expect(await readFile(join(target, 'pkg-1.0/hard'), 'utf8')).toBe('Name: pkg\n');
    expect((await stat(join(target, 'pkg-1.0/PKG-INFO'))).mtimeMs).toBe(1_600_000_000_000);
  });

  it('leaves out the top folder when asked', async () => {
    const { target } = await extract(SDIST, { stripTopDirectory: true });
    expect((await readdir(target)).sort()).toEqual(['PKG-INFO', 'hard', 'link', 'src']);
    expect(await readFile(join(target, 'hard'), 'utf8')).toBe('Name: pkg\n');
    expect(await readFile(join(target, 'link/__init__.py'), 'utf8')).toBe('x'.repeat(2000));
  });

  it.each([
    ['two top folders', archive(directory('a/'), directory('b/'))],
    ['a file beside the folder', archive(directory('a/'), member({ name: 'b' }))],
    ['only a file', archive(member({ name: 'a' }))],
  ])('cannot leave out the top folder of %s', async (_, bytes) => {
    await expect(extract(bytes, { stripTopDirectory: true })).rejects.toMatchObject({
      code: 'sdist/one-top-directory',
    });
  });

  it('refuses links that only the top folder kept inside', async () => {
    const bytes = archive(member({ name: 'top/file' }), symlink('top/link', '../top/file'));
    await extract(bytes);
    await expect(extract(bytes, { stripTopDirectory: true })).rejects.toMatchObject({
      code: 'tar/unsafe-link',
    });
  });

  it.skipIf(!isPosix)('normalises modes, whatever the umask and the archive say', async () => {
    const before = process.umask(0o077);
    onTestFinished(() => {
      process.umask(before);
    });
    const { target } = await extract(
      archive(
        member({ name: 'setuid', mode: 0o6777 }),
        member({ name: 'secret', mode: 0o000 }),
        member({ name: 'group-exec', mode: 0o654 }),
        member({ name: 'open/locked', mode: 0o100 }),
        member({ name: 'dir', type: '5', mode: 0o1000 }),
      ),
    );
    const modes = await Promise.all(
      ['setuid', 'secret', 'group-exec', 'open/locked', 'dir', 'open'].map(
        async (name) => (await stat(join(target, name))).mode & 0o7777,
      ),
    );
    expect(modes).toEqual([0o755, 0o644, 0o644, 0o755, 0o755, 0o755]);
  });

  it('keeps hard links one file where the file system can', async () => {
    const { target } = await extract(
      archive(member({ name: 'a', content: 'x' }), hardlink('b', 'a'), hardlink('c', 'b')),
    );
    const inodes = await Promise.all(
      ['a', 'b', 'c'].map(async (name) => (await stat(join(target, name))).ino),
    );
    expect(new Set(inodes).size).toBe(1);
  });

  it('wants an empty folder', async () => {
    const directory = await scratch();
    await extractTar(stream(SDIST), directory);
    await expect(extractTar(stream(SDIST), directory)).rejects.toMatchObject({
      code: 'file/not-empty',
      path: directory,
    });
    const file = join(await scratch(), 'file');
    await writeFile(file, '');
    await expect(extractTar(stream(SDIST), file)).rejects.toMatchObject({
      code: 'file/not-a-directory',
    });
  });

  it.skipIf(!isPosix)('writes through no link that appears meanwhile', async () => {
    const parent = await scratch();
    const target = join(parent, 'target');
    const outside = join(parent, 'outside');
    await mkdir(outside);
    const bytes = archive(member({ name: 'first' }), member({ name: 'dir/evil', content: 'x' }));
    const work = extractTar(stream(bytes), target, {
      onMember: (entry) => {
        if (entry.path === 'first') planted = makeLink(outside, join(target, 'dir'));
      },
    });
    let planted: Promise<void> | undefined;
    await expect(work).rejects.toMatchObject({ code: 'tar/path-conflict' });
    await planted;
    expect(await readdir(outside)).toEqual([]);
  });

  it.skipIf(!isPosix)('makes links as they are written', async () => {
    const { target } = await extract(
      archive(symlink('a/up', '../b'), symlink('dangling', 'nowhere')),
    );
    expect(await readlink(join(target, 'a/up'))).toBe('../b');
    expect((await lstat(join(target, 'dangling'))).isSymbolicLink()).toBe(true);
  });

  it('takes times before 1970 and after 2106', async () => {
    const { target } = await extract(
      archive(
        pax({ mtime: '-5' }),
        member({ name: 'old' }),
        pax({ mtime: '9999999999999' }),
        member({ name: 'new', mtime: Buffer.from([0xff, ...Buffer.alloc(11, 0xff)]) }),
      ),
    );
    expect((await stat(join(target, 'old'))).mtimeMs).toBe(0);
    expect((await stat(join(target, 'new'))).mtimeMs).toBe((2 ** 32 - 1) * 1000);
  });

  it('tells of every member', async () => {
    const paths: string[] = [];
    await extract(SDIST, { onMember: (entry) => paths.push(entry.path) });
    expect(paths).toHaveLength(5);
  });

  it('names what no file system takes', async () => {
    const bytes = archive(pax({ path: 'n'.repeat(300) }), member({}));
    await expect(extract(bytes)).rejects.toMatchObject({ code: 'file/name-too-long' });
  });
});

describe('isWindowsPath', () => {
  it.each(['a/b.py', '.hidden', 'console.py', 'com10', 'nulls', 'ünïcode', 'a b'])(
    'takes %j',
    (path) => {
      expect(isWindowsPath(path)).toBe(true);
    },
  );

  it.each([
    'con',
    'a/NUL',
    'aux.py',
    'COM1.txt',
    'lpt9',
    'a:b',
    'dot.',
    'space /x',
    'a?',
    'a*',
    'tab\t',
  ])('refuses %j', (path) => {
    expect(isWindowsPath(path)).toBe(false);
  });
});
