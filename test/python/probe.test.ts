import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { WheelworksError } from '../../src/support/errors.ts';
import { runProcess } from '../../src/support/process.ts';
import {
  findInterpreters,
  probeInterpreter,
  type ProbeOptions,
  type RunProgram,
} from '../../src/python/index.ts';
import { endedAtWork } from '../support/processes.ts';
import { answering, facts, fakePython, machineIn, script, temporaryFolder } from './fakes.ts';

/** Probes a shell script; gives the error's code and evidence, or the facts. */
async function probe(body: string, options: ProbeOptions = {}) {
  const folder = await temporaryFolder();
  const path = await script(join(folder, 'python'), body);
  const host = machineIn(folder, {
    env: { PATH: '/usr/bin:/bin', PYTHONPATH: '/evil', KEPT: 'yes' },
  });
  try {
    return await probeInterpreter(path, host, options);
  } catch (error) {
    if (!(error instanceof WheelworksError)) throw error;
    return { code: error.code, evidence: error.evidence };
  }
}

describe('probeInterpreter', () => {
  it('reads the answer, whatever is written before it', async () => {
    const noise = 'echo "<wheelworks-probe> {} from sitecustomize"; echo warning >&2';
    expect(await probe(`${noise}\n${answering(facts())}`)).toEqual(facts());
  });

  it('takes the answer of an interpreter that crashes on its way out', async () => {
    expect(await probe(`${answering(facts())}\nkill -SEGV $$`)).toEqual(facts());
  });

  it('tells how an interpreter crashed', async () => {
    expect(await probe('echo "libpython3.12.so.1.0: cannot open" >&2; exit 127')).toEqual({
      code: 'python/crashed',
      evidence: 'libpython3.12.so.1.0: cannot open',
    });
    expect(await probe('kill -SEGV $$')).toMatchObject({ code: 'python/crashed' });
  });

  it('ends one that hangs, and what it started', async () => {
    const file = join(await temporaryFolder(), 'at-work');
    const ended = await endedAtWork(
      200,
      () => existsSync(file),
      (timeoutMs) => probe(`echo thinking; : >'${file}'; sleep 600 & wait`, { timeoutMs }),
    );
    expect(ended).toEqual({ code: 'python/timed-out', evidence: 'thinking' });
  });

  it('ends one that never stops writing, in bounded memory', async () => {
    const before = process.memoryUsage.rss();
    expect(
      await probe('yes "$(head -c 4000 /dev/zero | tr "\\0" x)"', { timeoutMs: 20_000 }),
    ).toMatchObject({
      code: 'python/unreadable-answer',
      evidence: expect.stringContaining('again and again'),
    });
    expect(process.memoryUsage.rss() - before).toBeLessThan(100 << 20);
  });

  it.each([
    ['another program', 'echo "hello"', 'hello'],
    ['one that says nothing', 'true', ''],
    ['one that answers no JSON', 'echo "<wheelworks-probe>{</wheelworks-probe>"', undefined],
    [
      'one that leaves a field out',
      answering({ ...facts(), headers: undefined }),
      'headers is not an object',
    ],
    [
      'one that answers nonsense',
      answering({ ...facts(), pointerBits: '64' }),
      'pointerBits is not 32 or 64',
    ],
    ['one that answers a list', answering([facts()]), 'the document is not an object'],
  ])('does not believe %s', async (_, body, evidence) => {
    expect(await probe(body)).toMatchObject({
      code: 'python/unreadable-answer',
      ...(evidence === undefined ? {} : { evidence }),
    });
  });

  it('tells when the loader or #! program is missing', async () => {
    const folder = await temporaryFolder();
    const path = await script(join(folder, 'python'), '');
    await writeFile(path, '#!/no/such/loader\n');
    await expect(probeInterpreter(path, machineIn(folder))).rejects.toMatchObject({
      code: 'python/cannot-start',
      path,
    });
  });

  it('takes Python variables out of the environment and leaves the others', async () => {
    const body = `test -z "$PYTHONPATH" && test "$KEPT" = yes || exit 3\n${answering(facts())}`;
    expect(await probe(body)).toEqual(facts());
  });

  it('stops when cancelled', async () => {
    const folder = await temporaryFolder();
    const path = await script(join(folder, 'python'), 'sleep 600');
    const host = machineIn(folder, { env: { PATH: '/usr/bin:/bin' } });
    await expect(
      findInterpreters({ ...host, explicit: [path], signal: AbortSignal.timeout(100) }),
    ).rejects.toMatchObject({ code: 'process/cancelled' });
  });
});

describe('findInterpreters', () => {
  it('reports broken interpreters beside the good ones', async () => {
    const folder = await temporaryFolder();
    const good = await fakePython(join(folder, 'good/bin/python'), { prefix: '/good' });
    const bad = await script(join(folder, 'bad/bin/python'), 'exit 1');
    const slow = await script(join(folder, 'slow/bin/python'), 'sleep 600');
    const host = machineIn(folder, { env: { PATH: '/usr/bin:/bin' } });
    // Each is given the limit, but it ends the slow one alone: the others may take as long on a loaded machine.
    const limits: (number | undefined)[] = [];
    const run: RunProgram = async (command, args, options) => {
      const { timeoutMs, ...unlimited } = options;
      limits.push(timeoutMs);
      return runProcess(command, args, command === slow ? options : unlimited);
    };
    const found = await findInterpreters({
      ...host,
      explicit: ['bad', 'good', 'slow'],
      timeoutMs: 500,
      run,
    });
    expect(limits).toEqual([500, 500, 500]);
    expect(found.interpreters.map(({ path }) => path)).toEqual([good]);
    expect(found.broken).toMatchObject([
      { path: bad, givenAs: ['bad'], problem: { code: 'python/crashed', path: bad } },
      { path: slow, givenAs: ['slow'], problem: { code: 'python/timed-out', path: slow } },
    ]);
  });
});
