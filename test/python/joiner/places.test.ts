/** Which places an import may take: none that depends on the folder it runs in, nor a home that nobody has made. */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  canMount,
  filesUnder,
  hasCompiler,
  makeFixture,
  makeHome,
  openFolder,
  run,
  USE,
  type Fixture,
} from './fixture.ts';

// Each test starts many Pythons, which takes a loaded machine long.
vi.setConfig({ testTimeout: 120_000 });

const USER = process.geteuid?.() ?? 0;
let folder: string;
let fixture: Fixture;

beforeAll(async () => {
  if (!hasCompiler) return;
  folder = await openFolder();
  fixture = await makeFixture(join(folder, 'site'), { megabytes: 1 });
});

afterAll(async () => {
  if (hasCompiler) await rm(folder, { recursive: true, force: true });
});

/** The places, and then what was passed over, a line each. */
async function places(env: Readonly<Record<string, string>>, cwd = '/'): Promise<string[]> {
  const program = `from fixture_cache.places import in_order
refused = []
print(*(place.path for place in in_order(refused)), *map(": ".join, refused), sep="\\n")`;
  const { stdout, stderr } = await run(fixture.site, program, { env, cwd });
  expect(stderr).toBe('');
  return stdout.trim().split('\n');
}

const usual = ['/var/tmp', '/tmp', '/usr/tmp']
  .filter((path) => existsSync(path))
  .map((path) => `${path}/wheelworks-${USER}`);

describe.skipIf(!hasCompiler)('the temporary folders (needs Linux and cc)', () => {
  it('are those of the variables and of the system, each once, and no relative one', async () => {
    const HOME = '/';
    const one = await makeHome(folder);
    const home = '~/.cache/wheelworks: this user has no home directory';
    expect(await places({ HOME, TMPDIR: one, TEMP: '/tmp', TMP: 'below' }, folder)).toEqual([
      usual[0],
      `${one}/wheelworks-${USER}`,
      ...usual.slice(1),
      home,
      'below: TMP has to name an absolute path',
    ]);
    const absent = join(folder, 'absent');
    expect(await places({ HOME, TMPDIR: absent, TMP: '.' })).toEqual([
      ...usual,
      home,
      `${absent}: there is no such folder, and TMPDIR names it`,
      '.: TMP has to name an absolute path',
    ]);
    expect(existsSync(absent)).toBe(false);
  });

  it.skipIf(!canMount)(
    'give way to a memory file, not to the folder it runs in, when they are read-only',
    async () => {
      // What is mounted over has the fixture in it.
      const site = '/run/wheelworks-places';
      const cwd = await mkdtemp('/run/wheelworks-runs-');
      const mounts = `mkdir -p ${site}; mount --bind ${fixture.site} ${site}
for place in /var/tmp /tmp /usr/tmp /dev/shm; do [ -d $place ] && mount -t tmpfs -o ro none $place; done`;
      try {
        for (const TMPDIR of ['', '.']) {
          const program = `${USE}\nassert fixture._big.__file__.startswith("/proc/self/fd/"), fixture._big.__file__`;
          const conditions = { env: { HOME: '/', TMPDIR }, mounts, cwd };
          const { stdout, stderr } = await run(site, program, conditions);
          expect({ stdout: stdout.trim(), stderr }).toEqual({
            stdout: fixture.answers,
            stderr: '',
          });
        }
        expect(await readdir(cwd)).toEqual([]);
      } finally {
        for (const path of [cwd, site]) await rm(path, { recursive: true, force: true });
      }
    },
  );
});

describe.skipIf(!hasCompiler)('a home directory that does not exist', () => {
  it('is no place, and is not made', async () => {
    const HOME = join(folder, 'nobody', 'x');
    const env = { HOME, WHEELWORKS_CACHE: '~/cache' };
    expect(await places(env)).toEqual([
      ...usual,
      `~/cache: there is no home directory ${HOME}`,
      `~/.cache/wheelworks: there is no home directory ${HOME}`,
    ]);
    const TMPDIR = await makeHome(folder);
    const conditions = {
      env: { HOME, TMPDIR, WHEELWORKS_CACHE_VERBOSE: '1' },
      ...(canMount ? { mounts: 'mount -t tmpfs none /var/tmp' } : {}),
    };
    const { stdout, stderr } = await run(fixture.site, USE, conditions);
    expect({ stdout: stdout.trim(), stderr }).toEqual({
      stdout: fixture.answers,
      stderr: `fixture_cache: ~/.cache/wheelworks: there is no home directory ${HOME}\n`,
    });
    expect(existsSync(join(folder, 'nobody'))).toBe(false);
  });

  it('is made no less where a variable asks for an absolute folder', async () => {
    const base = await makeHome(folder);
    for (const variable of ['WHEELWORKS_CACHE', 'XDG_CACHE_HOME']) {
      const named = join(base, variable, 'absent', 'too');
      const env = { HOME: join(base, 'nobody'), [variable]: named };
      expect((await run(fixture.site, USE, { env })).stdout.trim()).toBe(fixture.answers);
      expect((await filesUnder(named)).length).toBeGreaterThan(0);
    }
    const HOME = join(base, 'home');
    await mkdir(HOME);
    expect((await run(fixture.site, USE, { env: { HOME } })).stdout.trim()).toBe(fixture.answers);
    expect(await readdir(HOME)).toEqual(['.cache']);
  });
});
