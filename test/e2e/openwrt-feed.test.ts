import { mkdir, readFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { labFeed } from '../openwrt/feed/feed-lab.ts';
import { cli, type CliResult } from '../support/cli.ts';
import { scratch } from '../support/scratch.ts';

describe('wheelworks openwrt feed', () => {
  it('makes keys, signs a feed with them, and verifies it', async () => {
    const cwd = await scratch();
    const run = (...args: readonly string[]): Promise<CliResult> =>
      cli([...args, '--cache-dir', join(cwd, 'cache')], { cwd });
    await mkdir(join(cwd, 'public'));
    const packages = [{ name: 'a', files: { 'usr/share/a': '' }, depends: [{ name: 'b' }] }];
    await labFeed('opkg', packages, join(cwd, 'public/24.10'));
    await labFeed('apk', packages, join(cwd, 'public/25.12'));
    expect(await run('openwrt', 'key', 'generate', 'feed', '-m', 'opkg')).toMatchObject({
      code: 0,
    });
    expect(await run('openwrt', 'key', 'generate', 'feed', '-m', 'apk')).toMatchObject({ code: 0 });
    expect((await stat(join(cwd, 'feed.sec'))).mode & 0o077).toBe(0);
    for (const name of ['feed', 'none/feed']) {
      const refused = await run('openwrt', 'key', 'generate', name, '-m', 'apk');
      expect([refused.code, refused.err.includes('--output')]).toEqual([1, false]);
    }

    const made = await run(
      'openwrt',
      'feed',
      'public',
      '-k',
      'feed.sec',
      '-k',
      'feed.pem',
      '--json',
    );
    expect(made.code).toBe(0);
    expect(JSON.parse(made.out)).toMatchObject({
      schema: 'wheelworks.openwrt.feed/1',
      folders: [
        { path: '24.10', manager: 'opkg', signed: true, packages: 1 },
        { path: '25.12', manager: 'apk', signed: true, packages: 1 },
      ],
    });
    expect(await readFile(join(cwd, 'public/24.10/Packages'), 'utf8')).toContain('Package: a\n');

    const both = await run('openwrt', 'feed', 'public', '--unsigned', '-k', 'feed.sec');
    expect([both.code, both.err.includes('cli/conflicting-options')]).toEqual([2, true]);
    const folders = ['.', '..', 'public', 'none/', 'none/.'];
    for (const name of folders) {
      const refused = await run('openwrt', 'key', 'generate', name, '-m', 'apk');
      expect([name, refused.code, refused.err.includes('cli/bad-value')]).toEqual([name, 2, true]);
    }
    expect(await readdir(join(cwd, '..'))).not.toContain('key.pem');

    const keys = ['-k', 'feed.pub', '-k', 'feed.pub.pem'];
    const verified = await run('openwrt', 'feed', 'verify', 'public', ...keys);
    expect(verified).toMatchObject({ code: 0 });
    expect(verified.out).toContain('sound: 24.10, 1 package of opkg, well signed\n');
    expect(verified.out).toContain('warning[feed/unresolved-dependency]');
    // With the feeds of the release given, what nobody has is an error.
    const base = ['-b', 'public/24.10/Packages.gz', '-b', 'public/25.12/packages.adb'];
    const broken = await run('openwrt', 'feed', 'verify', 'public', ...keys, ...base, '--json');
    expect(broken.code).toBe(1);
    expect(JSON.parse(broken.out)).toMatchObject({ verdict: 'broken' });

    const told = [];
    for (const more of [['--dry-run'], []])
      told.push((await run('openwrt', 'feed', 'public/24.10', '--unsigned', ...more)).out);
    expect(told[0]).toContain('nothing, and remove Packages.sig');
    expect(told[1]).toContain('nothing, and removed Packages.sig');

    const packed = await run(
      'openwrt',
      'pack',
      'public/24.10/a_1.0-r1_all.ipk',
      '--target',
      '24.10',
    );
    expect(packed.code).toBe(1);
    expect(packed.err).toContain('wheelworks inspect FILE');
  }, 120_000);
});
