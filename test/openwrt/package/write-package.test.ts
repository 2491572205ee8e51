import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageBytes, readPackage, writePackage } from '../../../src/openwrt/package/index.ts';
import { sha256 } from '../../../src/support/hash.ts';
import { scratch } from '../../support/scratch.ts';
import { plain } from '../../archive/apk/samples.ts';
import { samplePackage } from './samples.ts';

describe('writePackage', () => {
  it('writes an .ipk that says what was described', async () => {
    const written = await writePackage(samplePackage(), {
      manager: 'opkg',
      directory: await scratch(),
    });
    expect(basename(written.path)).toBe('python3-sample_1.0~rc1-r1_all.ipk');
    const read = await readPackage(written.path);
    expect(read).toMatchObject({
      manager: 'opkg',
      name: 'python3-sample',
      version: '1.0~rc1-r1',
      architecture: 'all',
      title: 'A sample',
      description: 'It has nothing to say,\nand says it in two lines.',
      license: 'MIT',
      section: 'lang',
      source: 'python-sample',
      depends: [
        { name: 'libc' },
        { name: 'libpython3-3.13' },
        { name: 'python3-light' },
        { name: 'python3-other', operator: '>=', version: '2.0~b1' },
      ],
      conffiles: ['/etc/sample.conf'],
      installedSize: 10240,
    });
    expect(Object.keys(read.scripts)).toEqual(['postinst', 'prerm']);
    expect(read.scripts['postinst']).toContain('default_postinst "$0" "$@"');
    expect(plain(read.tree)).toEqual(plain(samplePackage().tree));
    expect(written.sha256).toBe(sha256(await readFile(written.path)));
  });

  it('writes an .apk that says the same, with the lists of OpenWrt', async () => {
    const written = await writePackage(samplePackage(), {
      manager: 'apk',
      directory: await scratch(),
    });
    expect(basename(written.path)).toBe('python3-sample-1.0_rc1-r1.apk');
    const read = await readPackage(written.path);
    expect(read).toMatchObject({
      manager: 'apk',
      name: 'python3-sample',
      version: '1.0_rc1-r1',
      architecture: 'all',
      depends: [
        { name: 'libc' },
        { name: 'libpython3-3.13' },
        { name: 'python3-light' },
        { name: 'python3-other', operator: '>=', version: '2.0_beta1' },
      ],
      provides: [{ name: 'python3-sample-any' }],
      conffiles: ['/etc/sample.conf'],
    });
    expect(Object.keys(read.scripts)).toEqual(['post-install', 'pre-deinstall', 'post-upgrade']);
    const lists = read.tree.files().filter(([path]) => path.startsWith('lib/apk/packages/'));
    const texts = lists.map(([path, { content }]) => [
      basename(path),
      'bytes' in content ? Buffer.from(content.bytes).toString() : '',
    ]);
    expect(texts).toEqual([
      ['python3-sample.conffiles', '/etc/sample.conf\n'],
      ['python3-sample.conffiles_static', `/etc/sample.conf ${sha256('a = 1\n')}\n`],
      [
        'python3-sample.list',
        '/etc/sample.conf\n/usr/bin/sample\n/usr/bin/sample3\n/usr/lib/python3.13/site-packages/sample/__init__.pyc\n',
      ],
    ]);
  });

  it('names the ABI of a library in both formats', async () => {
    const library = samplePackage({
      name: 'libpython3-3.13',
      version: { upstream: '3.13.9', release: 1 },
      architecture: 'aarch64_cortex-a53',
      abiVersion: '3.13',
    });
    const directory = await scratch();
    const ipk = await readPackage(
      (await writePackage(library, { manager: 'opkg', directory })).path,
    );
    expect(ipk).toMatchObject({ abiSuffix: '-3.13', provides: [{ name: 'libpython3' }] });
    const apk = await readPackage(
      (await writePackage(library, { manager: 'apk', directory })).path,
    );
    expect(apk).toMatchObject({
      abiSuffix: '-3.13',
      architecture: 'aarch64_cortex-a53',
      provides: [{ name: 'libpython3' }, { name: 'libpython3-any' }],
    });
  });

  const scripts = {
    preInstall: 'echo before\n',
    postInstall: '#!/bin/sh\necho installed\n',
    preRemove: '#!/bin/sh\necho removing',
    postRemove: '#!/bin/sh\necho gone\n',
  };

  it('has the usual scripts of opkg call the own ones of a package', async () => {
    const directory = await scratch();
    const written = await writePackage(samplePackage({ scripts }), { manager: 'opkg', directory });
    expect((await readPackage(written.path)).scripts).toMatchObject({
      preinst: '#!/bin/sh\necho before\n',
      'postinst-pkg': scripts.postInstall,
      'prerm-pkg': '#!/bin/sh\necho removing\n',
      postrm: scripts.postRemove,
    });
  });

  it('has the own scripts of a package follow the usual ones of apk', async () => {
    const directory = await scratch();
    const written = await writePackage(samplePackage({ scripts }), { manager: 'apk', directory });
    expect((await readPackage(written.path)).scripts).toEqual({
      'pre-install': '#!/bin/sh\necho before\n',
      'post-install': expect.stringMatching(/default_postinst\necho installed\n$/),
      'pre-deinstall': expect.stringMatching(/default_prerm\necho removing\n$/),
      'post-deinstall': scripts.postRemove,
      'pre-upgrade': '#!/bin/sh\nexport PKG_UPGRADE=1\necho before\n',
      'post-upgrade': expect.stringMatching(
        /^#!\/bin\/sh\nexport PKG_UPGRADE=1\n[^]*echo installed\n$/,
      ),
    });
  });

  it.each(['opkg', 'apk'] as const)('gives the same bytes twice for %s', async (manager) => {
    const [one, other] = await Promise.all(
      [1, 2].map(() => packageBytes(samplePackage(), { manager, mtime: 5 })),
    );
    expect(one?.bytes.length).toBeGreaterThan(200);
    expect(Buffer.from(one?.bytes ?? []).equals(other?.bytes ?? Buffer.alloc(0))).toBe(true);
  });

  it.each([
    ['name', { name: 'Python Sample' }],
    ['title', { title: 'two\nlines' }],
    ['dependency', { depends: [{ name: 'a, b' }] }],
    ['configuration file', { conffiles: ['/etc/missing'] }],
    ['architecture', { architecture: '../x' }],
  ])('refuses a package without a proper %s', async (what, changes) => {
    await expect(packageBytes(samplePackage(changes), { manager: 'opkg' })).rejects.toMatchObject({
      code: 'openwrt/bad-description',
      message: expect.stringContaining(`has no proper ${what}.`),
    });
  });
});
