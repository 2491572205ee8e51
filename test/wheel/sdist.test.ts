import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { distributionKind, openSdist } from '../../src/wheel/index.ts';
import { archive, directory as folder, member, symlink } from '../archive/tar/tar-bytes.ts';
import { scratch } from '../support/scratch.ts';
import { buildZip, type MemberSpec } from '../support/zip-builder.ts';

const isWindows = process.platform === 'win32';
const PKG_INFO = 'Metadata-Version: 2.1\nName: pkg\nVersion: 1.0\n';

async function tarGz(name: string, ...parts: Uint8Array[]): Promise<string> {
  const path = join(await scratch(), name);
  await writeFile(path, gzipSync(archive(...parts)));
  return path;
}

async function zip(name: string, members: MemberSpec[]): Promise<string> {
  const path = join(await scratch(), name);
  await writeFile(path, buildZip({ members }));
  return path;
}

function pkgInfo(top = 'pkg-1.0', content = PKG_INFO): Uint8Array {
  return member({ name: `${top}/PKG-INFO`, content });
}

describe('distributionKind', () => {
  it.each([
    ['a.whl', 'wheel'],
    ['a.whl/', 'wheel'],
    ['dir.tar.gz/A.WHL', 'wheel'],
    ['a.tar.gz', 'sdist'],
    ['a.zip', 'sdist'],
    ['a.tar.bz2', 'sdist'],
  ])('%s is a %s', (path, kind) => {
    expect(distributionKind(path)).toBe(kind);
  });

  it.each(['a.txt', 'whl', 'a.egg', ''])('%j is neither', (path) => {
    expect(() => distributionKind(path)).toThrow(
      expect.objectContaining({ code: 'distribution/unknown-kind' }) as Error,
    );
  });
});

describe('openSdist', () => {
  it('reads a tar.gz', async () => {
    const path = await tarGz(
      'pkg-1.0.tar.gz',
      folder('pkg-1.0/'),
      pkgInfo(),
      member({ name: 'pkg-1.0/setup.py', content: 'setup()\n', mode: 0o755 }),
      symlink('pkg-1.0/link', 'setup.py'),
    );
    const sdist = await openSdist(path);
    expect(sdist).toMatchObject({
      path,
      topDirectory: 'pkg-1.0',
      filename: { name: 'pkg', versionText: '1.0', legacy: false },
      findings: [],
    });
    expect(Buffer.from(sdist.pkgInfo).toString()).toBe(PKG_INFO);
    expect(sdist.members.map(({ path: name, size, mode }) => [name, size, mode])).toEqual([
      ['pkg-1.0/PKG-INFO', PKG_INFO.length, 0o644],
      ['pkg-1.0/setup.py', 8, 0o755],
      ['pkg-1.0/link', 0, 0o644],
    ]);
  });

  it('reads a zip', async () => {
    const path = await zip('pkg-1.0.zip', [
      { name: 'pkg-1.0/' },
      { name: 'pkg-1.0/PKG-INFO', content: PKG_INFO },
      { name: 'pkg-1.0/setup.py', content: 'setup()\n' },
    ]);
    const sdist = await openSdist(path);
    expect(sdist).toMatchObject({ topDirectory: 'pkg-1.0', findings: [] });
    expect(sdist.members.map((each) => each.path)).toEqual([
      'pkg-1.0/PKG-INFO',
      'pkg-1.0/setup.py',
    ]);
  });

  it('cuts a legacy name with the help of PKG-INFO', async () => {
    const info = 'Name: zope.foo-bar\nVersion: 1.0.post2\n';
    const path = await tarGz('zope.foo-bar-1.0-2.tar.gz', pkgInfo('zope.foo-bar-1.0-2', info));
    expect(await openSdist(path)).toMatchObject({
      filename: { name: 'zope.foo-bar', versionText: '1.0-2', legacy: true },
      findings: [],
    });
  });

  it.each([
    ['another name', 'pkg-1.0', 'Name: other\nVersion: 1.0\n', ['sdist/metadata-name']],
    ['another version', 'pkg-1.0', 'Name: pkg\nVersion: 2.0\n', ['sdist/metadata-version']],
    ['neither', 'pkg-1.0', '', ['sdist/metadata-name', 'sdist/metadata-version']],
    ['another top folder', 'pkg', PKG_INFO, ['sdist/top-directory']],
  ])('finds %s', async (_, top, info, codes) => {
    const path = await tarGz('pkg-1.0.tar.gz', pkgInfo(top, info));
    expect((await openSdist(path)).findings.map(({ code }) => code)).toEqual(codes);
  });

  it('finds what is odd about a zip archive', async () => {
    const path = await zip('pkg-1.0.zip', [
      { name: 'pkg-1.0/PKG-INFO', content: PKG_INFO, descriptor: 'signed' },
    ]);
    expect((await openSdist(path)).findings.map(({ code }) => code)).toEqual([
      'zip/data-descriptor',
    ]);
  });

  const refused: [string, string, () => Promise<string>][] = [
    [
      'two top folders (tar)',
      'sdist/one-top-directory',
      () => tarGz('pkg-1.0.tar.gz', pkgInfo(), pkgInfo('other-1.0')),
    ],
    [
      'two top folders (zip)',
      'sdist/one-top-directory',
      () => zip('pkg-1.0.zip', [{ name: 'pkg-1.0/PKG-INFO' }, { name: 'b/x' }]),
    ],
    [
      'a file beside the top folder (zip)',
      'sdist/one-top-directory',
      () => zip('pkg-1.0.zip', [{ name: 'pkg-1.0' }]),
    ],
    ['nothing in it (zip)', 'sdist/one-top-directory', () => zip('pkg-1.0.zip', [])],
    ['nothing in it (tar)', 'sdist/one-top-directory', () => tarGz('pkg-1.0.tar.gz')],
    [
      'no PKG-INFO (tar)',
      'sdist/no-pkg-info',
      () => tarGz('pkg-1.0.tar.gz', member({ name: 'pkg-1.0/x' })),
    ],
    ['no PKG-INFO (zip)', 'sdist/no-pkg-info', () => zip('pkg-1.0.zip', [{ name: 'pkg-1.0/x' }])],
    [
      'a PKG-INFO too deep (zip)',
      'sdist/no-pkg-info',
      () => zip('pkg-1.0.zip', [{ name: 'pkg-1.0/src/PKG-INFO' }]),
    ],
    [
      'a member outside (tar)',
      'tar/unsafe-path',
      () => tarGz('pkg-1.0.tar.gz', pkgInfo(), member({ name: 'pkg-1.0/../../x' })),
    ],
    [
      'a member outside (zip)',
      'zip/unsafe-path',
      () => zip('pkg-1.0.zip', [{ name: 'pkg-1.0/PKG-INFO' }, { name: '../x' }]),
    ],
    [
      'a name that cannot be cut',
      'packaging/sdist-filename-ambiguous',
      () => tarGz('foo-1-2.tar.gz', pkgInfo('foo-1-2', '')),
    ],
    ['no version in its name', 'packaging/sdist-filename', () => tarGz('pkg.tar.gz', pkgInfo())],
    ['a compression of old', 'sdist/unsupported-format', () => tarGz('pkg-1.0.tar.bz2', pkgInfo())],
  ];
  it.each(refused)('refuses %s: %s', async (_, code, make) => {
    const path = await make();
    await expect(openSdist(path)).rejects.toMatchObject({
      code,
      path: expect.stringContaining(path) as string,
    });
  });

  it('refuses a truncated archive, and what is none', async () => {
    const path = join(await scratch(), 'pkg-1.0.tar.gz');
    await writeFile(path, gzipSync(archive(pkgInfo())).subarray(0, -12));
    await expect(openSdist(path)).rejects.toMatchObject({ path });
    await writeFile(path, 'nothing');
    await expect(openSdist(path)).rejects.toMatchObject({ path });
  });

  it('refuses a PKG-INFO made to fill the memory', async () => {
    const path = await zip('pkg-1.0.zip', [
      { name: 'pkg-1.0/PKG-INFO', content: Buffer.alloc(5 << 20, 'a:\n') },
    ]);
    await expect(openSdist(path)).rejects.toMatchObject({ code: 'zip/too-large' });
  });

  it('refuses directories and, without waiting, pipes', async () => {
    for (const name of ['pkg-1.0.tar.gz', 'pkg-1.0.zip']) {
      const path = join(await scratch(), name);
      await mkdir(path);
      await expect(openSdist(path)).rejects.toMatchObject({ code: 'file/is-a-directory' });
      if (isWindows) continue;
      const pipe = join(await scratch(), name);
      execFileSync('mkfifo', [pipe]);
      await expect(openSdist(pipe)).rejects.toMatchObject({ code: 'file/not-regular' });
    }
  });
});
