/** `python -m NAME_cache`, for whoever installs or builds an image. */
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, truncate, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ProcessResult } from '../../../src/support/process.ts';
import {
  canMount,
  copyFixture,
  filesUnder,
  hasCompiler,
  isRoot,
  makeFixture,
  makeHome,
  openFolder,
  run,
  USE,
  type Fixture,
} from './fixture.ts';

// Each test starts many Pythons, which takes a loaded machine long.
vi.setConfig({ testTimeout: 120_000 });

let folder: string;
let fixture: Fixture;
let older: Fixture;

beforeAll(async () => {
  if (!hasCompiler) return;
  folder = await openFolder();
  fixture = await makeFixture(join(folder, 'site'), { megabytes: 4 });
  older = await makeFixture(join(folder, 'older'), { megabytes: 1, seed: 2, version: '0.9' });
});

afterAll(async () => {
  if (hasCompiler) await rm(folder, { recursive: true, force: true });
});

/** Other tests join in the temporary place meanwhile, and none of that is to be told or cleared here. */
const APART = canMount ? { mounts: 'mount -t tmpfs none /var/tmp' } : {};

async function command(site: string, home: string, ...args: string[]): Promise<ProcessResult> {
  return run(site, '', { ...APART, env: { HOME: home }, args: ['-m', 'fixture_cache', ...args] });
}

/** What a command has removed from a home; where nothing can be mounted, others may have used the temporary places. */
function removed(home: string, { stdout }: Pick<ProcessResult, 'stdout'>): readonly string[] {
  return stdout.split('\n').filter((line) => line.startsWith(`removed ${home}`));
}

const ENTRY = /^\/\S+\/\.cache\/wheelworks\/fixture\/[0-9a-f]{32}-linux_test$/;

describe.skipIf(!hasCompiler)('python -m NAME_cache (needs Linux and cc)', () => {
  it('prepares, shows, verifies, names and clears', async () => {
    const home = await makeHome(folder);
    const prepared = await command(fixture.site, home, 'prepare');
    expect(prepared.stdout.trim()).toMatch(ENTRY);
    const shown = await command(fixture.site, home, 'show');
    expect(shown.stdout).toMatch(
      /^fixture 1\.0\nneeds \d+ bytes for fixture\.libs\/libneeded\.so\.1, /,
    );
    expect(shown.stdout).toMatch(
      /\/\.cache\/wheelworks: usable\n {2}[0-9a-f]{32}-linux_test: ready, last used 20/,
    );
    expect((await command(fixture.site, home, 'verify')).stdout).toMatch(/: intact\n$/);
    const named = await command(fixture.site, home, 'path', 'fixture/_big.abi3.so');
    expect(named.stdout.trim()).toBe(join(prepared.stdout.trim(), 'fixture/_big.abi3.so'));
    expect((await command(fixture.site, home, 'clear')).stdout).toBe(`removed ${prepared.stdout}`);
    expect(await filesUnder(home)).toEqual([]);
    expect((await command(fixture.site, home, 'verify')).stdout).toBe('nothing is joined\n');
  });

  it('does not call damaged what was never joined to the end', async () => {
    const home = await makeHome(folder);
    const { stdout } = await command(fixture.site, home, 'prepare');
    for (const name of ['stamp', 'fixture/_big.abi3.so']) await rm(join(stdout.trim(), name));
    const verified = await command(fixture.site, home, 'verify');
    expect(verified).toMatchObject({ exitCode: 0, stdout: 'nothing is joined\n' });
    expect((await command(fixture.site, home, 'show')).stdout).toContain(
      ': not verified, or not whole',
    );
  });

  it('clears one version, what is old, or all', async () => {
    const home = await makeHome(folder);
    for (const { site } of [older, fixture]) await command(site, home, 'prepare');
    expect((await command(fixture.site, home, 'clear', '--old')).stdout).toBe('');
    expect((await command(fixture.site, home, 'show')).stdout).toContain('another version');
    expect(removed(home, await command(fixture.site, home, 'clear'))).toHaveLength(1);
    await command(fixture.site, home, 'prepare');
    const all = await command(fixture.site, home, 'clear', '--all');
    expect(removed(home, all)).toHaveLength(2);
    expect(await filesUnder(home)).toEqual([]);
  });

  it('leaves no empty folder of its own, and those of others', async () => {
    const { site } = await copyFixture(fixture, join(folder, 'tidy'));
    const home = await makeHome(folder);
    await command(site, home, 'prepare');
    await command(site, home, 'prepare', '--here');
    const all = await command(site, home, 'clear', '--all');
    expect(all).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await readdir(join(home, '.cache'))).toEqual([]);
    expect(existsSync(join(site, 'fixture_cache', 'prepared'))).toBe(false);
    // What an earlier run has left, beside what is of another distribution.
    await mkdir(join(home, '.cache', 'wheelworks', 'fixture'), { recursive: true });
    await mkdir(join(home, '.cache', 'wheelworks', 'other'));
    await command(site, home, 'clear', '--all');
    expect(await readdir(join(home, '.cache', 'wheelworks'))).toEqual(['other']);
  });

  it('takes nothing for its own in a folder that somebody has named', async () => {
    const home = await makeHome(folder);
    const named = join(home, 'named');
    const env = { HOME: home, WHEELWORKS_CACHE: named };
    const use = async (...args: string[]): Promise<ProcessResult> =>
      run(fixture.site, '', { ...APART, env, args: ['-m', 'fixture_cache', ...args] });
    await mkdir(join(named, 'fixture'), { recursive: true });
    await use('clear', '--all');
    expect(await readdir(named)).toEqual(['fixture']);
    // A folder of the sources, unused for long, in the place of the cache.
    const sources = join(named, 'fixture', 'sources');
    await mkdir(sources);
    await utimes(sources, 1e9, 1e9);
    await use('prepare');
    const { exitCode, stdout } = await use('clear', '--all');
    expect(exitCode).toBe(0);
    expect(removed(home, { stdout })).toHaveLength(1);
    expect(await readdir(join(named, 'fixture'))).toEqual(['sources']);
    await rm(sources, { recursive: true });
    await use('prepare');
    await use('clear', '--all');
    expect(await readdir(named)).toEqual([]);
  });

  it('clears from under a process that is about to join, which makes the folders anew', async () => {
    const HOME = await makeHome(folder);
    // Each time that it has made one of them, another process clears all.
    const program = `import os, subprocess, sys
from fixture_cache import places
true, seen = places.make_one, []
def make_one(folder, mode=0o755):
    true(folder, mode)
    if os.path.basename(folder) in ("wheelworks", "fixture") and len(seen) < 2 and folder not in seen:
        seen.append(folder)
        subprocess.run([sys.executable, "-m", "fixture_cache", "clear", "--all"], check=True)
        assert not os.path.exists(folder), folder
places.make_one = make_one\n${USE}
assert len(seen) == 2 and fixture._big.__file__.startswith(os.environ["HOME"]), fixture._big.__file__
assert os.stat(os.path.join(os.environ["HOME"], ".cache", "wheelworks")).st_mode & 0o777 == 0o700`;
    const { stdout, stderr } = await run(fixture.site, program, { ...APART, env: { HOME } });
    expect({ stdout: stdout.trim(), stderr }).toEqual({ stdout: fixture.answers, stderr: '' });
  });

  it('leaves what a process uses', async () => {
    const home = await makeHome(folder);
    const program = `${USE}\nimport subprocess, sys
result = subprocess.run([sys.executable, "-m", "fixture_cache", "clear", "--all"], stdout=subprocess.PIPE)
assert result.returncode == 1 and b"a process uses it" in result.stdout, result`;
    const conditions = { ...APART, env: { HOME: home } };
    expect((await run(fixture.site, program, conditions)).stderr).toBe('');
  });

  it('prepares beside the package for whoever runs the image, and never joins then', async () => {
    const { site } = await copyFixture(fixture, join(folder, 'image'));
    const home = await makeHome(folder);
    expect((await command(site, home, 'prepare', '--here')).stdout).toContain(
      join(site, 'fixture_cache', 'prepared'),
    );
    // Packing an image changes times and inodes.
    await rename(site, `${site}-before`);
    await copyFixture({ ...fixture, site: `${site}-before` }, site);
    for (const part of ['fixture_part1', 'fixture_part2'])
      await rm(join(site, part), { recursive: true });
    const before = await filesUnder(site);
    const user = isRoot ? { user: 54_321 } : {};
    const { stdout, stderr } = await run(site, USE, { env: { HOME: '/nonexistent' }, ...user });
    expect({ stdout: stdout.trim(), stderr }).toEqual({ stdout: fixture.answers, stderr: '' });
    expect(await filesUnder(site)).toEqual(before);
    const library = before.find((path) => /prepared\/.*_big/.test(path)) ?? '';
    await truncate(library, 100_000);
    const cut = await run(site, USE, { env: { HOME: home } });
    expect(cut.stderr).toContain(
      'ImportError: fixture needs fixture-part1 1.0, which is not installed',
    );
  });

  it('says what it is for when it is not understood', async () => {
    const home = await makeHome(folder);
    const files =
      'files:\n  fixture.libs/libneeded.so.1\n  fixture/_big.abi3.so\n  fixture/_small.abi3.so\n';
    for (const [args, wrong] of [
      [[], 'a command is missing\n'],
      [['bogus'], 'no such command: bogus\n'],
      [['clear', '--everything'], 'clear does not take --everything\n'],
      [['path', 'nothing.so'], `no such file: nothing.so\n${files}`],
      [['path'], `path takes the name of one file\n${files}`],
      [['path', 'one', 'two'], `path takes the name of one file\n${files}`],
    ] as const) {
      const { exitCode, stdout, stderr } = await command(fixture.site, home, ...args);
      expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
      expect(stderr).toContain('usage: python -m fixture_cache show');
      expect(stderr.endsWith(`\npython -m fixture_cache: ${wrong}`)).toBe(true);
    }
  });

  it('is not run by python -m with a module that it joins, as no extension module is', async () => {
    const HOME = await makeHome(folder);
    const args = ['-m', 'fixture._big'];
    const { exitCode, stdout, stderr } = await run(fixture.site, '', { env: { HOME }, args });
    expect({ exitCode, stdout, stderr }).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: '/usr/bin/python3: No code object available for fixture._big\n',
    });
  });

  it('helps whoever asks for help, whatever else is said', async () => {
    const home = await makeHome(folder);
    const commands = ['show', 'prepare', 'verify', 'clear', 'path'].map((name) => [name, '--help']);
    for (const args of [['--help'], ['-h'], ['help'], ['clear', '--all', '-h'], ...commands]) {
      const { exitCode, stdout, stderr } = await command(fixture.site, home, ...args);
      expect({ args, exitCode, stderr }).toEqual({ args, exitCode: 0, stderr: '' });
      expect(stdout).toMatch(/^usage: python -m fixture_cache show .*fixture\/_big\.abi3\.so$/ms);
    }
    expect(await filesUnder(home)).toEqual([]);
  });

  it('leaves in every entry how it is removed, with the package and without it', async () => {
    const home = await makeHome(folder);
    const { stdout } = await command(fixture.site, home, 'prepare');
    const text = await readFile(join(stdout.trim(), 'README.txt'), 'utf8');
    expect(text).toContain('of the Python package fixture that come in parts');
    const [, said = ''] = /^ {4}python (.*)$/m.exec(text) ?? [];
    const cleared = await run(fixture.site, '', {
      ...APART,
      env: { HOME: home },
      args: said.split(' '),
    });
    expect(cleared).toMatchObject({ exitCode: 0, stdout: `removed ${stdout}` });
    await command(fixture.site, home, 'prepare');
    // As said there for when the package is gone.
    await rm(stdout.trim(), { recursive: true });
    const again = await run(fixture.site, USE, { env: { HOME: home } });
    expect({ ...again, stdout: again.stdout.trim() }).toMatchObject({
      stdout: fixture.answers,
      stderr: '',
    });
  });

  it('fails when the place that was named cannot be filled, and fills no other', async () => {
    const HOME = await makeHome(folder);
    const args = ['-m', 'fixture_cache', 'prepare'];
    for (const [variable, value, why] of [
      ['WHEELWORKS_CACHE', '/proc/nowhere', 'No such file or directory'],
      ['FIXTURE_CACHE', 'below/here', 'FIXTURE_CACHE has to name an absolute path'],
    ] as const) {
      const env = { HOME, TMPDIR: HOME, [variable]: value };
      const { exitCode, stdout, stderr } = await run(fixture.site, '', { env, args });
      expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
      expect(stderr).toContain(`nothing was joined where ${variable}=${value} says:\n  ${value}: `);
      expect(stderr).toContain(why);
    }
    expect(await filesUnder(HOME)).toEqual([]);
    const two = { HOME, FIXTURE_CACHE: '/proc/nowhere', WHEELWORKS_CACHE: join(HOME, 'named') };
    const { exitCode, stdout, stderr } = await run(fixture.site, '', { env: two, args });
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    expect(stdout).toContain(join(HOME, 'named', 'fixture'));
    expect(stderr).toContain('passed over /proc/nowhere: ');
  });

  it('gives its files the same modes under every umask', async () => {
    const modes = `import os, runpy, sys
os.umask(int(sys.argv.pop(1), 8))
try:
    runpy.run_module("fixture_cache", run_name="__main__")
except SystemExit as exit:
    assert not exit.code
top = os.environ.get("WHEELWORKS_CACHE") or os.path.join(os.environ["HOME"], ".cache")
for folder, _, names in os.walk(top):
    print("folder %o" % (os.stat(folder).st_mode & 0o7777))
    for name in set(names) - {"joining", "used"}:
        print("file %o" % (os.stat(os.path.join(folder, name)).st_mode & 0o7777))`;
    for (const umask of ['0', '77']) {
      const HOME = await makeHome(folder);
      const found = async (env: Record<string, string>): Promise<readonly string[]> => {
        const args = ['-W', 'ignore', '-c', modes, umask, 'prepare'];
        const { stdout, stderr } = await run(fixture.site, '', { env: { HOME, ...env }, args });
        expect(stderr).toBe('');
        return [...new Set(stdout.trim().split('\n').slice(1))].toSorted();
      };
      expect(await found({ WHEELWORKS_CACHE: join(HOME, 'named') })).toEqual([
        'file 644',
        'folder 755',
      ]);
      expect(await found({})).toEqual(['file 644', 'folder 700', 'folder 755']);
    }
  });

  it('tells why it cannot prepare', async () => {
    const { site } = await copyFixture(fixture, join(folder, 'incomplete'));
    await rm(join(site, 'fixture_part1'), { recursive: true });
    const { exitCode, stderr } = await command(site, await makeHome(folder), 'prepare');
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr:
        'fixture needs fixture-part1 1.0, which is not installed. This mends it: python -m pip install fixture-part1==1.0\n',
    });
  });
});
