import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { openSdistStream, openSdistTar, sdistFormat } from '../../../src/archive/tar/index.ts';
import { scratch } from '../../support/scratch.ts';
import { archive, collect, directory, member } from './tar-bytes.ts';

async function sdist(tar: Uint8Array, name = 'pkg-1.0.tar.gz'): Promise<string> {
  const path = join(await scratch(), name);
  await writeFile(path, gzipSync(tar));
  return path;
}

const SOUND = archive(
  directory('pkg-1.0/'),
  member({ name: 'pkg-1.0/sub/PKG-INFO', content: 'not this one' }),
  member({ name: 'pkg-1.0/PKG-INFO', content: 'Metadata-Version: 2.1\n' }),
  member({ name: 'pkg-1.0/pyproject.toml', content: '[build-system]\n' }),
);

describe('openSdistTar', () => {
  it('gives metadata, members and single files', async () => {
    const path = await sdist(SOUND);
    const opened = await openSdistTar(path);
    expect(opened.topDirectory).toBe('pkg-1.0');
    expect(Buffer.from(opened.pkgInfo).toString()).toBe('Metadata-Version: 2.1\n');
    expect(opened.members.map((entry) => entry.path)).toEqual([
      'pkg-1.0',
      'pkg-1.0/sub/PKG-INFO',
      'pkg-1.0/PKG-INFO',
      'pkg-1.0/pyproject.toml',
    ]);
    expect(Object.keys(opened.members[0] ?? {})).not.toContain('content');
    expect((await opened.readFile('pyproject.toml', 100))?.toString()).toBe('[build-system]\n');
    expect(await opened.readFile('setup.py', 100)).toBeUndefined();
    await expect(opened.readFile('pyproject.toml', 3)).rejects.toMatchObject({
      code: 'tar/member-too-large',
    });
    const contents: string[] = [];
    for await (const entry of opened.read()) contents.push((await entry.bytes(100)).toString());
    expect(contents).toEqual(['', 'not this one', 'Metadata-Version: 2.1\n', '[build-system]\n']);
  });

  it('does not need a member for the folder itself', async () => {
    const path = await sdist(archive(member({ name: 'pkg-1.0/PKG-INFO', content: 'x' })));
    expect((await openSdistTar(path)).topDirectory).toBe('pkg-1.0');
  });

  it.each([
    ['sdist/one-top-directory', 'two folders', archive(directory('a/'), directory('b/'))],
    [
      'sdist/one-top-directory',
      'a file beside it',
      archive(directory('a/'), member({ name: 'x' })),
    ],
    ['sdist/one-top-directory', 'no folder', archive(member({ name: 'PKG-INFO' }))],
    ['sdist/one-top-directory', 'nothing', archive()],
    ['sdist/no-pkg-info', 'no metadata', archive(member({ name: 'a/setup.py' }))],
    ['sdist/no-pkg-info', 'metadata elsewhere', archive(member({ name: 'a/src/PKG-INFO' }))],
    ['sdist/no-pkg-info', 'a folder for metadata', archive(directory('a/PKG-INFO/'))],
  ])('%s: %s', async (code, _, tar) => {
    const path = await sdist(tar);
    await expect(openSdistTar(path)).rejects.toMatchObject({ code, path });
  });

  it('passes on what is wrong with the file, the compression and the archive', async () => {
    const directory = await scratch();
    const missing = join(directory, 'none.tar.gz');
    await expect(openSdistTar(missing)).rejects.toMatchObject({
      code: 'file/not-found',
      path: missing,
    });
    const html = join(directory, 'page.tar.gz');
    await writeFile(html, '<html>');
    await expect(openSdistTar(html)).rejects.toMatchObject({ code: 'tar/bad-gzip', path: html });
    const cut = join(directory, 'cut.tar.gz');
    await writeFile(cut, (await readFile(await sdist(SOUND))).subarray(0, -20));
    await expect(openSdistTar(cut)).rejects.toMatchObject({ code: 'tar/truncated', path: cut });
  });

  it('takes limits', async () => {
    const path = await sdist(SOUND);
    await expect(openSdistTar(path, { maxMembers: 2 })).rejects.toMatchObject({
      code: 'tar/too-many-members',
    });
    await expect(openSdistTar(path, { maxOutput: 1000 })).rejects.toMatchObject({
      code: 'tar/bomb',
    });
  });
});

describe('openSdistStream', () => {
  it('is the archive without its compression', async () => {
    expect((await collect(openSdistStream(await sdist(SOUND)))).equals(Buffer.from(SOUND))).toBe(
      true,
    );
  });

  it('refuses what is no tar archive by its name', async () => {
    await expect(collect(openSdistStream('pkg-1.0.zip'))).rejects.toMatchObject({
      code: 'sdist/unsupported-format',
    });
  });
});

describe('sdistFormat', () => {
  it.each([
    ['dir/pkg-1.0.tar.gz', 'tar.gz'],
    ['pkg-1.0.zip', 'zip'],
  ])('%s is %s', (path, format) => {
    expect(sdistFormat(path)).toBe(format);
  });

  it.each([
    'pkg-1.0.tar.bz2',
    'pkg-1.0.tar.xz',
    'pkg-1.0.tar.Z',
    'pkg-1.0.tar',
    'pkg-1.0.tgz',
    'pkg-1.0.tbz2',
  ])('names %s as a format of the past', (path) => {
    expect(() => sdistFormat(path)).toThrow(
      expect.objectContaining({
        code: 'sdist/unsupported-format',
        message: expect.stringContaining('no longer') as string,
      }),
    );
  });

  it.each(['pkg-1.0.whl', 'pkg', '.gz', 'pkg-1.0.TAR.GZ'])('does not know %s', (path) => {
    expect(() => sdistFormat(path)).toThrow(
      expect.objectContaining({ code: 'sdist/unsupported-format' }),
    );
  });
});
