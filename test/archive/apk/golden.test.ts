/** The bytes of `apk mkpkg` and `apk mkndx` (apk-tools 3.0.6) for a package that both make. */
import { describe, expect, it } from 'vitest';
import {
  parseApkDependency,
  readApk,
  readApkIndex,
  readApkInfo,
  writeApk,
  writeApkIndex,
} from '../../../src/archive/apk/index.ts';
import { FileTree } from '../../../src/archive/tree/index.ts';
import { sha256 } from '../../../src/support/hash.ts';
import { demoPackage, fileEntry, plain } from './samples.ts';

const MTIME = 1_700_000_000;
const PACKAGE_SHA256 = '007880953563eae680c2f0fa47f3aea7d7029868d53c3daa30600a0a2824f786';
const INDEX_SHA256 = '5a2b2897c80d256da49da93834a68fac4933cd38f3de9e6500b94e0da4cc4506';

const compareVersions = (): number => 0;

describe('the golden package', () => {
  it('has the bytes of apk mkpkg', async () => {
    const { bytes, installedSize } = await writeApk(demoPackage(), {
      mtime: MTIME,
      compression: 'none',
    });
    expect(bytes.length).toBe(936);
    expect(sha256(bytes)).toBe(PACKAGE_SHA256);
    expect(installedSize).toBe(24);
  });

  it('is read back as what was written, compressed or not', async () => {
    for (const compression of ['none', 'deflate'] as const) {
      const { bytes } = await writeApk(demoPackage(), { mtime: MTIME, compression });
      const read = await readApk(bytes, 'demo.apk');
      const { info, tree, scripts, triggers } = demoPackage();
      expect(read.compression).toBe(compression);
      expect(read.info).toEqual({
        ...info,
        installedSize: 24,
        depends: ['foo>=1.0', 'libc', 'python3-light'].map(parseApkDependency),
      });
      expect(read.scripts).toEqual(scripts);
      expect(read.triggers).toEqual(triggers);
      expect(plain(read.tree)).toEqual(plain(tree));
      expect(read.identity).toMatch(/^[0-9a-f]{40}$/);
    }
  });

  it('is in an index with the bytes of apk mkndx', async () => {
    const { bytes } = await writeApk(demoPackage(), { mtime: MTIME, compression: 'none' });
    const { bytes: info, digest } = await readApkInfo(bytes, 'demo.apk');
    expect(digest).toBe((await readApk(bytes, 'demo.apk')).digest);
    const index = await writeApkIndex([{ info, digest, fileSize: bytes.length }], {
      compression: 'none',
      compareVersions,
    });
    expect(sha256(index)).toBe(INDEX_SHA256);
    const read = await readApkIndex(index, 'packages.adb');
    expect(read.packages).toMatchObject([
      {
        digest,
        info: { name: 'python3-demo', version: '1.2.3-r1', fileSize: 936, installedSize: 24 },
      },
    ]);
    expect(read.signatures).toEqual([]);
  });
});

describe('writeApk', () => {
  it('gives the same bytes whatever the order of entries', async () => {
    const { tree, ...rest } = demoPackage();
    const turned = FileTree.from(
      [...tree.entries()].reverse().filter(([, entry]) => entry.kind !== 'directory'),
    );
    const [one, other] = await Promise.all(
      [tree, turned].map((each) => writeApk({ ...rest, tree: each }, { mtime: MTIME })),
    );
    expect(Buffer.compare(one?.bytes ?? Buffer.alloc(0), other?.bytes ?? Buffer.alloc(1))).toBe(0);
  });

  it('keeps modes, owners, large files and long texts', async () => {
    const tree = FileTree.from([
      ['etc/secret', { ...fileEntry('x', 0o600), owner: { user: 'demo', group: 'demo' } }],
      ['opt', { kind: 'directory', mode: 0o1777, owner: { user: 'root', group: 'demo' } }],
      ['opt/big', fileEntry('y'.repeat(100_000))],
      ['opt/absolute', { kind: 'symlink', target: '/etc/secret' }],
    ]);
    const apk = {
      ...demoPackage(),
      tree,
      scripts: { 'pre-install': `#!/bin/sh\n# ${'z'.repeat(70_000)}\n` },
    };
    const read = await readApk((await writeApk(apk, { mtime: 0 })).bytes, 'x.apk');
    expect(plain(read.tree)).toEqual(plain(tree));
    expect(read.scripts).toEqual(apk.scripts);
  });

  it('writes a package without files', async () => {
    const { bytes, installedSize } = await writeApk(
      { ...demoPackage(), tree: new FileTree() },
      { mtime: 0 },
    );
    expect(installedSize).toBe(1);
    expect((await readApk(bytes, 'x.apk')).tree.size).toBe(0);
  });
});

describe('dependencies of apk', () => {
  it.each([
    'a',
    'a=1.0',
    'a<1',
    'a<=1',
    'a>1',
    'a>=1',
    'a~1.2',
    '!a',
    '!a>=1.0-r1',
    'so:libc.musl-x86_64.so.1',
  ])('%s is written and read as it stands', async (text) => {
    const apk = demoPackage();
    const info = { ...apk.info, depends: [parseApkDependency(text)] };
    const read = await readApk((await writeApk({ ...apk, info }, { mtime: 0 })).bytes, 'x.apk');
    expect(read.info.depends).toEqual([parseApkDependency(text)]);
  });

  it.each(['', 'a b', 'a>=', '>=1', 'a==1', '!'])('%j is none', (text) => {
    expect(() => parseApkDependency(text)).toThrow(
      expect.objectContaining({ code: 'apk/bad-dependency' }),
    );
  });
});
