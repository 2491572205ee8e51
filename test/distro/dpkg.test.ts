import { spawnSync } from 'node:child_process';
import { mkdir, readdir, realpath, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openRoot, packageOwners, type SystemPackage } from '../../src/distro/index.ts';
import { scratch } from '../support/scratch.ts';

const hasDpkg = spawnSync('dpkg', ['--version']).error === undefined;

async function rootOf(files: Readonly<Record<string, string>>): Promise<string> {
  const root = await scratch();
  await mkdir(join(root, 'usr'), { recursive: true });
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  return root;
}

async function owners(
  root: string,
  paths: readonly string[],
): Promise<ReadonlyMap<string, SystemPackage>> {
  return packageOwners(await openRoot(root), paths);
}

function stanza(name: string, fields: Readonly<Record<string, string>> = {}): string {
  const all = {
    Package: name,
    Status: 'install ok installed',
    Architecture: 'amd64',
    Version: '1.0-1',
    ...fields,
  };
  return `${Object.entries(all)
    .map(([key, value]) => `${key}: ${value}`)
    .join('\n')}\n`;
}

describe('dpkg', () => {
  it('a package of several architectures is told apart by the name of its list', async () => {
    const root = await rootOf({
      'etc/os-release': 'ID=debian\nVERSION_ID="12"\n',
      'var/lib/dpkg/info/libssl3:amd64.list': '/.\n/usr/lib/x86_64-linux-gnu/libssl.so.3\n',
      'var/lib/dpkg/info/libssl3:i386.list': '/.\n/usr/lib/i386-linux-gnu/libssl.so.3\n',
      'var/lib/dpkg/status': [
        stanza('libssl3', {
          Source: 'openssl (3.0.1-1)',
          'Multi-Arch': 'same',
          Homepage: 'https://openssl.org/',
        }),
        stanza('libssl3', { Source: 'openssl', Architecture: 'i386', Version: '3.0.2-1' }),
      ].join('\n'),
    });
    const found = await owners(root, [
      '/usr/lib/x86_64-linux-gnu/libssl.so.3',
      '/usr/lib/i386-linux-gnu/libssl.so.3',
    ]);
    expect(found.get('/usr/lib/x86_64-linux-gnu/libssl.so.3')).toMatchObject({
      name: 'libssl3',
      version: '1.0-1',
      architecture: 'amd64',
      source: { name: 'openssl', version: '3.0.1-1' },
      homepage: 'https://openssl.org/',
      purl: 'pkg:deb/debian/libssl3@1.0-1?arch=amd64&distro=debian-12',
    });
    expect(found.get('/usr/lib/i386-linux-gnu/libssl.so.3')).toMatchObject({
      version: '3.0.2-1',
      architecture: 'i386',
      source: { name: 'openssl', version: '3.0.2-1' },
    });
  });

  it('paths that are recorded before /lib became a link', async () => {
    const root = await rootOf({
      'var/lib/dpkg/info/zlib1g.list': '/.\n/lib/x86_64-linux-gnu/libz.so.1\n',
      'var/lib/dpkg/status': stanza('zlib1g'),
    });
    expect([...(await owners(root, ['/usr/lib/x86_64-linux-gnu/libz.so.1'])).keys()]).toEqual([
      '/usr/lib/x86_64-linux-gnu/libz.so.1',
    ]);
  });

  it('a diverted file is where it was put, and its old name belongs to who put it there', async () => {
    const root = await rootOf({
      'var/lib/dpkg/info/mesa.list': '/usr/lib/libGL.so.1\n',
      'var/lib/dpkg/info/vendor.list': '/usr/lib/libGL.so.1\n/usr/lib/vendor/libGL.so.1\n',
      'var/lib/dpkg/diversions': '/usr/lib/libGL.so.1\n/usr/lib/mesa-diverted/libGL.so.1\nvendor\n',
      'var/lib/dpkg/status': `${stanza('mesa')}\n${stanza('vendor')}`,
    });
    const found = await owners(root, ['/usr/lib/libGL.so.1', '/usr/lib/mesa-diverted/libGL.so.1']);
    expect(found.get('/usr/lib/libGL.so.1')?.name).toBe('vendor');
    expect(found.get('/usr/lib/mesa-diverted/libGL.so.1')?.name).toBe('mesa');
  });

  it('images without a shell: a file for each package in status.d', async () => {
    const root = await rootOf({
      'var/lib/dpkg/status.d/libc6': stanza('libc6', { Version: '2.36-9' }),
      'var/lib/dpkg/status.d/libc6.md5sums':
        '0123456789abcdef0123456789abcdef  usr/lib/libc.so.6\n',
    });
    expect((await owners(root, ['/usr/lib/libc.so.6'])).get('/usr/lib/libc.so.6')).toMatchObject({
      name: 'libc6',
      version: '2.36-9',
    });
  });

  it('licences: SPDX where Debian names one, otherwise its own words; links are followed', async () => {
    const root = await rootOf({
      'var/lib/dpkg/info/a.list': '/usr/lib/liba.so\n',
      'var/lib/dpkg/info/b.list': '/usr/lib/libb.so\n',
      'var/lib/dpkg/info/c.list': '/usr/lib/libc.so\n',
      'var/lib/dpkg/status': [stanza('a'), stanza('b'), stanza('c')].join('\n'),
      'usr/share/doc/a/copyright':
        'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\nFiles: *\nCopyright: x\nLicense: Expat\n\nFiles: y\nCopyright: x\nLicense: GPL-2+\n\nFiles: debian/*\nCopyright: z\nLicense: Apache-2.0\n',
      'usr/share/doc/b/copyright': 'This is prose.',
      'usr/share/doc/c-doc/copyright': 'Format: dep5\n\nFiles: *\nLicense: strange-terms\n',
    });
    await symlink('c-doc', join(root, 'usr/share/doc/c'));
    const found = await owners(root, ['/usr/lib/liba.so', '/usr/lib/libb.so', '/usr/lib/libc.so']);
    expect(found.get('/usr/lib/liba.so')?.license).toEqual({
      text: 'MIT AND GPL-2.0-or-later',
      isSpdx: true,
    });
    expect(found.get('/usr/lib/libb.so')?.license).toBeUndefined();
    expect(found.get('/usr/lib/libc.so')).toMatchObject({
      license: { text: 'strange-terms', isSpdx: false },
      licenseFiles: [join(root, 'usr/share/doc/c-doc/copyright')],
    });
  });

  it('a file without an owner, and a package without a stanza, have no answer', async () => {
    const root = await rootOf({
      'var/lib/dpkg/info/gone.list': '/usr/lib/libgone.so\n',
      'var/lib/dpkg/status': stanza('other'),
    });
    expect(await owners(root, ['/usr/lib/libgone.so', '/usr/lib/libmine.so'])).toEqual(new Map());
  });

  it.skipIf(!hasDpkg)(
    'says what `dpkg -S` says of the libraries here (skipped without dpkg)',
    async () => {
      const folders = (await readdir('/usr/lib', { withFileTypes: true }))
        .filter((entry) => entry.isDirectory() && /-linux-gnu/.test(entry.name))
        .map(({ name }) => join('/usr/lib', name));
      const names = await Promise.all(
        folders.map(async (folder) =>
          (await readdir(folder))
            .filter((name) => /\.so(\.|$)/.test(name))
            .map((name) => join(folder, name)),
        ),
      );
      const paths = [
        ...new Set(
          await Promise.all(
            names
              .flat()
              .slice(0, 400)
              .map((path) => realpath(path)),
          ),
        ),
      ];
      const found = await owners('/', paths);
      // As it was recorded, before or after /lib became a link.
      const spelled = paths.flatMap((path) => [path, path.replace(/^\/usr/, '')]);
      const said = new Map<string, string[]>();
      const lines = spawnSync('dpkg', ['-S', ...spelled], { encoding: 'utf8' }).stdout.split('\n');
      for (const line of lines.filter((each) => !each.startsWith('diversion by'))) {
        const end = line.lastIndexOf(': ');
        const names = line.slice(0, end).split(', ');
        said.set(
          line.slice(end + 2),
          names.map((name) => name.replace(/:.*$/, '')),
        );
      }
      for (const path of paths) {
        const owner = found.get(path)?.name;
        const theirs = [...(said.get(path) ?? []), ...(said.get(path.replace(/^\/usr/, '')) ?? [])];
        expect([path, owner === undefined ? theirs : theirs.includes(owner)]).toEqual([
          path,
          owner === undefined ? [] : true,
        ]);
      }
      expect(paths.length).toBeGreaterThan(50);
    },
    60_000,
  );
});

describe('apk', () => {
  it('the stanzas of its one file', async () => {
    const root = await rootOf({
      'etc/os-release': "ID=alpine\nVERSION_ID='3.20.1'\n",
      'lib/apk/db/installed': [
        'C:Q1abc=\nP:musl\nV:1.2.5-r0\nA:x86_64\nL:MIT\no:musl\nU:https://musl.libc.org/\nF:lib\nR:ld-musl-x86_64.so.1\na:0:0:755\n',
        'P:libstdc++\nV:13.2.1-r3\nA:x86_64\nL:GPL-2.0-or-later LGPL-2.1-or-later\no:gcc\nF:usr\nF:usr/lib\nR:libstdc++.so.6.0.32\nR:libstdc++.so.6\n',
      ].join('\n'),
    });
    const found = await owners(root, ['/usr/lib/libstdc++.so.6.0.32', '/lib/ld-musl-x86_64.so.1']);
    expect(found.get('/lib/ld-musl-x86_64.so.1')).toMatchObject({
      manager: 'apk',
      name: 'musl',
      license: { text: 'MIT', isSpdx: true },
      homepage: 'https://musl.libc.org/',
      purl: 'pkg:apk/alpine/musl@1.2.5-r0?arch=x86_64&distro=alpine-3.20.1',
    });
    expect(found.get('/usr/lib/libstdc++.so.6.0.32')).toMatchObject({
      name: 'libstdc++',
      source: { name: 'gcc', version: '13.2.1-r3' },
      license: { isSpdx: false },
      purl: 'pkg:apk/alpine/libstdc%2B%2B@13.2.1-r3?arch=x86_64&distro=alpine-3.20.1',
    });
  });
});
