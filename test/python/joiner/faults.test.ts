/** What goes wrong on real machines, each made to happen. None may end in a wrong, half or silent import. */
import { existsSync } from 'node:fs';
import {
  chmod,
  chown,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  canMount,
  copyFixture,
  filesUnder,
  flipBit,
  hasCompiler,
  isRoot,
  makeFixture,
  makeHome,
  openFolder,
  run,
  USE,
  type Conditions,
  type Fixture,
} from './fixture.ts';

const USER = 54_321;
// Each test starts many Pythons, which takes a loaded machine long.
vi.setConfig({ testTimeout: 120_000 });

let folder: string;
let fixture: Fixture;

beforeAll(async () => {
  if (!hasCompiler) return;
  folder = await openFolder();
  fixture = await makeFixture(join(folder, 'site'));
});

afterAll(async () => {
  if (!hasCompiler) return;
  await rm(folder, { recursive: true, force: true });
  await rm(`/var/tmp/wheelworks-${USER}`, { recursive: true, force: true });
});

/** The import works, and says nothing but what the program prints. */
async function expectWorks(site: string, conditions: Conditions): Promise<void> {
  const { stdout, stderr, signal } = await run(site, USE, conditions);
  expect({ stdout: stdout.trim(), stderr, signal }).toEqual({
    stdout: fixture.answers,
    stderr: '',
    signal: null,
  });
}

/** The import fails as an import, with these words in its error, and prints nothing. */
async function expectFails(
  site: string,
  conditions: Conditions,
  ...words: string[]
): Promise<string> {
  const { stdout, stderr, exitCode } = await run(site, USE, conditions);
  expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 1 });
  for (const word of ['ImportError: ', ...words]) expect(stderr).toContain(word);
  return stderr;
}

async function cachedLibrary(home: string): Promise<string> {
  const [library, ...others] = (await filesUnder(home)).filter((path) =>
    path.endsWith('_big.abi3.so'),
  );
  expect(others).toEqual([]);
  if (library === undefined) throw new Error('nothing was joined');
  return library;
}

describe.skipIf(!hasCompiler)('the joiner, when a part is wrong (needs Linux and cc)', () => {
  const part = (site: string): string => join(site, 'fixture_part1', 'chunk-1.wwpart');

  it('names a truncated part and the command that mends it', async () => {
    const { site } = await copyFixture(fixture, join(folder, 'truncated'));
    await truncate(part(site), 1_000_000);
    const home = await makeHome(folder);
    const mend = 'python -m pip install --force-reinstall --no-deps fixture-part1==1.0';
    await expectFails(
      site,
      { env: { HOME: home } },
      'chunk-1.wwpart of fixture-part1 is damaged',
      '1000000 bytes',
      mend,
    );
  });

  it('names a part with a flipped bit, wherever it is, and leaves nothing behind', async () => {
    const home = await makeHome(folder);
    for (const position of [0, 20, 40, 64, 2_345_678]) {
      const { site } = await copyFixture(fixture, join(folder, `flipped-${position}`));
      await flipBit(part(site), position);
      await expectFails(
        site,
        { env: { HOME: home } },
        'chunk-1.wwpart of fixture-part1',
        'mends it',
      );
    }
    expect((await filesUnder(home)).filter((path) => /tmp-|_big/.test(path))).toEqual([]);
  });

  it('names windows that are not what they were', async () => {
    const { site } = await copyFixture(fixture, join(folder, 'windows'));
    await writeFile(join(site, 'fixture_cache', 'windows-0.bin'), Buffer.alloc(1 << 18));
    const home = await makeHome(folder);
    await expectFails(site, { env: { HOME: home } }, 'windows-0.bin of fixture is damaged');
  });

  it('names a missing companion, and needs none once it has joined', async () => {
    const { site } = await copyFixture(fixture, join(folder, 'missing'));
    const home = await makeHome(folder);
    await expectWorks(site, { env: { HOME: home } });
    await rename(join(site, 'fixture_part2'), join(folder, 'away'));
    await expectWorks(site, { env: { HOME: home } });
    const cold = { env: { HOME: await makeHome(folder) } };
    await expectFails(
      site,
      cold,
      'fixture needs fixture-part2 1.0, which is not installed',
      'pip install fixture-part2==1.0',
    );
  });

  it('names a companion of another version', async () => {
    const { site } = await copyFixture(fixture, join(folder, 'other-version'));
    const home = await makeHome(folder);
    const start = join(site, 'fixture_part1', '__init__.py');
    await writeFile(start, (await readFile(start, 'utf8')).replace('1.0', '1.1'));
    await expectFails(
      site,
      { env: { HOME: home } },
      'fixture 1.0 needs fixture-part1 1.0, and 1.1 is installed',
    );
  });

  it('names whole files that are missing or changed', async () => {
    const { site } = await copyFixture(fixture, join(folder, 'whole-files'));
    const home = await makeHome(folder);
    const needed = join(site, 'fixture.libs', 'libneeded.so.1');
    await flipBit(needed, 5000);
    await expectFails(
      site,
      { env: { HOME: home } },
      'fixture.libs/libneeded.so.1 of fixture is damaged',
    );
    await rm(needed);
    await expectFails(site, { env: { HOME: home } }, 'fixture.libs/libneeded.so.1 is missing');
  });
});

describe.skipIf(!hasCompiler)('the joiner, when the cache is wrong', () => {
  it('mends a truncated library before it is loaded', async () => {
    const home = await makeHome(folder);
    await expectWorks(fixture.site, { env: { HOME: home } });
    await truncate(await cachedLibrary(home), 5_000_000);
    await expectWorks(fixture.site, { env: { HOME: home } });
  });

  it('mends a library with a flipped bit', async () => {
    const home = await makeHome(folder);
    const conditions = { env: { HOME: home } };
    await expectWorks(fixture.site, conditions);
    await flipBit(await cachedLibrary(home), 20_000_000);
    await expectWorks(fixture.site, conditions);
    const { exitCode } = await run(fixture.site, '', {
      ...conditions,
      args: ['-m', 'fixture_cache', 'verify'],
    });
    expect(exitCode).toBe(0);
  });

  it('mends a flipped bit under unchanged times when it verifies always', async () => {
    const home = await makeHome(folder);
    await expectWorks(fixture.site, { env: { HOME: home } });
    const library = await cachedLibrary(home);
    await flipBit(library, 20_000_000);
    // A stamp of the damaged file, as if the disk had changed it behind the file system's back.
    const forge = `from fixture_cache import entry, join\nfrom fixture_cache._files import GROUPS
join._stamp(${JSON.stringify(dirname(dirname(library)))}, next(iter(GROUPS)))`;
    expect((await run(fixture.site, forge)).stderr).toBe('');
    const verify = { args: ['-m', 'fixture_cache', 'verify'], env: { HOME: home } };
    expect((await run(fixture.site, '', verify)).exitCode).toBe(1);
    await expectWorks(fixture.site, { env: { HOME: home, WHEELWORKS_CACHE_VERIFY: 'full' } });
    expect((await run(fixture.site, '', verify)).exitCode).toBe(0);
  });

  it('trusts a moved cache after it has hashed it, and hashes it once', async () => {
    const home = await makeHome(folder);
    await expectWorks(fixture.site, { env: { HOME: home } });
    const library = await cachedLibrary(home);
    await chmod(library, 0o600);
    await expectWorks(fixture.site, { env: { HOME: home } });
    const stamp = await readFile(join(dirname(dirname(library)), 'stamp'), 'utf8');
    await expectWorks(fixture.site, { env: { HOME: home } });
    expect(await readFile(join(dirname(dirname(library)), 'stamp'), 'utf8')).toBe(stamp);
  });

  it('removes folders that lie in the place of its files, and files in that of its folders', async () => {
    const home = await makeHome(folder);
    await expectWorks(fixture.site, { env: { HOME: home } });
    const library = await cachedLibrary(home);
    const entry = dirname(dirname(library));
    const elsewhere = join(home, 'elsewhere');
    await mkdir(elsewhere);
    await writeFile(join(elsewhere, 'kept'), '');
    const stays = async (): Promise<void> => {
      await expectWorks(fixture.site, { env: { HOME: home } });
      expect(await cachedLibrary(home)).toBe(library);
      expect((await filesUnder(entry)).filter((path) => path.includes('tmp-'))).toEqual([]);
    };
    for (const path of [library, join(entry, 'stamp'), join(entry, 'used')]) {
      await rm(path);
      await mkdir(join(path, 'inside'), { recursive: true });
      await symlink(elsewhere, join(path, 'inside', 'link'));
      // Without it the stamp alone would be looked at.
      if (path.endsWith('used')) await rm(join(entry, 'stamp'));
      await stays();
    }
    await rm(dirname(library), { recursive: true });
    await writeFile(dirname(library), 'a file');
    await stays();
    await rm(dirname(library), { recursive: true });
    await symlink(elsewhere, dirname(library));
    await stays();
    expect(await filesUnder(elsewhere)).toEqual([join(elsewhere, 'kept')]);
  });

  it('names what is in the way of its lock, and joins elsewhere', async () => {
    const home = await makeHome(folder);
    await expectWorks(fixture.site, { env: { HOME: home } });
    const entry = dirname(dirname(await cachedLibrary(home)));
    for (const name of ['stamp', 'joining', 'fixture/_big.abi3.so']) await rm(join(entry, name));
    await mkdir(join(entry, 'joining'));
    const env = { HOME: home, TMPDIR: home, WHEELWORKS_CACHE_VERBOSE: '1' };
    const { stdout, stderr } = await run(fixture.site, USE, { env });
    expect(stdout.trim()).toBe(fixture.answers);
    expect(stderr).toContain(`Is a directory: ${join(entry, 'joining')}`);
    await rm(`/var/tmp/wheelworks-${process.getuid?.()}/fixture`, { recursive: true, force: true });
  });

  it('takes no place that depends on the folder it runs in, nor one below the root', async () => {
    const home = await makeHome(folder);
    const work = await makeHome(folder);
    const env = { HOME: home, WHEELWORKS_CACHE: 'here/cache', WHEELWORKS_CACHE_VERBOSE: '1' };
    const program = `import os\nos.chdir(${JSON.stringify(work)})\n${USE}\nassert fixture._big.__file__.startswith(os.environ["HOME"])`;
    const { stdout, stderr } = await run(fixture.site, program, { env });
    expect({ stdout: stdout.trim(), stderr }).toEqual({
      stdout: fixture.answers,
      stderr: 'fixture_cache: here/cache: WHEELWORKS_CACHE has to name an absolute path\n',
    });
    expect(await filesUnder(work)).toEqual([]);
    const places = `import pwd\nfrom fixture_cache.places import in_order
class Nobody: pw_dir = ""
pwd.getpwuid = lambda number: Nobody
print(*(place.path for place in in_order([])), sep="\\n")`;
    for (const HOME of ['', '/', '//', 'relative']) {
      const found = await run(fixture.site, places, { env: { HOME, WHEELWORKS_CACHE: '~/cache' } });
      expect(found.stderr).toBe('');
      for (const path of found.stdout.trim().split('\n'))
        expect(path).toMatch(/^\/(?:var\/)?tmp\/wheelworks-/);
    }
    const tilde = { env: { HOME: home, WHEELWORKS_CACHE: '~/cache' } };
    expect((await run(fixture.site, places, tilde)).stdout).toContain(`${home}/cache\n`);
  });

  it('says that memory is wanting, and looks for it in no other place', async () => {
    const uses = async (HOME: string, program: string, ...words: string[]): Promise<void> => {
      const other = await makeHome(folder);
      const env = { HOME, TMPDIR: other, WHEELWORKS_CACHE: '', WHEELWORKS_CACHE_VERBOSE: '1' };
      const conditions = { env, args: ['-c', program] };
      const { stdout, stderr, exitCode } = await run(fixture.site, '', conditions);
      expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 1 });
      for (const word of ['ImportError: too little memory, or address space', ...words])
        expect(stderr).toContain(word);
      // In other places it may look for what was joined before.
      expect(stderr).not.toMatch(/^fixture_cache: .*(?<!nothing is joined there)$/m);
      expect(await filesUnder(other)).toEqual([]);
    };
    const home = await makeHome(folder);
    const limit = 'import resource\nresource.setrlimit(resource.RLIMIT_AS, (60000 << 10,) * 2)\n';
    await uses(home, `${limit}import fixture._big`, 'its libraries have 33');
    await cachedLibrary(home);
    for (const error of ['MemoryError', 'OSError(errno.ENOMEM, "")']) {
      const cold = await makeHome(folder);
      const fails = `import errno\nfrom fixture_cache import join\ndef fail(*_): raise ${error}\njoin.fill = fail\n`;
      await uses(cold, `${fails}import fixture._big`, 'to join the libraries of fixture');
      expect(await readdir(cold)).toEqual([]);
    }
  });

  it('takes nothing that others can change', async () => {
    const home = await makeHome(folder);
    const open = join(home, 'open');
    await mkdir(open);
    await chmod(open, 0o777);
    const env = {
      HOME: home,
      WHEELWORKS_CACHE: join(open, 'cache'),
      WHEELWORKS_CACHE_VERBOSE: '1',
    };
    const { stdout, stderr } = await run(fixture.site, USE, { env });
    expect(stdout.trim()).toBe(fixture.answers);
    expect(stderr).toContain('can be changed by other users (mode 777)');
    expect(existsSync(join(open, 'cache'))).toBe(false);
  });
});

describe.skipIf(!hasCompiler || !isRoot)('the joiner, with other users about (needs root)', () => {
  it('refuses a cache behind a link of another user, and one that another user owns', async () => {
    const home = await makeHome(folder);
    const mine = join(home, 'mine');
    await mkdir(mine);
    const link = join(home, 'link');
    await symlink(mine, link);
    const uses = async (): Promise<string> => {
      const env = { HOME: home, FIXTURE_CACHE: link, WHEELWORKS_CACHE_VERBOSE: '1' };
      const { stdout, stderr } = await run(fixture.site, USE, { env });
      expect(stdout.trim()).toBe(fixture.answers);
      return stderr;
    };
    await runAs('chown', ['-h', String(USER), link]);
    expect(await uses()).toContain(`${link} belongs to another user (uid ${USER})`);
    expect(existsSync(join(mine, 'fixture'))).toBe(false);
    await runAs('chown', ['-h', '0', link]);
    await chown(mine, USER, USER);
    expect(await uses()).toContain(`${mine} belongs to another user (uid ${USER})`);
    await chown(mine, 0, 0);
    expect(await uses()).toBe('');
    expect(existsSync(join(mine, 'fixture'))).toBe(true);
  });

  it('writes nothing into the home of a user as root', async () => {
    const home = await makeHome(folder, USER);
    const mounts = 'mount -t tmpfs none /var/tmp';
    if (canMount) await expectWorks(fixture.site, { env: { HOME: home }, mounts });
    expect(await filesUnder(home)).toEqual([]);
  });

  it('joins elsewhere when the home cannot be written', async () => {
    const home = await makeHome(folder);
    await expectWorks(fixture.site, { env: { HOME: home }, user: USER });
    expect((await filesUnder(`/var/tmp/wheelworks-${USER}`)).length).toBeGreaterThan(0);
    expect(await filesUnder(home)).toEqual([]);
  });

  it('reads what root has prepared for everybody', async () => {
    const shared = join(await makeHome(folder), 'shared');
    const env = { HOME: '/nonexistent', WHEELWORKS_CACHE: shared };
    expect(
      (await run(fixture.site, '', { env, args: ['-m', 'fixture_cache', 'prepare'] })).stderr,
    ).toBe('');
    const before = await filesUnder(shared);
    await expectWorks(fixture.site, { env, user: USER });
    expect(await filesUnder(shared)).toEqual(before);
    const where = {
      env,
      user: USER,
      args: ['-m', 'fixture_cache', 'path', 'fixture/_big.abi3.so'],
    };
    expect((await run(fixture.site, '', where)).stdout).toContain(shared);
  });
});

describe.skipIf(!hasCompiler || !canMount)(
  'the joiner, on other file systems (needs mount)',
  () => {
    it('joins elsewhere when the disk is full, and leaves nothing there', async () => {
      const home = await makeHome(folder);
      const mounts = `mount -t tmpfs -o size=20m none ${home}; mount -t tmpfs none /var/tmp`;
      const program = `${USE}\nimport os\nassert not os.listdir(os.environ["HOME"])`;
      const { stdout, stderr } = await run(fixture.site, program, { env: { HOME: home }, mounts });
      expect({ stdout: stdout.trim(), stderr }).toEqual({ stdout: fixture.answers, stderr: '' });
    });

    it('removes what it has begun when the disk fills up meanwhile', async () => {
      const home = await makeHome(folder);
      const mounts = `mount -t tmpfs -o size=20m none ${home}; mount -t tmpfs none /var/tmp`;
      const lie = `from fixture_cache import evict\nevict._free = lambda folder: 1 << 40\nimport os\n${USE}
assert not os.listdir(os.environ["HOME"])`;
      const env = { HOME: home, WHEELWORKS_CACHE_VERBOSE: '1' };
      const { stdout, stderr } = await run(fixture.site, lie, { env, mounts });
      expect(stdout.trim()).toBe(fixture.answers);
      expect(stderr).toContain('the disk is full');
    });

    it('makes room by removing its own old entries', async () => {
      const other = await makeFixture(join(folder, 'older'), {
        version: '0.9',
        seed: 7,
        megabytes: 16,
      });
      const home = await makeHome(folder);
      const use = join(folder, 'older');
      const mounts = `mount -t tmpfs -o size=40m none ${home}
HOME=${home} PYTHONPATH=${use} /usr/bin/python3 -B -c 'import fixture._big'
test "$(find ${home} -name _big.abi3.so | wc -l)" = 1`;
      const program = `${USE}\nassert ${JSON.stringify(home)} in fixture._big.__file__`;
      expect(other.answers).not.toBe(fixture.answers);
      const { stdout, stderr } = await run(fixture.site, program, { env: { HOME: home }, mounts });
      expect({ stdout: stdout.trim(), stderr }).toEqual({ stdout: fixture.answers, stderr: '' });
    });

    it('does not trust a disk that gives back other bytes than were written', async () => {
      const home = await makeHome(folder);
      const program = `from fixture_cache import inflate
true = inflate._Work.write_segment
def garbled(self, index, output):
    true(self, index, output)
    if index == 3:
        output.seek(self.segments[index][1])
        output.write(b"garbled")
inflate._Work.write_segment = garbled\n${USE}`;
      const { stdout, stderr, exitCode } = await run(fixture.site, program, {
        env: { HOME: home, TMPDIR: home },
        mounts: 'mount -t tmpfs none /var/tmp',
      });
      expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 1 });
      expect(stderr).toContain(
        'what was read back is not what was written, though every part is whole',
      );
      expect((await filesUnder(home)).filter((path) => /tmp-|_big/.test(path))).toEqual([]);
    });

    it('says of what cannot be removed why it stays', async () => {
      const home = await makeHome(folder);
      await expectWorks(fixture.site, { env: { HOME: home } });
      const mounts = `mount --bind ${home} ${home}; mount -o remount,bind,ro ${home}; mount -t tmpfs none /var/tmp`;
      const args = ['-m', 'fixture_cache', 'clear', '--all'];
      const env = { HOME: home, TMPDIR: '/var/tmp' };
      const { stdout, exitCode } = await run(fixture.site, '', { env, mounts, args });
      expect(exitCode).toBe(1);
      expect(stdout).toMatch(/^left \/\S+-linux_test: Read-only file system: \/\S+\/joining$/m);
    });

    it('skips what is mounted noexec', async () => {
      const home = await makeHome(folder);
      const mounts = `mount -t tmpfs -o noexec none ${home}; mount -t tmpfs none /var/tmp`;
      const program = `${USE}\nassert fixture._big.__file__.startswith("/var/tmp/wheelworks-0/")`;
      const env = { HOME: home, WHEELWORKS_CACHE_VERBOSE: '1' };
      const { stdout, stderr } = await run(fixture.site, program, { env, mounts });
      expect(stdout.trim()).toBe(fixture.answers);
      expect(stderr).toContain('mounted noexec');
    });

    it('skips a place whose mount flags do not tell that it is noexec', async () => {
      const home = await makeHome(folder);
      const mounts = `mount -t tmpfs -o noexec none ${home}; mount -t tmpfs none /var/tmp`;
      const program = `import os\ndel os.ST_NOEXEC\n${USE}\nassert fixture._big.__file__.startswith("/var/tmp/")`;
      const { stdout, stderr } = await run(fixture.site, program, { env: { HOME: home }, mounts });
      expect({ stdout: stdout.trim(), stderr }).toEqual({ stdout: fixture.answers, stderr: '' });
    });

    const nowhere = `for place in /var/tmp /tmp /dev/shm; do [ -d $place ] && mount -t tmpfs -o ro none $place; done`;
    /** The package, where /tmp is mounted over. */
    const carried = (): string =>
      `mkdir -p /run/wheelworks-joiner; mount --bind ${fixture.site} /run/wheelworks-joiner; ${nowhere}`;

    it('joins into anonymous memory files when there is no place at all', async () => {
      const program = `${USE}\nassert fixture._big.__file__.startswith("/proc/self/fd/"), fixture._big.__file__
import fixture_cache
with open(fixture_cache.path("fixture/_big.abi3.so"), "rb") as file:
    assert file.read(4) == b"\\x7fELF"`;
      const conditions = { env: { HOME: '/proc/nowhere' }, mounts: carried(), user: USER };
      const { stdout, stderr } = await run('/run/wheelworks-joiner', program, conditions);
      expect({ stdout: stdout.trim(), stderr }).toEqual({ stdout: fixture.answers, stderr: '' });
    });

    it('says of every place what is wrong when there are no memory files either', async () => {
      const conditions = {
        env: { HOME: '/proc/nowhere', WHEELWORKS_CACHE: '/sys/kernel/x' },
        mounts: carried(),
        user: USER,
      };
      const program = `import os\ndel os.memfd_create\n${USE}`;
      const { stdout, stderr, exitCode } = await run('/run/wheelworks-joiner', program, conditions);
      expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 1 });
      expect(stderr).toContain('ImportError: fixture/_big.abi3.so of fixture 1.0 comes in parts');
      expect(stderr).toMatch(/a folder with 33\d{6} bytes free/);
      expect(stderr).toContain('wheelworks: there is no home directory /proc/nowhere\n');
      for (const place of ['/sys/kernel/x', '~/.cache/wheelworks', `/var/tmp/wheelworks-${USER}`])
        expect(stderr).toMatch(new RegExp(`^  ${place}: .+`, 'm'));
    });
  },
);

async function runAs(command: string, args: readonly string[]): Promise<void> {
  const { execFileSync } = await import('node:child_process');
  execFileSync(command, args);
}
