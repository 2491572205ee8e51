/** Signatures and packages of feeds against the programs that others make and read them with. */
import { spawnSync } from 'node:child_process';
import { copyFile, cp, mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { apkKeyId, keyIdOf, readApkIndex } from '../../src/archive/apk/index.ts';
import {
  planFeed,
  readFeedKeys,
  readTrustedKeys,
  verifyFeed,
  writeFeed,
} from '../../src/openwrt/feed/index.ts';
import {
  generateApkKey,
  generateUsignKey,
  parseUsignPublicKey,
  parseUsignSecretKey,
  readApkPublicKey,
  readApkSigningKey,
  signUsign,
  usignPublicKeyFile,
  verifyUsign,
} from '../../src/openwrt/signing/index.ts';
import { findExecutable } from '../../src/support/find-executable.ts';
import { labFeed, labOptions } from '../openwrt/feed/feed-lab.ts';
import { scratch } from '../support/scratch.ts';

const MESSAGE = 'Package: a\nVersion: 1\n\n';
const has = async (name: string): Promise<boolean> =>
  (await findExecutable(name, process.env, process.platform)) !== undefined;
const [signify, openssl, apk, opkg] = await Promise.all(
  ['signify-openbsd', 'openssl', 'apk', 'opkg'].map(has),
);

function run(
  program: string,
  args: readonly string[],
  cwd: string,
): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd, encoding: 'utf8' });
  return { status, output: stdout + stderr };
}

describe('signify', () => {
  const folder = async (): Promise<string> => {
    const directory = await scratch();
    await writeFile(join(directory, 'list'), MESSAGE);
    return directory;
  };

  it.skipIf(signify !== true)('verifies what is signed here (needs signify-openbsd)', async () => {
    const directory = await folder();
    const key = generateUsignKey();
    await writeFile(join(directory, 'ours.pub'), key.public);
    await writeFile(
      join(directory, 'ours.sig'),
      signUsign(Buffer.from(MESSAGE), parseUsignSecretKey(key.secret, 'x')),
    );
    const verify = (): number | null =>
      run(
        'signify-openbsd',
        ['-V', '-q', '-p', 'ours.pub', '-x', 'ours.sig', '-m', 'list'],
        directory,
      ).status;
    expect(verify()).toBe(0);
    await writeFile(join(directory, 'list'), `${MESSAGE}more`);
    expect(verify()).not.toBe(0);
  });

  it.skipIf(signify !== true)(
    'signs with our secret key, and we verify it (needs signify-openbsd)',
    async () => {
      const directory = await folder();
      const key = generateUsignKey();
      await writeFile(join(directory, 'ours.sec'), key.secret);
      expect(
        run(
          'signify-openbsd',
          ['-S', '-s', 'ours.sec', '-m', 'list', '-x', 'their.sig'],
          directory,
        ),
      ).toMatchObject({ status: 0 });
      const signature = await readFile(join(directory, 'their.sig'), 'utf8');
      const keys = [parseUsignPublicKey(key.public, 'x')];
      expect(verifyUsign(Buffer.from(MESSAGE), { signature, path: 'x' }, keys).verdict).toBe(
        'good',
      );
      expect(signature.split('\n')[1]).toBe(
        signUsign(Buffer.from(MESSAGE), parseUsignSecretKey(key.secret, 'x')).split('\n')[1],
      );
    },
  );

  it.skipIf(signify !== true)(
    'makes keys that we read and sign with (needs signify-openbsd)',
    async () => {
      const directory = await folder();
      expect(
        run('signify-openbsd', ['-G', '-n', '-p', 'their.pub', '-s', 'their.sec'], directory),
      ).toMatchObject({ status: 0 });
      const secret = parseUsignSecretKey(
        await readFile(join(directory, 'their.sec'), 'utf8'),
        'their.sec',
      );
      const publicText = await readFile(join(directory, 'their.pub'), 'utf8');
      expect(usignPublicKeyFile(secret).split('\n')[1]).toBe(publicText.split('\n')[1]);
      await writeFile(join(directory, 'x.sig'), signUsign(Buffer.from(MESSAGE), secret));
      expect(
        run(
          'signify-openbsd',
          ['-V', '-q', '-p', 'their.pub', '-x', 'x.sig', '-m', 'list'],
          directory,
        ).status,
      ).toBe(0);
    },
  );
});

describe('openssl', () => {
  it.skipIf(openssl !== true)(
    'makes keys that we sign indexes with, and verifies the signatures (needs openssl)',
    async () => {
      const directory = await scratch();
      run(
        'openssl',
        ['ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', 'key.pem'],
        directory,
      );
      run('openssl', ['ec', '-in', 'key.pem', '-pubout', '-out', 'pub.pem'], directory);
      const feed = await labFeed('apk', [{ name: 'a' }]);
      const apkKey = await readApkSigningKey(join(directory, 'key.pem'));
      await writeFeed(await planFeed(feed, await labOptions({ apkKey })));
      const index = await readApkIndex(await readFile(join(feed, 'packages.adb')), 'x');
      const [block = Buffer.alloc(0)] = index.signatures;
      const publicKey = await readApkPublicKey(join(directory, 'pub.pem'));
      expect(keyIdOf(block)).toEqual(apkKeyId(publicKey));
      // The message put together as the format says it: schema, version, hash and key, digest of the database.
      await writeFile(join(directory, 'payload'), index.payload);
      run('openssl', ['dgst', '-sha512', '-binary', '-out', 'digest', 'payload'], directory);
      const digest = await readFile(join(directory, 'digest'));
      await writeFile(
        join(directory, 'message'),
        Buffer.concat([Buffer.from('indx'), block.subarray(0, 18), digest]),
      );
      await writeFile(join(directory, 'signature'), block.subarray(18));
      const verify = [
        'dgst',
        '-sha512',
        '-verify',
        'pub.pem',
        '-signature',
        'signature',
        'message',
      ];
      expect(run('openssl', verify, directory)).toMatchObject({ status: 0 });
    },
  );

  it.skipIf(openssl !== true)('reads the keys that we make (needs openssl)', async () => {
    const directory = await scratch();
    const pair = generateApkKey();
    await writeFile(join(directory, 'key.pem'), pair.secret);
    const { output } = run('openssl', ['ec', '-in', 'key.pem', '-pubout'], directory);
    expect(output).toContain(pair.public.trim());
  });
});

/** A feed of packages that depend on each other, signed, with its keys. */
async function signedFeed(
  manager: 'opkg' | 'apk',
): Promise<{ feed: string; keys: string; verdict: unknown }> {
  const directory = await scratch();
  const pair = manager === 'apk' ? generateApkKey() : generateUsignKey();
  const [secret, publicKey] = [join(directory, 'secret'), join(directory, 'public.pem')];
  await writeFile(secret, pair.secret);
  await writeFile(publicKey, pair.public);
  const feed = await labFeed(manager, [
    { name: 'libc', files: {} },
    {
      name: 'a',
      version: '1.0rc1',
      depends: [{ name: 'b', constraint: { operator: '>', version: { upstream: '1.0' } } }],
      files: { 'usr/share/a': 'a' },
    },
    { name: 'b', version: '1.0.post1', files: { 'usr/share/b': 'b' } },
  ]);
  await writeFeed(await planFeed(feed, await labOptions(await readFeedKeys([secret]))));
  const [folder] = await verifyFeed(feed, {
    base: [],
    keys: await readTrustedKeys([publicKey]),
    jobs: 1,
  });
  const keys = join(directory, 'keys');
  await mkdir(keys);
  await copyFile(
    publicKey,
    join(keys, 'number' in pair && typeof pair.number === 'string' ? pair.number : 'public.pem'),
  );
  return { feed, keys, verdict: folder?.signature };
}

describe('the package managers', () => {
  it.skipIf(apk !== true)(
    'apk installs from a feed, and not from one that was changed (needs apk of apk-tools 3)',
    async () => {
      const { feed, keys, verdict } = await signedFeed('apk');
      expect(verdict).toBe('good');
      const root = await scratch();
      await writeFile(join(root, 'repositories'), `${join(feed, 'packages.adb')}\n`);
      const add = (into: string): { status: number | null } =>
        run(
          'apk',
          [
            '--root',
            join(root, into),
            '--initdb',
            '--no-scripts',
            '--arch',
            'noarch',
            '--keys-dir',
            keys,
            '--repositories-file',
            join(root, 'repositories'),
            'add',
            'a',
          ],
          root,
        );
      await mkdir(join(root, 'good'));
      expect(add('good')).toMatchObject({ status: 0 });
      expect(await readdir(join(root, 'good/usr/share'))).toEqual(['a', 'b']);
      const { feed: other } = await signedFeed('apk');
      await cp(join(other, 'packages.adb'), join(feed, 'packages.adb'));
      await mkdir(join(root, 'bad'));
      expect(add('bad').status).not.toBe(0);
    },
  );

  it.skipIf(opkg !== true)('opkg installs from a feed (needs opkg of OpenWrt)', async () => {
    const { feed, verdict } = await signedFeed('opkg');
    expect(verdict).toBe('good');
    const root = await scratch();
    const configuration = join(root, 'opkg.conf');
    await writeFile(
      configuration,
      `src/gz lab file:${feed}\ndest root /\nlists_dir ext /var/opkg-lists\narch all 1\narch noarch 1\n`,
    );
    await mkdir(join(root, 'target/var/lock'), { recursive: true });
    await mkdir(join(root, 'target/tmp'), { recursive: true });
    const opkgRun = (...args: readonly string[]) =>
      run('opkg', ['-f', configuration, '-o', join(root, 'target'), ...args], root);
    expect(opkgRun('update')).toMatchObject({ status: 0 });
    expect(opkgRun('install', 'a')).toMatchObject({ status: 0 });
    expect(await readdir(join(root, 'target/usr/share'))).toEqual(
      expect.arrayContaining(['a', 'b']),
    );
  });
});
