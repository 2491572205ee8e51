import { spawnSync } from 'node:child_process';
import { mkdir, readFile, readdir, readlink, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import {
  formatControl,
  parseControl,
  parseStanzas,
  readIpk,
  readIpkControl,
  writeIpk,
  type IpkPackage,
} from '../../../src/archive/ipk/index.ts';
import { FileTree } from '../../../src/archive/tree/index.ts';
import { scratch } from '../../support/scratch.ts';
import { fileEntry, plain } from '../apk/samples.ts';

const MTIME = 1_700_000_000;
const LONG = `usr/lib/python3.11/site-packages/${'long_name_'.repeat(9)}/${'x'.repeat(99)}.pyc`;

function demo(): IpkPackage {
  return {
    control: new Map([
      ['Description', 'One line\nand another'],
      ['Architecture', 'all'],
      ['X-Other', 'kept'],
      ['Version', '1.0-r1'],
      ['Depends', 'libc, python3-light'],
      ['Package', 'python3-demo'],
      ['Maintainer', ''],
    ]),
    tree: FileTree.from([
      ['etc/demo.conf', fileEntry('a\n', 0o600)],
      ['usr/bin/demo', fileEntry('#!/bin/sh\n', 0o755)],
      ['usr/bin/demo3', { kind: 'symlink', target: 'demo' }],
      ['usr/bin/outside', { kind: 'symlink', target: '/tmp/x' }],
      ['usr/a-b', fileEntry('before a/ in plain order')],
      ['usr/a/c', fileEntry('')],
      [LONG, fileEntry('PYC')],
    ]),
    conffiles: ['/etc/demo.conf'],
    scripts: { postinst: '#!/bin/sh\nexit 0\n', prerm: '#!/bin/sh\nexit 0\n' },
  };
}

async function demoBytes(): Promise<Uint8Array> {
  return (await writeIpk(demo(), { mtime: MTIME })).bytes;
}

const tar = (args: readonly string[], cwd: string): string => {
  const { status, stdout, stderr } = spawnSync('tar', args, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
  });
  if (status !== 0) throw new Error(stderr);
  return stdout;
};
const hasGnuTar =
  spawnSync('tar', ['--version'], { encoding: 'utf8' }).stdout?.includes('GNU tar') ?? false;

describe('an .ipk', () => {
  it('is read back as what was written', async () => {
    const { bytes, installedSize } = await writeIpk(demo(), { mtime: MTIME });
    const read = await readIpk(bytes, 'demo.ipk');
    expect(plain(read.tree)).toEqual(plain(demo().tree));
    expect([...read.control]).toEqual([
      ['Package', 'python3-demo'],
      ['Version', '1.0-r1'],
      ['Depends', 'libc, python3-light'],
      ['Architecture', 'all'],
      ['Installed-Size', String(installedSize)],
      ['X-Other', 'kept'],
      ['Description', 'One line\nand another'],
    ]);
    expect(read.conffiles).toEqual(['/etc/demo.conf']);
    expect(read.scripts).toEqual(demo().scripts);
    expect(read.otherControl).toEqual([]);
    const { tree: _, ...control } = read;
    expect(await readIpkControl(bytes, 'demo.ipk')).toEqual(control);
    expect(installedSize % 10_240).toBe(0);
  });

  it('is the same twice, and says nothing of when and where it was made', async () => {
    const [one, other] = [Buffer.from(await demoBytes()), Buffer.from(await demoBytes())];
    expect(one.equals(other)).toBe(true);
    expect(one.subarray(0, 10).toString('hex')).toBe('1f8b0800000000000403');
  });

  it('refuses files of others than root', async () => {
    const tree = FileTree.from([
      ['a', { ...fileEntry('x'), owner: { user: 'nobody', group: 'root' } }],
    ]);
    await expect(writeIpk({ ...demo(), tree }, { mtime: 0 })).rejects.toMatchObject({
      code: 'ipk/owner',
    });
  });

  it.skipIf(!hasGnuTar)(
    'is unpacked by GNU tar, which makes the same data archive (needs GNU tar)',
    async () => {
      const directory = await scratch();
      await writeFile(join(directory, 'demo.ipk'), await demoBytes());
      expect(tar(['-tzf', 'demo.ipk'], directory)).toBe(
        './debian-binary\n./data.tar.gz\n./control.tar.gz\n',
      );
      tar(['-xzf', 'demo.ipk'], directory);
      await mkdir(join(directory, 'root'));
      tar(['-xzpf', '../data.tar.gz'], join(directory, 'root'));
      expect(await readFile(join(directory, 'root', LONG), 'utf8')).toBe('PYC');
      expect((await stat(join(directory, 'root/etc/demo.conf'))).mode & 0o777).toBe(0o600);
      expect(await readlink(join(directory, 'root/usr/bin/outside'))).toBe('/tmp/x');
      tar(
        [
          '--format=gnu',
          '--numeric-owner',
          '--sort=name',
          '--owner=0',
          '--group=0',
          `--mtime=@${MTIME}`,
          '--mode=u+rwX',
          '-cf',
          '../theirs.tar',
          '.',
        ],
        join(directory, 'root'),
      );
      const ours = gunzipSync(await readFile(join(directory, 'data.tar.gz')));
      expect(ours.equals(await readFile(join(directory, 'theirs.tar')))).toBe(true);
      await mkdir(join(directory, 'control'));
      tar(['-xzpf', '../control.tar.gz'], join(directory, 'control'));
      expect((await readdir(join(directory, 'control'))).sort()).toEqual([
        'conffiles',
        'control',
        'postinst',
        'prerm',
      ]);
      expect((await stat(join(directory, 'control/postinst'))).mode & 0o777).toBe(0o755);
    },
  );

  it.skipIf(!hasGnuTar)(
    'of GNU tar is read with its members in any order, with or without ./ (needs GNU tar)',
    async () => {
      const directory = await scratch();
      await writeFile(join(directory, 'demo.ipk'), await demoBytes());
      tar(['-xzf', 'demo.ipk'], directory);
      for (const members of [
        ['control.tar.gz', 'debian-binary', 'data.tar.gz'],
        ['./data.tar.gz', './control.tar.gz', './debian-binary'],
      ]) {
        tar(['-czf', 'other.ipk', ...members], directory);
        const read = await readIpk(await readFile(join(directory, 'other.ipk')), 'other.ipk');
        expect(read.control.get('Package')).toBe('python3-demo');
        expect(read.tree.size).toBe((await readIpk(await demoBytes(), 'x')).tree.size);
      }
    },
  );
});

describe('control files', () => {
  it.each([
    ['a line that is no field', 'Package: a\nrubbish\n'],
    ['a field twice', 'Package: a\nPackage: b\n'],
    ['a continuation of nothing', ' a\n'],
    ['more than any package has', `Package: ${'a'.repeat(1 << 20)}\n`],
  ])('with %s are refused', (_, text) => {
    expect(() => parseControl(text, 'control')).toThrow(
      expect.objectContaining({ code: 'ipk/bad-control' }),
    );
  });

  it.each([
    ['Depends', 'a\nPackage: b'],
    ['Description', 'a\n\nPackage: b'],
    ['Package: x\nVersion', '1'],
    ['Title', 'a\rb'],
  ])('do not take %j for what would become another field', (name, value) => {
    expect(() => formatControl(new Map([[name, value]]))).toThrow(
      expect.objectContaining({ code: 'ipk/bad-control' }),
    );
  });

  it('stand one after the other in lists', () => {
    const list = parseStanzas('Package: a\nDescription: x\n y\n\n\nPackage: b\n\n', 'Packages');
    expect(list.map((fields) => [...fields])).toEqual([
      [
        ['Package', 'a'],
        ['Description', 'x\ny'],
      ],
      [['Package', 'b']],
    ]);
  });
});
