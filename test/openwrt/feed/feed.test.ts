import { copyFile, readFile, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, gzipSync, inflateRawSync } from 'node:zlib';
import { createPublicKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readApkIndex } from '../../../src/archive/apk/index.ts';
import { planFeed, readFeedKeys, writeFeed } from '../../../src/openwrt/feed/index.ts';
import { padded } from '../../../src/openwrt/feed/opkg-index.ts';
import {
  generateApkKey,
  generateUsignKey,
  isSignedBy,
  parseUsignPublicKey,
  parseUsignSecretKey,
  readApkSigningKey,
  verifyUsign,
} from '../../../src/openwrt/signing/index.ts';
import { sha256 } from '../../../src/support/hash.ts';
import { archive, member, symlink } from '../../archive/tar/tar-bytes.ts';
import { scratch } from '../../support/scratch.ts';
import { labFeed, labOptions, makeFeed } from './feed-lab.ts';

const THREE = [{ name: 'b' }, { name: 'a', version: '1.10' }, { name: 'a', version: '1.9' }];

const CONTROL = 'Package: b\nVersion: 1\nArchitecture: all\n';

/** A package of opkg with these members of tar for its files. */
function ipkOf(...data: readonly Uint8Array[]): Buffer {
  const gzipped = (members: readonly Uint8Array[]): Buffer => gzipSync(archive(...members));
  return gzipped([
    member({ name: 'debian-binary', content: '2.0\n' }),
    member({
      name: 'control.tar.gz',
      content: gzipped([member({ name: './control', content: CONTROL })]),
    }),
    member({ name: 'data.tar.gz', content: gzipped(data) }),
  ]);
}

async function apkKey() {
  const pair = generateApkKey();
  const path = join(await scratch(), 'key.pem');
  await writeFile(path, pair.secret);
  return { key: await readApkSigningKey(path), publicKey: createPublicKey(pair.public) };
}

describe('a feed of opkg', () => {
  it('lists packages by name and version, with where they are', async () => {
    const directory = await labFeed('opkg', THREE);
    const { folders } = await makeFeed(directory);
    expect(folders).toMatchObject([
      { path: '', manager: 'opkg', architecture: 'all', packages: 3, read: 3, signed: false },
    ]);
    const list = await readFile(join(directory, 'Packages'), 'utf8');
    const names = [...list.matchAll(/^(?:Package|Version): (.*)$/gm)].map(([, value]) => value);
    expect(names).toEqual(['a', '1.9-r1', 'a', '1.10-r1', 'b', '1.0-r1']);
    const bytes = await readFile(join(directory, 'b_1.0-r1_all.ipk'));
    expect(list).toContain(
      `Filename: b_1.0-r1_all.ipk\nSize: ${bytes.length}\nSHA256sum: ${sha256(bytes)}\nDescription:  A sample\n It has nothing to say,\n`,
    );
    expect(list).not.toMatch(/^(?:Maintainer|Source|SourceName|SourceDateEpoch)/m);
    expect(list).toMatch(/^License: MIT$/m);
    const manifest = await readFile(join(directory, 'Packages.manifest'), 'utf8');
    expect(manifest).toMatch(/^Maintainer: A Person/m);
    expect(gunzipSync(await readFile(join(directory, 'Packages.gz'))).toString()).toBe(list);
    expect(JSON.parse(await readFile(join(directory, 'index.json'), 'utf8'))).toEqual({
      version: 2,
      architecture: 'all',
      packages: { a: '1.10-r1', b: '1.0-r1' },
    });
  });

  it('is signed over the uncompressed list, and the same twice', async () => {
    const directory = await labFeed('opkg', THREE);
    const pair = generateUsignKey();
    const usignKey = parseUsignSecretKey(pair.secret, 'key');
    await makeFeed(directory, { usignKey });
    const signature = await readFile(join(directory, 'Packages.sig'), 'utf8');
    const list = await readFile(join(directory, 'Packages'));
    const keys = [parseUsignPublicKey(pair.public, 'key.pub')];
    expect(verifyUsign(list, { signature, path: 'x' }, keys).verdict).toBe('good');
    const { folders } = await makeFeed(directory, { usignKey });
    expect(folders[0]?.files.map(({ name, state }) => [name, state])).toEqual(
      ['Packages', 'Packages.gz', 'Packages.manifest', 'Packages.sig', 'index.json'].map((name) => [
        name,
        'same',
      ]),
    );
  });

  it('is longer by two line ends where old devices would hash it wrongly', () => {
    const lengths = Array.from(
      { length: 256 },
      (_, length) => padded('x'.repeat(length)).length - length,
    );
    const longer = lengths.flatMap((more, length) => (more === 0 ? [] : [[length, more]]));
    expect(longer).toEqual([46, 47, 174, 175].map((length) => [length, 2]));
  });

  it('cuts the ABI off names in index.json', async () => {
    const directory = await labFeed('opkg', []);
    const { samplePackage } = await import('../package/samples.ts');
    const { writePackage } = await import('../../../src/openwrt/package/index.ts');
    const library = {
      name: 'libpython3-3.13',
      abiVersion: '3.13',
      architecture: 'x86_64',
      conffiles: [],
    };
    await writePackage(samplePackage(library), { manager: 'opkg', directory });
    await makeFeed(directory);
    expect(JSON.parse(await readFile(join(directory, 'index.json'), 'utf8'))).toMatchObject({
      architecture: 'x86_64',
      packages: { libpython3: '1.0~rc1-r1' },
    });
  });
});

describe('a feed of apk', () => {
  it('has an index that is signed, sorted and the same twice', async () => {
    const directory = await labFeed('apk', THREE);
    const { key, publicKey } = await apkKey();
    await makeFeed(directory, { apkKey: key });
    const bytes = await readFile(join(directory, 'packages.adb'));
    const { packages, payload, signatures } = await readApkIndex(bytes, 'packages.adb');
    expect(packages.map(({ info }) => [info.name, info.version])).toEqual([
      ['a', '1.9-r1'],
      ['a', '1.10-r1'],
      ['b', '1.0-r1'],
    ]);
    expect(packages[2]?.info.fileSize).toBe((await stat(join(directory, 'b-1.0-r1.apk'))).size);
    expect(isSignedBy({ schema: 'index', payload, signatures }, [publicKey])).toBe(true);
    const again = await makeFeed(directory, { apkKey: key });
    expect(again.folders[0]?.files.map(({ state }) => state)).toEqual(['same', 'same']);
  });

  it('does not take a file under another name', async () => {
    const directory = await labFeed('apk', [{ name: 'a' }]);
    await rename(join(directory, 'a-1.0-r1.apk'), join(directory, 'a.apk'));
    await expect(makeFeed(directory)).rejects.toMatchObject({
      code: 'feed/wrong-filename',
      evidence: 'apk asks for a-1.0-r1.apk',
    });
    expect(await readdir(directory)).toEqual(['a.apk']);
  });
});

describe('making a feed', () => {
  it('makes an index in every folder that holds packages', async () => {
    const top = await scratch();
    await labFeed('opkg', [{ name: 'a', architecture: 'x86_64' }], join(top, '24.10', 'x86_64'));
    await labFeed('apk', [{ name: 'a', architecture: 'x86_64' }], join(top, '25.12', 'x86_64'));
    await labFeed('apk', [{ name: 'b' }], join(top, '25.12', 'all'));
    await labFeed('apk', [{ name: 'hidden' }], join(top, '.old'));
    const { folders } = await makeFeed(top);
    expect(folders.map(({ path, manager, architecture }) => [path, manager, architecture])).toEqual(
      [
        ['24.10/x86_64', 'opkg', 'x86_64'],
        ['25.12/all', 'apk', 'all'],
        ['25.12/x86_64', 'apk', 'x86_64'],
      ],
    );
  });

  it('reads what changed and nothing else', async () => {
    const directory = await labFeed('opkg', [{ name: 'a' }, { name: 'b' }, { name: 'c' }]);
    const past = new Date(Date.now() - 60_000);
    for (const name of await readdir(directory)) await utimes(join(directory, name), past, past);
    const options = await labOptions();
    // Times of inodes cannot be set: the first look is too soon after them to be trusted.
    const later = { ...options, now: () => Date.now() + 60_000 };
    const run = async () => {
      const plan = await planFeed(directory, later);
      await writeFeed(plan);
      return plan.folders[0];
    };
    expect(await run()).toMatchObject({ read: 3 });
    expect(await run()).toMatchObject({ read: 0, added: [], removed: [] });
    // Other times, the same content: looked at, not read as a package.
    const now = new Date();
    await utimes(join(directory, 'a_1.0-r1_all.ipk'), now, now);
    expect(await run()).toMatchObject({ read: 0 });
    await rm(join(directory, 'b_1.0-r1_all.ipk'));
    await labFeed('opkg', [{ name: 'd' }], directory);
    expect(await run()).toMatchObject({
      read: 1,
      packages: 3,
      added: [{ name: 'd', version: '1.0-r1' }],
      removed: [{ name: 'b', version: '1.0-r1' }],
    });
    // A file that changes within the grain of the clock, keeping its size.
    const [one, other] = [join(directory, 'c_1.0-r1_all.ipk'), join(directory, 'd_1.0-r1_all.ipk')];
    await copyFile(other, one);
    await expect(run()).rejects.toMatchObject({ code: 'feed/duplicate' });
  });

  it('writes nothing when a package cannot be read, nor on a dry run', async () => {
    const directory = await labFeed('opkg', [{ name: 'a' }]);
    await planFeed(directory, await labOptions());
    expect(await readdir(directory)).toEqual(['a_1.0-r1_all.ipk']);
    await writeFile(join(directory, 'b_1.0-r1_all.ipk'), 'rubbish');
    await expect(makeFeed(directory)).rejects.toMatchObject({ code: 'ipk/not-ipk' });
    expect(await readdir(directory)).toEqual(['a_1.0-r1_all.ipk', 'b_1.0-r1_all.ipk']);
  });

  it('does not list packages that no device should unpack', async () => {
    const above = await labFeed('opkg', [{ name: 'a' }]);
    await writeFile(join(above, 'b_1.0-r1_all.ipk'), ipkOf(member({ name: './../../etc/passwd' })));
    await expect(makeFeed(above)).rejects.toMatchObject({ code: 'tar/unsafe-path' });
    expect(await readdir(above)).toEqual(['a_1.0-r1_all.ipk', 'b_1.0-r1_all.ipk']);

    const below = await labFeed('opkg', []);
    const data = [symlink('./a', '/etc'), member({ name: './a/passwd' })];
    await writeFile(join(below, 'b_1.0-r1_all.ipk'), ipkOf(...data));
    await expect(makeFeed(below)).rejects.toMatchObject({ code: 'tar/path-conflict' });

    const changed = await labFeed('apk', [{ name: 'a', files: { x: 'as it was' } }]);
    const path = join(changed, 'a-1.0-r1.apk');
    const plain = inflateRawSync((await readFile(path)).subarray(4)).toString('latin1');
    await writeFile(path, Buffer.from(plain.replace('as it was', 'as it is.'), 'latin1'));
    await expect(makeFeed(changed)).rejects.toMatchObject({ code: 'apk/hash-mismatch' });
  });

  it('does not take what was kept before files inside packages were looked at', async () => {
    const directory = await labFeed('opkg', []);
    const bytes = ipkOf(member({ name: './../x' }));
    await writeFile(join(directory, 'b.ipk'), bytes);
    const options = await labOptions();
    const index = { manager: 'opkg', control: CONTROL };
    const names = { name: 'b', version: '1', architecture: 'all', abiSuffix: '' };
    const file = { filename: 'b.ipk', size: bytes.length, sha256: sha256(bytes) };
    await options.cache.writeJson(`openwrt-feed/1 ${directory}`, [
      ['b.ipk', { entry: { ...file, ...names, index }, modified: 0, changed: 0, seen: 0 }],
    ]);
    await expect(planFeed(directory, options)).rejects.toMatchObject({ code: 'tar/unsafe-path' });
  });

  it('names every package that cannot be read', async () => {
    const directory = await labFeed('opkg', [{ name: 'a' }]);
    for (const name of ['c', 'b']) await writeFile(join(directory, `${name}_1.0-r1_all.ipk`), name);
    await expect(makeFeed(directory)).rejects.toMatchObject({
      code: 'feed/unreadable-packages',
      path: directory,
      evidence: expect.stringMatching(
        /^ipk\/not-ipk: .*b_1\.0.*\nipk\/not-ipk: .*c_1\.0.*$/,
      ) as string,
    });
  });

  it.each(['opkg', 'apk'] as const)(
    'does not lose the signature of %s by accident',
    async (manager) => {
      const directory = await labFeed(manager, [{ name: 'a' }]);
      const keys =
        manager === 'opkg'
          ? { usignKey: parseUsignSecretKey(generateUsignKey().secret, 'key') }
          : { apkKey: (await apkKey()).key };
      await makeFeed(directory, keys);
      await expect(makeFeed(directory)).rejects.toMatchObject({ code: 'feed/key-needed' });
      const { folders } = await makeFeed(directory, { unsigned: true });
      expect(folders[0]?.dropped).toEqual(manager === 'opkg' ? ['Packages.sig'] : []);
      expect(await readdir(directory)).not.toContain('Packages.sig');
      await expect(makeFeed(directory)).resolves.toMatchObject({ folders: [{ signed: false }] });
    },
  );

  it('refuses a key that nothing is signed with, and a second one of a kind', async () => {
    const usignKey = parseUsignSecretKey(generateUsignKey().secret, 'key');
    const { key } = await apkKey();
    for (const [manager, keys] of [
      ['opkg', { apkKey: key }],
      ['apk', { usignKey, apkKey: key }],
    ] as const) {
      const directory = await labFeed(manager, [{ name: 'a' }]);
      const files = await readdir(directory);
      await expect(makeFeed(directory, keys)).rejects.toMatchObject({
        code: 'feed/nothing-to-sign',
      });
      expect(await readdir(directory)).toEqual(files);
    }
    const folder = await scratch();
    const paths = ['a.sec', 'b.sec', 'c.pem', 'd.pem'].map((name) => join(folder, name));
    for (const path of paths)
      await writeFile(
        path,
        path.endsWith('.sec') ? generateUsignKey().secret : generateApkKey().secret,
      );
    const [one = '', other = '', third = '', fourth = ''] = paths;
    expect(Object.keys(await readFeedKeys([one, third]))).toEqual(['usignKey', 'apkKey']);
    for (const [first, second] of [
      [one, other],
      [third, fourth],
    ] as const)
      await expect(readFeedKeys([first, second])).rejects.toMatchObject({
        code: 'feed/two-keys',
        path: second,
      });
  });

  it('refuses folders without packages and with those of both managers', async () => {
    await expect(makeFeed(await scratch())).rejects.toMatchObject({ code: 'feed/no-packages' });
    const both = await labFeed('opkg', [{ name: 'a' }]);
    await labFeed('apk', [{ name: 'a' }], both);
    await expect(makeFeed(both)).rejects.toMatchObject({ code: 'feed/mixed-folder' });
  });
});
