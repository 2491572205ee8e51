/** What an import gets, on every Python of the machine and in every way that a package can be installed. */
import { execFileSync } from 'node:child_process';
import { mkdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { formatPythonVersion, type Interpreter } from '../../../src/python/index.ts';
import {
  copyFixture,
  filesUnder,
  hasCompiler,
  makeFixture,
  makeHome,
  openFolder,
  packFixture,
  PEAK,
  pythons,
  run,
  USE,
  type Conditions,
  type Fixture,
} from './fixture.ts';
import { AGAIN, BY_HAND, MODULE, THREADS } from './programs.ts';

// Each test starts many Pythons, which takes a loaded machine long.
vi.setConfig({ testTimeout: 120_000 });

let folder: string;
let fixture: Fixture;
let interpreters: readonly Interpreter[];

beforeAll(async () => {
  if (!hasCompiler) return;
  folder = await openFolder();
  fixture = await makeFixture(join(folder, 'site'), { megabytes: 24 });
  interpreters = await pythons();
});

afterAll(async () => {
  if (hasCompiler) await rm(folder, { recursive: true, force: true });
});

async function says(program: string, site: string, conditions: Conditions): Promise<string> {
  const { stdout, stderr, exitCode } = await run(site, program, conditions);
  expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
  return stdout.trim();
}

async function entriesOf(home: string): Promise<readonly string[]> {
  const stamps = (await filesUnder(home)).filter((path) => path.endsWith('/stamp'));
  return stamps.map((path) => dirname(path));
}

describe.skipIf(!hasCompiler)('an import of a joined library (needs Linux and cc)', () => {
  it('works on every Python of this machine, cold and warm, from one home', async (context) => {
    if (interpreters.length === 0) context.skip('this machine has no CPython 3.8 or newer');
    const shared = await makeHome(folder);
    for (const { path, version } of interpreters) {
      const own = await makeHome(folder);
      for (const home of [own, own, shared]) {
        const conditions = { python: path, env: { HOME: home } };
        const said = await says(USE, fixture.site, conditions);
        expect({ version: formatPythonVersion(version), said }).toEqual({
          version: formatPythonVersion(version),
          said: fixture.answers,
        });
      }
      await says(MODULE, fixture.site, { python: path, env: { HOME: own } });
    }
    expect(await entriesOf(shared)).toHaveLength(1);
  });

  it('has contents for whoever executes it by hand, and lazily, on every Python', async () => {
    const HOME = await makeHome(folder);
    for (const { path } of interpreters)
      expect(await says(BY_HAND, fixture.site, { python: path, env: { HOME } })).toBe('');
  });

  it('is filled anew for every further import in a process, and in its other interpreters', async () => {
    const HOME = await makeHome(folder);
    for (const { path } of interpreters)
      expect(await says(AGAIN, fixture.site, { python: path, env: { HOME } })).toBe('');
  });

  it('is not found by a Python that it is not for', async () => {
    const { site } = await copyFixture(fixture, join(folder, 'other-python'));
    const built = '_big.cpython-37m-x86_64-linux-gnu.so';
    for (const path of ['fixture/_big.py', 'fixture_cache/_files.py']) {
      const text = await readFile(join(site, path), 'utf8');
      await writeFile(join(site, path), text.replaceAll('_big.abi3.so', built));
    }
    const HOME = await makeHome(folder);
    const program = `import sys
try:
    import fixture._big
except ModuleNotFoundError as error:
    assert error.name == "fixture._big" and "fixture._big" not in sys.modules
    print(error)`;
    for (const { path, version } of interpreters) {
      const said = await says(program, site, { python: path, env: { HOME } });
      const start = `No module named 'fixture._big' for Python ${version.major}.${version.minor}, which loads .`;
      expect(said.startsWith(start) && said.endsWith(` for another Python, with ${built}`)).toBe(
        true,
      );
    }
    expect(await filesUnder(HOME)).toEqual([]);
  });

  it('is one for all threads of a process, on every Python', async () => {
    for (const { path } of interpreters) {
      const home = await makeHome(folder);
      await says(THREADS, fixture.site, { python: path, env: { HOME: home } });
      expect(await entriesOf(home)).toHaveLength(1);
    }
  });

  it('imports nothing that a warm import does not need', async () => {
    const home = await makeHome(folder);
    const env = { HOME: home };
    await says(USE, fixture.site, { env });
    const program = `import sys\nbefore = set(sys.modules)\nimport fixture._big\nprint(*sorted(set(sys.modules) - before))`;
    const loaded = (await says(program, fixture.site, { env })).split(' ');
    const ours = ['', '.entry', '.places', '._files'].map((name) => `fixture_cache${name}`);
    const standard = ['fcntl', 'warnings', '_warnings', 'importlib', 'importlib._bootstrap'];
    const frozen = ['importlib._bootstrap_external', 'importlib.machinery', 'importlib._abc'];
    const known = new Set([...ours, ...standard, ...frozen, 'fixture', 'fixture._big']);
    expect(loaded.filter((name) => !known.has(name))).toEqual([]);
  });

  it('works without threads', async () => {
    const program = `import threading
def refuse(self): raise RuntimeError("can't start new thread")
threading.Thread.start = refuse\n${USE}`;
    expect(await says(program, fixture.site, { env: { HOME: await makeHome(folder) } })).toBe(
      fixture.answers,
    );
  });

  it('works without a home, and does not tell', async () => {
    const cache = join(await makeHome(folder), 'temporary');
    await mkdir(cache);
    const nobody = `import pwd\ndef unknown(*_): raise KeyError\npwd.getpwuid = unknown\n${USE}`;
    expect(await says(nobody, fixture.site, { env: { TMPDIR: cache } })).toBe(fixture.answers);
    await rm(`/var/tmp/wheelworks-${process.getuid?.()}/fixture`, { recursive: true, force: true });
  });

  it('works without importlib.metadata, and without pip having installed anything', async () => {
    const program = `import sys\nsys.modules["importlib.metadata"] = None\n${USE}`;
    expect(await says(program, fixture.site, { env: { HOME: await makeHome(folder) } })).toBe(
      fixture.answers,
    );
  });

  it('finds companions in other folders of the path, and where an importer of its own has them', async () => {
    const { site } = await copyFixture(fixture, join(folder, 'scattered'));
    const [second, third] = [join(folder, 'second'), join(folder, 'third')];
    for (const place of [second, third]) await mkdir(place);
    execFileSync('mv', [join(site, 'fixture_part1'), second]);
    execFileSync('mv', [join(site, 'fixture_part2'), third]);
    const program = `import importlib.machinery, importlib.util, sys
class Finder:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name == "fixture_part2":
            return importlib.util.spec_from_file_location(name, ${JSON.stringify(join(third, 'fixture_part2', '__init__.py'))},
                submodule_search_locations=[${JSON.stringify(join(third, 'fixture_part2'))}])
sys.meta_path.append(Finder)\n${USE}`;
    const env = { HOME: await makeHome(folder), PYTHONPATH: `${site}:${second}` };
    expect(await says(program, site, { env })).toBe(fixture.answers);
  });

  it('works from a zip archive, stored or deflated, in little memory', async () => {
    for (const method of ['ZIP_STORED', 'ZIP_DEFLATED'] as const) {
      const archive = join(folder, `${method}.zip`);
      await packFixture(fixture, archive, method);
      const program = `${USE}
${PEAK}
assert peak < 50_000, peak`;
      expect(await says(program, archive, { env: { HOME: await makeHome(folder) } })).toBe(
        fixture.answers,
      );
    }
  });

  it('is not disturbed by a fork, and the child keeps no lock', async () => {
    const home = await makeHome(folder);
    // The child outlives its parent, which is killed while it joins.
    const program = `import os, signal, threading, time
from fixture_cache import inflate
slow = inflate._Work.write_segment
def slower(self, index, output):
    time.sleep(0.5)
    slow(self, index, output)
inflate._Work.write_segment = slower
thread = threading.Thread(target=lambda: __import__("fixture._big"), daemon=True)
thread.start()
from fixture_cache import lock
while not lock._held: time.sleep(0.01)
time.sleep(0.2)
if os.fork() == 0:
    assert not lock._held
    os.closerange(0, 3)
    time.sleep(20)
    os._exit(0)
os.kill(os.getpid(), signal.SIGKILL)`;
    expect((await run(fixture.site, program, { env: { HOME: home } })).signal).toBe('SIGKILL');
    const program2 = `import time\nstart = time.monotonic()\n${USE}\nassert time.monotonic() - start < 15`;
    expect(await says(program2, fixture.site, { env: { HOME: home } })).toBe(fixture.answers);
    expect((await filesUnder(home)).filter((path) => path.includes('tmp-'))).toEqual([]);
  });

  it('finishes when the process forks while it joins', async () => {
    const program = `import os, threading
thread = threading.Thread(target=lambda: __import__("fixture._big"))
thread.start()
children = []
while thread.is_alive():
    child = os.fork()
    if child == 0: os._exit(0)
    children.append(os.waitpid(child, 0)[1])
thread.join()
assert children and not any(children)\n${USE}`;
    const python = interpreters[0]?.path ?? 'python3';
    expect(
      await says(program, fixture.site, { python, env: { HOME: await makeHome(folder) } }),
    ).toBe(fixture.answers);
  });
});

const NO_FLOCK = `import errno, fcntl
def refuse(*_): raise OSError(errno.ENOLCK, "No locks available")
fcntl.flock = refuse\n`;

describe.skipIf(!hasCompiler)('a file system without flock', () => {
  it('is joined on by one at a time, and cleared of the lock of a process that is gone', async () => {
    const home = await makeHome(folder);
    const use = async (): Promise<string> =>
      says(NO_FLOCK + USE, fixture.site, { env: { HOME: home } });
    expect(await Promise.all(Array.from({ length: 4 }, use))).toEqual(
      Array.from({ length: 4 }, () => fixture.answers),
    );
    const [entry = ''] = await entriesOf(home);
    expect((await filesUnder(home)).filter((path) => path.includes('holder'))).toEqual([]);
    const die = `${NO_FLOCK}from fixture_cache import lock\nlock.attempt(${JSON.stringify(join(entry, 'joining'))})\nimport os\nos._exit(0)`;
    await says(die, fixture.site, { env: { HOME: home } });
    expect((await filesUnder(home)).filter((path) => path.endsWith('holder'))).toHaveLength(1);
    await rm(join(entry, 'stamp'));
    expect(await use()).toBe(fixture.answers);
    expect((await filesUnder(home)).filter((path) => path.includes('holder'))).toEqual([]);
  });

  it('waits for a holder that lives, and takes over one of another machine when it is an hour old', async () => {
    const home = await makeHome(folder);
    await says(NO_FLOCK + USE, fixture.site, { env: { HOME: home } });
    const [entry = ''] = await entriesOf(home);
    await rm(join(entry, 'stamp'));
    const holder = join(entry, 'joining.holder');
    await writeFile(holder, 'elsewhere 1 1');
    const hasty = `${NO_FLOCK}from fixture_cache import join\njoin.PATIENCE = 1\n${USE}assert ${JSON.stringify(home)} not in fixture._big.__file__`;
    const env = { HOME: home, TMPDIR: await makeHome(folder) };
    expect(await says(hasty, fixture.site, { env })).toBe(fixture.answers);
    expect(await readFile(holder, 'utf8')).toBe('elsewhere 1 1');
    const old = new Date(Date.now() - 4_000_000);
    await utimes(holder, old, old);
    expect(await says(NO_FLOCK + USE, fixture.site, { env })).toBe(fixture.answers);
    await rm(`/var/tmp/wheelworks-${process.getuid?.()}/fixture`, { recursive: true, force: true });
  });
});

describe.skipIf(!hasCompiler)('a home with more than one of a distribution', () => {
  it('keeps versions and platforms apart, and evicts by use', async () => {
    const home = await makeHome(folder);
    const env = { HOME: home };
    const others = [];
    for (const seed of [2, 3, 4, 5, 6]) {
      const options = { seed, megabytes: 1, version: `1.${seed}` };
      others.push(await makeFixture(join(folder, `version-${seed}`), options));
    }
    const platform = await makeFixture(join(folder, 'arm'), {
      megabytes: 24,
      platform: 'linux_aarch64',
    });
    for (const { site, answers } of [fixture, platform, fixture])
      expect(await says(USE, site, { env })).toBe(answers);
    const both = await entriesOf(home);
    expect(both.map((path) => path.slice(-5)).sort()).toEqual(
      ['arch64', '_test'].map((end) => end.slice(-5)).sort(),
    );
    // Upgrades and downgrades.
    for (const { site, answers } of [...others.slice(0, 2), fixture, ...others.slice(0, 2)])
      expect(await says(USE, site, { env })).toBe(answers);
    expect(await entriesOf(home)).toHaveLength(4);
    // A fifth: the one used longest ago goes, unless a process has it loaded.
    await age(both, 3);
    const loaded = `${USE}\nimport subprocess, sys, os
def use(site):
    subprocess.run([sys.executable, "-B", "-c", "import fixture._big"], env=dict(os.environ, PYTHONPATH=site), check=True)
use(${JSON.stringify(others[2]?.site)})\nuse(${JSON.stringify(others[3]?.site)})`;
    await says(loaded, fixture.site, { env });
    const left = await entriesOf(home);
    expect(left.filter((path) => both.includes(path)).map((path) => path.slice(-5))).toEqual([
      '_test',
    ]);
    // Not used for two weeks.
    await age(left, 15);
    expect(await says(USE, others[4]?.site ?? '', { env })).toBe(others[4]?.answers);
    expect(await entriesOf(home)).toHaveLength(1);
  });
});

async function age(entries: readonly string[], days: number): Promise<void> {
  const then = new Date(Date.now() - days * 86_400_000);
  for (const entry of entries) await utimes(join(entry, 'used'), then, then);
}
