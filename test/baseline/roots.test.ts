import { execFileSync } from 'node:child_process';
import { mkdir, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { deriveBaseline } from '../../src/baseline/index.ts';
import { openRoot, packageOwners, type RootView } from '../../src/distro/index.ts';
import { glibc, library, writeRoot } from '../support/baseline-roots.ts';
import { scratch } from '../support/scratch.ts';

const LIBC = glibc('2.38', { 'GLIBC_2.38': ['strlcpy'] });

describe('links of a root', () => {
  it('are followed inside it', async () => {
    const folder = await scratch();
    await writeFile(join(folder, 'secret'), 'of the host');
    const root = await openRoot(
      await writeRoot(join(folder, 'root'), {
        'usr/lib/real': 'inside',
        lib: { link: 'usr/lib' },
        'usr/absolute': { link: '/lib/real' },
        'usr/up': { link: '../../../../../../usr/lib/./real' },
        'usr/out': { link: '../../secret' },
        'usr/host': { link: join(folder, 'secret') },
        'usr/dangling': { link: 'nothing' },
        'usr/through': { link: 'lib/real/deeper' },
      }),
    );
    const read = async (path: string): Promise<string | undefined> => {
      const bytes = await root.read(path);
      return bytes && Buffer.from(bytes).toString();
    };
    for (const path of ['/lib/real', '/usr/absolute', '/usr/up', 'usr/../usr/./absolute'])
      expect(await read(path)).toBe('inside');
    for (const path of ['/usr/out', '/usr/host', '/usr/dangling', '/usr/through', '/../secret'])
      expect(await read(path)).toBeUndefined();
    expect(await root.resolve('/usr/absolute')).toEqual({
      path: '/usr/lib/real',
      kind: 'file',
      size: 6,
    });
    expect(await root.list('/lib')).toEqual(['real']);
    expect(await root.list('/lib/real')).toEqual([]);
  });

  it.each([
    ['a link to itself', { 'lib64/libc.so.6': { link: 'libc.so.6' } }],
    [
      'two links to each other',
      { 'lib64/libc.so.6': { link: '/lib64/b' }, 'lib64/b': { link: 'libc.so.6' } },
    ],
    ['a folder that is itself', { lib64: { link: 'lib64/lib64' } }],
  ])('are refused when they go in a circle: %s', async (_case, members) => {
    const root = await writeRoot(await scratch(), { 'usr/x': '', ...members });
    await expect(deriveBaseline([root])).rejects.toMatchObject({ code: 'distro/link-loop' });
  });

  it('that lead through every name of a long chain stay bounded', async () => {
    const root = await writeRoot(await scratch(), { 'lib64/x0': 'end' });
    for (let step = 1; step <= 41; step += 1)
      await symlink(`x${step - 1}`, join(root, `lib64/x${step}`));
    const view = await openRoot(root);
    expect(await view.read('/lib64/x40')).toBeDefined();
    await expect(view.read('/lib64/x41')).rejects.toMatchObject({ code: 'distro/link-loop' });
  });
});

describe('files of a root', () => {
  it('are not read when they are pipes', async () => {
    const root = await writeRoot(await scratch(), { 'lib64/x': '' });
    execFileSync('mkfifo', [join(root, 'lib64/libc.so.6')]);
    await expect(deriveBaseline([root])).rejects.toMatchObject({ code: 'file/not-regular' });
  });

  it('are not read when they are absurdly large', async () => {
    const root = await writeRoot(await scratch(), { 'lib64/libc.so.6': '' });
    await truncate(join(root, 'lib64/libc.so.6'), 2 ** 40);
    await expect(deriveBaseline([root])).rejects.toMatchObject({ code: 'distro/too-large' });
  });
});

describe('a root', () => {
  it('may be a folder of packages, each unpacked into its own', async () => {
    const folder = await scratch();
    await writeRoot(join(folder, 'libc6'), {
      'lib/x86_64-linux-gnu/libc.so.6': LIBC,
      'lib64/ld-linux-x86-64.so.2': { link: '/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2' },
      'lib/x86_64-linux-gnu/ld-linux-x86-64.so.2': library(
        'ld-linux-x86-64.so.2',
        { 'GLIBC_2.3': ['__tls_get_addr'] },
        { needed: [] },
      ),
    });
    await writeRoot(join(folder, 'zlib1g'), {
      'usr/lib/x86_64-linux-gnu/libz.so.1': { link: 'libz.so.1.2.13' },
      'usr/lib/x86_64-linux-gnu/libz.so.1.2.13': library('libz.so.1', { '': ['deflate'] }),
    });
    const { baselines } = await deriveBaseline([folder]);
    expect(baselines).toHaveLength(1);
    expect([...(baselines[0]?.libraries.keys() ?? [])]).toEqual([
      'ld-linux-x86-64.so.2',
      'libc.so.6',
      'libz.so.1',
    ]);
    expect(baselines[0]?.provenance[0]?.files.get('libz.so.1')?.path).toBe(
      '/usr/lib/x86_64-linux-gnu/libz.so.1.2.13',
    );
  });

  it('must have something of a system in it', async () => {
    const folder = await scratch();
    await expect(deriveBaseline([folder])).rejects.toMatchObject({ code: 'distro/no-root' });
    await expect(deriveBaseline([join(folder, 'missing')])).rejects.toMatchObject({
      code: 'file/not-found',
    });
    await mkdir(join(folder, 'documents'));
    await expect(deriveBaseline([folder])).rejects.toMatchObject({ code: 'distro/no-root' });
  });

  it.each([
    ['with /lib and /usr/lib apart', {}],
    ['with a merged /usr', { lib: { link: 'usr/lib' }, lib64: { link: 'usr/lib64' } }],
  ])('%s gives each library once', async (_case, links) => {
    const root = await writeRoot(await scratch(), {
      ...links,
      'usr/lib64/libc.so.6': LIBC,
      'usr/lib/x86_64-linux-gnu/libc.so.6': glibc('2.38', { 'GLIBC_2.38': ['first'] }),
    });
    const { baselines } = await deriveBaseline([root]);
    expect(baselines).toHaveLength(1);
    expect(baselines[0]?.libraries.get('libc.so.6')?.versions.get('GLIBC_2.38')?.symbols).toEqual([
      'first',
    ]);
  });
});

async function ownersIn(
  root: RootView,
  paths: readonly string[],
): Promise<ReadonlyMap<string, object>> {
  return new Map(
    [...(await packageOwners(root, paths))].map(([path, { name, version }]) => [
      path,
      { package: name, packageVersion: version },
    ]),
  );
}

describe('the package of a file', () => {
  it('comes from the records of dpkg, under either spelling of a merged /usr', async () => {
    const status = [
      'Package: libc6\nStatus: install ok installed\nArchitecture: amd64\nMulti-Arch: same\nVersion: 2.38-1\n',
      'Package: libc6\nStatus: install ok installed\nArchitecture: i386\nMulti-Arch: same\nVersion: 2.38-2\n',
      'Package: zlib\nArchitecture: amd64\nDescription: about\n Version: 9\nVersion: 1.3\n',
    ];
    const root = await openRoot(
      await writeRoot(await scratch(), {
        'usr/lib/x': '',
        'var/lib/dpkg/status': status.join('\n'),
        'var/lib/dpkg/info/libc6:amd64.list': '/.\n/lib\n/lib/a/libc.so.6\n',
        'var/lib/dpkg/info/libc6:i386.list': '/lib/b/libc.so.6\n',
        'var/lib/dpkg/info/zlib.list': '/usr/lib/libz.so.1.3\n',
        'var/lib/dpkg/info/gone.list': '/usr/lib/libgone.so.1\n',
      }),
    );
    const paths = [
      '/usr/lib/a/libc.so.6',
      '/lib/b/libc.so.6',
      '/lib/libz.so.1.3',
      '/usr/lib/libgone.so.1',
    ];
    expect(await ownersIn(root, paths)).toEqual(
      new Map([
        ['/usr/lib/a/libc.so.6', { package: 'libc6', packageVersion: '2.38-1' }],
        ['/lib/b/libc.so.6', { package: 'libc6', packageVersion: '2.38-2' }],
        ['/lib/libz.so.1.3', { package: 'zlib', packageVersion: '1.3' }],
      ]),
    );
  });

  it('comes from the database of apk', async () => {
    const database =
      'P:musl\nV:1.2.5-r0\nF:lib\nR:ld-musl-x86_64.so.1\n\nP:zlib\nV:1.3-r2\nF:lib\nR:libz.so.1\n';
    const root = await openRoot(
      await writeRoot(await scratch(), { 'lib/apk/db/installed': database }),
    );
    expect(await ownersIn(root, ['/lib/libz.so.1', '/lib/ld-musl-x86_64.so.1'])).toEqual(
      new Map([
        ['/lib/libz.so.1', { package: 'zlib', packageVersion: '1.3-r2' }],
        ['/lib/ld-musl-x86_64.so.1', { package: 'musl', packageVersion: '1.2.5-r0' }],
      ]),
    );
  });
});
