import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readTrustedKeys, verifyFeed } from '../../../src/openwrt/feed/index.ts';
import type { PackageManager } from '../../../src/openwrt/targets/index.ts';
import {
  generateUsignKey,
  parseUsignPublicKey,
  parseUsignSecretKey,
} from '../../../src/openwrt/signing/index.ts';
import { scratch } from '../../support/scratch.ts';
import { labFeed, makeFeed, type LabPackage } from './feed-lab.ts';

const NO_KEYS = { usign: [], apk: [] };
const PYTHON = { name: 'libpython3-3.13', files: {} };
const TIED = [{ name: 'libpython3-3.13' }];

type Told = readonly [code: string, evidence: string | undefined];

async function findings(directory: string, base: readonly string[] = []): Promise<Told[]> {
  const folders = await verifyFeed(directory, { base, keys: NO_KEYS, jobs: 2 });
  return folders
    .flatMap((folder) => folder.findings)
    .filter(({ code }) => code !== 'feed/not-signed')
    .map(({ code, evidence }) => [code, evidence]);
}

async function feedFindings(
  manager: PackageManager,
  packages: readonly LabPackage[],
): Promise<Told[]> {
  const directory = await labFeed(manager, packages);
  await makeFeed(directory);
  return findings(directory);
}

describe.each(['opkg', 'apk'] as const)('verifying a feed of %s', (manager) => {
  const ending = manager === 'opkg' ? '_1.0-r1_all.ipk' : '-1.0-r1.apk';

  it('finds nothing wrong with one that is closed', async () => {
    expect(
      await feedFindings(manager, [
        PYTHON,
        {
          name: 'a',
          depends: [
            ...TIED,
            { name: 'b', constraint: { operator: '>=', version: { upstream: '1.0' } } },
          ],
        },
        { name: 'b', depends: TIED },
      ]),
    ).toEqual([]);
  });

  it('names dependencies that are not there, or in another version', async () => {
    const depends = [
      ...TIED,
      { name: 'missing' },
      { name: 'b', constraint: { operator: '>=', version: { upstream: '2.0' } } } as const,
    ];
    const told = await feedFindings(manager, [
      PYTHON,
      { name: 'a', depends },
      { name: 'b', depends: TIED },
    ]);
    const wanted = manager === 'opkg' ? 'b (>= 2.0)' : 'b>=2.0';
    expect(new Map(told)).toEqual(
      new Map([
        ['feed/version-mismatch', `${wanted}, found b 1.0-r1`],
        ['feed/unresolved-dependency', 'missing, wanted by a'],
      ]),
    );
  });

  it('asks for one version that is within a range, of which opkg holds one end', async () => {
    const bound = (operator: '<' | '>=', upstream: string) =>
      ({ operator, version: { upstream } }) as const;
    const range = { ...bound('>=', '1.2'), below: bound('<', '2') };
    const depends = [...TIED, { name: 'b', constraint: range }];
    const feed = async (versions: readonly string[]) =>
      feedFindings(manager, [
        PYTHON,
        { name: 'a', depends },
        ...versions.map((version) => ({ name: 'b', depends: TIED, version })),
      ]);
    expect(await feed(['1.0', '1.5', '2.0'])).toEqual([]);
    const found = 'found b 1.0-r1, b 2.0-r1';
    expect(await feed(['1.0', '2.0'])).toEqual(
      manager === 'apk' ? [['feed/version-mismatch', `b>=1.2 b<2, ${found}`]] : [],
    );
    expect(await feed(['1.0'])).toHaveLength(1);
  });

  it('finds dependencies in the feeds of the release, and in a folder for every architecture', async () => {
    const top = await scratch();
    const base = await labFeed(manager, [PYTHON]);
    await makeFeed(base);
    const index = join(base, manager === 'opkg' ? 'Packages.gz' : 'packages.adb');
    await labFeed(
      manager,
      [{ name: 'a', architecture: 'x86_64', depends: [...TIED, { name: 'b' }] }],
      join(top, 'x86_64'),
    );
    await labFeed(manager, [{ name: 'b', depends: TIED }], join(top, 'all'));
    await makeFeed(top);
    expect(await findings(top, [index])).toEqual([]);
    const folders = await verifyFeed(top, { base: [], keys: NO_KEYS, jobs: 1 });
    const severities = folders.flatMap((folder) =>
      folder.findings.map(({ code, severity }) => [code, severity]),
    );
    expect(severities.filter(([code]) => code !== 'feed/not-signed')).toEqual([
      ['feed/unresolved-dependency', 'info'],
      ['feed/unresolved-dependency', 'info'],
    ]);
  });

  it('tells once what several packages want, and apart what the base feed has', async () => {
    const depends = [
      ...TIED,
      { name: 'python3-light' },
      { name: 'libopenssl3' },
      { name: 'python3-urllib3' },
    ];
    const names = ['a', 'b', 'c', 'd'];
    const directory = await labFeed(
      manager,
      names.map((name) => ({ name, depends })),
    );
    await makeFeed(directory);
    expect(await findings(directory)).toEqual([
      ['feed/unresolved-dependency', 'python3-urllib3, wanted by 4 packages: a, b, c and 1 more'],
      ['feed/unresolved-dependency', 'libopenssl3, libpython3-3.13, python3-light'],
    ]);
    const base = await labFeed(manager, [PYTHON]);
    await makeFeed(base);
    const index = join(base, manager === 'opkg' ? 'Packages.gz' : 'packages.adb');
    const told = await findings(directory, [index]);
    expect(told.map(([, evidence]) => evidence?.replace(/,.*/, ''))).toEqual([
      'libopenssl3',
      'python3-light',
      'python3-urllib3',
    ]);
  });

  it('reports cycles with their members', async () => {
    const told = await feedFindings(manager, [
      PYTHON,
      { name: 'a', depends: [...TIED, { name: 'b' }] },
      { name: 'b', depends: [...TIED, { name: 'c' }] },
      { name: 'c', depends: [...TIED, { name: 'a' }] },
      { name: 'd', depends: [...TIED, { name: 'a' }] },
    ]);
    expect(told).toEqual([['feed/dependency-cycle', 'a -> b -> c -> a']]);
  });

  it('reports files that two packages have, unless they exclude each other', async () => {
    const files = { 'usr/lib/python3.13/site-packages/tests/__init__.pyc': 'x' };
    const packages = [
      PYTHON,
      { name: 'a', files, depends: TIED },
      { name: 'b', files, depends: TIED },
      { name: 'c', files, depends: TIED, conflicts: [{ name: 'a' }, { name: 'b' }] },
    ];
    expect(await feedFindings(manager, packages)).toEqual([
      ['feed/file-clash', 'a and b: /usr/lib/python3.13/site-packages/tests/__init__.pyc'],
    ]);
  });

  it('reports packages of two Pythons, and those that nothing ties to theirs', async () => {
    const told = await feedFindings(manager, [
      PYTHON,
      { name: 'libpython3-3.14', files: {} },
      { name: 'a', depends: TIED },
      {
        name: 'a',
        version: '2.0',
        depends: [{ name: 'libpython3-3.14' }],
        files: { 'usr/lib/python3.14/site-packages/a.pyc': '' },
      },
      { name: 'loose' },
      { name: 'a-src', files: { 'usr/lib/python3.13/site-packages/a.py': '' } },
      { name: 'both', depends: TIED, files: { 'usr/lib/python3.14/both.pyc': '' } },
    ]);
    expect(told).toEqual([
      ['feed/two-pythons', '3.13, 3.14'],
      ['feed/untied-minor', '3.13'],
      ['feed/two-pythons', 'a: 3.13, 3.14'],
    ]);
  });

  it('reports packages of one folder that need different Pythons', async () => {
    const files = {};
    const on = (minor: string) => [{ name: `libpython3-${minor}` }];
    const packages = [
      { name: 'a', depends: on('3.11'), files },
      { name: 'b', depends: on('3.11'), files },
      { name: 'c', depends: on('3.9'), files },
    ];
    const eleven = { name: 'libpython3-3.11', files };
    const nine = { name: 'libpython3-3.9', files };
    const told = ['feed/two-pythons', '3.11 by 2 packages, 3.9 by c'];
    expect(await feedFindings(manager, packages)).toContainEqual(told);
    expect(await feedFindings(manager, [...packages, eleven])).toContainEqual(told);
    expect(await feedFindings(manager, [...packages, eleven, nine])).toEqual([]);
  });

  it('holds index.json against the packages', async () => {
    const directory = await labFeed(manager, [{ name: 'a', files: {} }]);
    await makeFeed(directory);
    const path = join(directory, 'index.json');
    const text = await readFile(path, 'utf8');
    const of = async (changed: string) => {
      await writeFile(path, changed);
      return findings(directory);
    };
    expect(await of(text)).toEqual([]);
    expect(await of(text.replace('"all"', '"x86_64"'))).toEqual([
      ['feed/copies-differ', 'its architecture'],
    ]);
    expect(await of(text.replace('1.0', '1.1'))).toEqual([['feed/copies-differ', 'a']]);
    expect(await of('garbage')).toEqual([['feed/copies-differ', 'it cannot be read']]);
    await rm(path);
    expect(await findings(directory)).toEqual([['feed/copies-differ', 'it is not there']]);
  });

  it('reports files that are changed, missing, new or unreadable', async () => {
    const directory = await labFeed(
      manager,
      ['a', 'b', 'c', 'd'].map((name) => ({ name, files: {} })),
    );
    await makeFeed(directory);
    const path = (name: string): string => join(directory, name + ending);
    await labFeed(
      manager,
      [
        { name: 'a', files: { x: 'changed' } },
        { name: 'e', files: {} },
      ],
      directory,
    );
    await rm(path('b'));
    await writeFile(path('c'), (await readFile(path('c'))).subarray(0, 100));
    const told = await findings(directory);
    expect(told.map(([code]) => code)).toEqual([
      'feed/unreadable-package',
      'feed/digest-mismatch',
      'feed/missing-file',
      'feed/not-listed',
    ]);
    expect(told[1]?.[1]).toMatch(/^listed \d+ bytes [0-9a-f]{64}, found \d+ bytes [0-9a-f]{64}$/);
  });

  it('reports a folder without an index, and one that cannot be read', async () => {
    const directory = await labFeed(manager, [{ name: 'a', files: {} }]);
    expect(await findings(directory)).toEqual([['feed/no-index', undefined]]);
    await makeFeed(directory);
    await writeFile(join(directory, manager === 'opkg' ? 'Packages' : 'packages.adb'), ' rubbish');
    expect((await findings(directory)).map(([code]) => code)).toEqual(['feed/index-unreadable']);
  });

  it('warns of several architectures in one folder', async () => {
    const told = await feedFindings(manager, [
      { name: 'a', architecture: 'x86_64', files: { f: '' } },
      { name: 'b', architecture: 'mipsel_24kc', files: { f: '' } },
    ]);
    expect(told).toEqual([['feed/several-architectures', 'mipsel_24kc, x86_64']]);
  });
});

describe('verifying lists of opkg', () => {
  it('compares the list with what the packages say, and Packages.gz with the list', async () => {
    const directory = await labFeed('opkg', [{ name: 'a', files: {} }]);
    await makeFeed(directory);
    const path = join(directory, 'Packages');
    const list = await readFile(path, 'utf8');
    await writeFile(path, list.replace('Depends: libc', 'Depends: libc, b'));
    expect(await findings(directory)).toEqual([
      ['feed/index-differs', 'Depends'],
      ['feed/copies-differ', undefined],
    ]);
  });

  it('holds Packages.manifest against the packages', async () => {
    const directory = await labFeed('opkg', [{ name: 'a', files: {} }]);
    await makeFeed(directory);
    const path = join(directory, 'Packages.manifest');
    const text = await readFile(path, 'utf8');
    const of = async (changed: string) => {
      await writeFile(path, changed);
      const [folder] = await verifyFeed(directory, { base: [], keys: NO_KEYS, jobs: 1 });
      return folder?.findings.flatMap(({ code, severity, evidence }) =>
        code === 'feed/copies-differ' ? [[severity, evidence]] : [],
      );
    };
    expect(await of(text)).toEqual([]);
    expect(await of('garbage')).toEqual([['error', 'it cannot be read']]);
    expect(await of('')).toEqual([['error', 'a_1.0-r1_all.ipk is not listed']]);
    expect(await of(text.replace('A Person', 'Another'))).toEqual([
      ['error', 'a_1.0-r1_all.ipk: Maintainer'],
    ]);
    expect(await of(text.replace(/^Maintainer.*\n/m, ''))).toEqual([
      ['error', 'a_1.0-r1_all.ipk: Maintainer'],
    ]);
    expect(await of(text.replace(/^Size: /m, 'Size: 1'))).toEqual([
      ['error', 'a_1.0-r1_all.ipk: Size'],
    ]);
    expect(await of(text + text)).toEqual([
      ['error', 'a_1.0-r1_all.ipk is not there, or listed twice'],
    ]);
    await rm(path);
    expect(await findings(directory)).toEqual([['feed/copies-differ', 'it is not there']]);
  });

  it('holds the signature against the keys', async () => {
    const directory = await labFeed('opkg', [{ name: 'a', files: {} }]);
    const pair = generateUsignKey();
    await makeFeed(directory, { usignKey: parseUsignSecretKey(pair.secret, 'key') });
    const state = async (publicKeys: readonly string[]) => {
      const usign = publicKeys.map((text) => parseUsignPublicKey(text, 'key.pub'));
      const [folder] = await verifyFeed(directory, { base: [], keys: { usign, apk: [] }, jobs: 1 });
      return [folder?.signature, ...(folder?.findings ?? []).map(({ code }) => code)];
    };
    expect(await state([pair.public])).toEqual(['good']);
    expect(await state([])).toEqual(['unchecked', 'feed/signature-unchecked']);
    expect(await state([generateUsignKey().public])).toEqual(['unknown-key', 'feed/unknown-key']);
    const other = await labFeed('opkg', [{ name: 'b', files: {} }]);
    await makeFeed(other, { usignKey: parseUsignSecretKey(pair.secret, 'key') });
    await copyFile(join(other, 'Packages.sig'), join(directory, 'Packages.sig'));
    expect(await state([pair.public])).toEqual(['bad', 'feed/bad-signature']);
    await writeFile(join(directory, 'Packages.sig'), 'rubbish');
    expect(await state([pair.public])).toEqual(['bad', 'feed/bad-signature']);
  });

  it('warns of pre-releases that opkg takes for late ones', async () => {
    const { writeIpk } = await import('../../../src/archive/ipk/index.ts');
    const { toIpk } = await import('../../../src/openwrt/package/to-ipk.ts');
    const { samplePackage } = await import('../package/samples.ts');
    const directory = join(await scratch(), 'feed');
    await mkdir(directory);
    const ipk = toIpk(samplePackage({ depends: TIED }), 0);
    const control = new Map([...ipk.control, ['Version', '1.0rc1-r1']]);
    await writeFile(
      join(directory, 'x.ipk'),
      (await writeIpk({ ...ipk, control }, { mtime: 0 })).bytes,
    );
    await labFeed('opkg', [PYTHON], directory);
    await makeFeed(directory);
    expect(await findings(directory)).toEqual([['feed/version-spelling', '1.0rc1-r1']]);
  });

  it('names the option of an index that is none, and shows no binary data', async () => {
    const directory = await labFeed('opkg', [{ name: 'a', files: {} }]);
    await makeFeed(directory);
    const { readTargetFeed } = await import('../../../src/openwrt/pack/index.ts');
    const path = join(await scratch(), 'libz.so.1');
    for (const bytes of [
      Buffer.concat([Buffer.from('\x7fELF\x02\x01', 'latin1'), Buffer.alloc(1000)]),
      Buffer.from('import os\nprint(os.name)\n'),
      Buffer.from('Name: a\nVersion: 1\n'),
      Buffer.from('1f8b0800', 'hex'),
    ]) {
      await writeFile(path, bytes);
      const evidence = expect.stringMatching(/^.{1,90}$/) as string;
      await expect(findings(directory, [path])).rejects.toMatchObject({
        code: 'feed/index-unreadable',
        hint: expect.stringMatching(/^--base wants .*packages\.adb/) as string,
        evidence,
      });
      await expect(readTargetFeed(path)).rejects.toMatchObject({
        code: 'openwrt/bad-feed',
        hint: expect.stringMatching(/^--feed wants .*packages\.adb/) as string,
        evidence,
      });
    }
  });

  it('reads keys of either kind from files', async () => {
    const path = join(await scratch(), 'key.pub');
    await writeFile(path, generateUsignKey().public);
    expect(await readTrustedKeys([path])).toMatchObject({ usign: [{}], apk: [] });
  });
});
