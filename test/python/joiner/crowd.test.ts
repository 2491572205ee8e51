/**
 * Many processes at once, and processes that end at any moment. `WHEELWORKS_JOINER_ROUNDS` and `WHEELWORKS_JOINER_KILLS`
 * ask for more than a test run has time for.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  filesUnder,
  hasCompiler,
  makeFixture,
  makeHome,
  openFolder,
  PEAK,
  run,
  USE,
  type Fixture,
} from './fixture.ts';

const PROCESSES = 64;
const ROUNDS = Number(process.env['WHEELWORKS_JOINER_ROUNDS'] ?? 2);
const KILLS = Number(process.env['WHEELWORKS_JOINER_KILLS'] ?? 20);
const PATIENCE = { timeout: 60_000 + 60_000 * ROUNDS + 15_000 * KILLS };

// Each test starts many Pythons, which takes a loaded machine long.
vi.setConfig({ testTimeout: 120_000 });

let folder: string;
let fixture: Fixture;

beforeAll(async () => {
  if (!hasCompiler) return;
  folder = await openFolder();
  fixture = await makeFixture(join(folder, 'site'), { megabytes: 32 });
});

afterAll(async () => {
  if (hasCompiler) await rm(folder, { recursive: true, force: true });
});

const USE_LITTLE = `${USE}
${PEAK}
assert peak < 50_000, peak`;

/** One valid library lies there, and nothing that a joiner has not finished. */
async function expectOneValid(home: string): Promise<void> {
  const names = (await filesUnder(home))
    .map((path) => path.slice(path.lastIndexOf('/') + 1))
    .sort();
  const joined = ['_big.abi3.so', '_small.abi3.so', 'libneeded.so.1'];
  expect(names).toEqual(['README.txt', 'joining', 'stamp', 'used', ...joined].sort());
  const verify = { env: { HOME: home }, args: ['-m', 'fixture_cache', 'verify'] };
  expect((await run(fixture.site, '', verify)).exitCode).toBe(0);
}

/** Waits until a process has begun a temporary file, or has ended. */
async function whenJoining(home: string, child: ChildProcess): Promise<void> {
  while (child.exitCode === null && child.signalCode === null) {
    if ((await filesUnder(home)).some((path) => path.includes('tmp-'))) return;
    await sleep(5);
  }
}

describe.skipIf(!hasCompiler)('the joiner in a crowd (needs Linux and cc)', () => {
  it(
    `serves ${PROCESSES} processes from a cold cache at once, ${ROUNDS} rounds`,
    PATIENCE,
    async () => {
      let served = 0;
      for (let round = 0; round < ROUNDS; round += 1) {
        const home = await makeHome(folder);
        const conditions = { env: { HOME: home }, timeoutMs: 120_000 };
        const all = Array.from({ length: PROCESSES }, () =>
          run(fixture.site, USE_LITTLE, conditions),
        );
        for (const { stdout, stderr } of await Promise.all(all)) {
          expect({ stdout: stdout.trim(), stderr }).toEqual({
            stdout: fixture.answers,
            stderr: '',
          });
          served += 1;
        }
        await expectOneValid(home);
        await rm(home, { recursive: true });
      }
      expect(served).toBe(PROCESSES * ROUNDS);
    },
  );

  it(`recovers from ${KILLS} kills at random moments`, PATIENCE, async () => {
    const measured = await makeHome(folder);
    const { seconds } = await run(fixture.site, USE, { env: { HOME: measured } });
    let span = seconds * 1000;
    const counts = { killed: 0, endedFirst: 0, leftFiles: 0, worked: 0 };
    while (counts.killed < KILLS && counts.endedFirst < 5 * KILLS) {
      const home = await makeHome(folder);
      const env = { PATH: process.env['PATH'], HOME: home, PYTHONPATH: fixture.site };
      const started = performance.now();
      const child = spawn('/usr/bin/python3', ['-B', '-c', USE], { env, stdio: 'ignore' });
      const ended = once(child, 'exit');
      // Every other process is at its file when its moment is drawn: whatever the machine's speed, some kills meet one at work.
      if (counts.killed % 2 === 1) await whenJoining(home, child);
      const left = Math.max(0, span - (performance.now() - started));
      await sleep(Math.random() * left);
      child.kill('SIGKILL');
      await ended;
      if (child.signalCode === 'SIGKILL') counts.killed += 1;
      else {
        counts.endedFirst += 1;
        span = Math.min(span, performance.now() - started);
      }
      if ((await filesUnder(home)).some((path) => path.includes('tmp-'))) counts.leftFiles += 1;
      const { stdout, stderr } = await run(fixture.site, USE, { env: { HOME: home } });
      expect({ stdout: stdout.trim(), stderr }).toEqual({ stdout: fixture.answers, stderr: '' });
      await expectOneValid(home);
      counts.worked += 1;
      await rm(home, { recursive: true });
    }
    if (KILLS > 20) console.log(counts);
    expect(counts.killed).toBe(KILLS);
    expect(counts.worked).toBe(counts.killed + counts.endedFirst);
    // Some must have met the joiner at work, or the test shows nothing.
    expect(counts.leftFiles).toBeGreaterThan(0);
  });

  it('stops its threads and removes what it has begun when it is interrupted', async () => {
    const home = await makeHome(folder);
    // A shell starts what runs in the background with SIGINT ignored.
    const program = `import signal\nsignal.signal(signal.SIGINT, signal.default_int_handler)\n${USE}`;
    const env = { PATH: process.env['PATH'], HOME: home, PYTHONPATH: fixture.site };
    const child = spawn('/usr/bin/python3', ['-B', '-c', program], { env, stdio: 'ignore' });
    const ended = once(child, 'exit');
    await whenJoining(home, child);
    child.kill('SIGINT');
    await ended;
    expect((await filesUnder(home)).filter((path) => path.includes('tmp-'))).toEqual([]);
    const { stdout } = await run(fixture.site, USE, { env: { HOME: home } });
    expect(stdout.trim()).toBe(fixture.answers);
    await expectOneValid(home);
  });

  it('lets those who wait join when the joiner is killed', async () => {
    const home = await makeHome(folder);
    const env = { PATH: process.env['PATH'], HOME: home, PYTHONPATH: fixture.site };
    const first = spawn('/usr/bin/python3', ['-B', '-c', USE], { env, stdio: 'ignore' });
    const ended = once(first, 'exit');
    await whenJoining(home, first);
    const waiting = Array.from({ length: 4 }, () =>
      run(fixture.site, USE, { env: { HOME: home } }),
    );
    first.kill('SIGKILL');
    await ended;
    for (const { stdout } of await Promise.all(waiting))
      expect(stdout.trim()).toBe(fixture.answers);
    await expectOneValid(home);
  });
});
