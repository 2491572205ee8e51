import { existsSync } from 'node:fs';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { killChildrenSync } from '../../src/support/process-group.ts';
import {
  commandLine,
  runProcess,
  runProcessOrThrow,
  type ProcessOptions,
} from '../../src/support/process.ts';
import { endedAtWork, endsSoon, isRunning } from './processes.ts';
import { scratch } from './scratch.ts';

const isPosix = process.platform !== 'win32';
const HERE = import.meta.dirname;
const PATH = process.env['PATH'];

function node(
  script: string,
  options: Partial<ProcessOptions> = {},
): ReturnType<typeof runProcess> {
  return runProcess(process.execPath, ['-e', script], { cwd: HERE, env: { PATH }, ...options });
}

function shell(
  script: string,
  options: Partial<ProcessOptions> = {},
): ReturnType<typeof runProcess> {
  return runProcess('sh', ['-c', script], { cwd: HERE, env: { PATH }, ...options });
}

describe('runProcess', () => {
  it('gives both streams and the exit code', async () => {
    const result = await node(`console.log('out'); console.error('err'); process.exitCode = 3;`);
    expect(result).toMatchObject({
      exitCode: 3,
      signal: null,
      stdout: 'out\n',
      stderr: 'err\n',
      truncated: false,
      timedOut: false,
      cancelled: false,
    });
    expect([...result.lastLines].sort()).toEqual(['err', 'out']);
    expect(result.seconds).toBeGreaterThan(0);
  });

  it('passes arguments as they are', async () => {
    const odd = ['', 'two words', `'"$HOME\\`, '*', '漢', '-n', 'a\nb'];
    const result = await runProcess(
      process.execPath,
      ['-e', 'console.log(JSON.stringify(process.argv.slice(1)))', '--', ...odd],
      { cwd: HERE, env: { PATH } },
    );
    expect(JSON.parse(result.stdout)).toEqual(odd);
  });

  it('gives the environment it was given and no other', async () => {
    const result = await node(`console.log(JSON.stringify(process.env))`, {
      env: { ONLY: 'this', NOT: undefined },
    });
    const env = JSON.parse(result.stdout) as Record<string, string>;
    expect(env['ONLY']).toBe('this');
    expect(env).not.toHaveProperty('NOT');
    expect(env).not.toHaveProperty('HOME');
  });

  it('runs in the folder it was given', async () => {
    const directory = await scratch();
    expect((await node('console.log(process.cwd())', { cwd: directory })).stdout.trim()).toBe(
      directory,
    );
  });

  it('sends input, and takes a child that does not want it', async () => {
    const echo = await node('process.stdin.pipe(process.stdout)', { input: 'some input' });
    expect(echo.stdout).toBe('some input');
    const deaf = await node('process.exit(0)', { input: Buffer.alloc(8 << 20) });
    expect(deaf.exitCode).toBe(0);
  });

  it('gives no input at all when there is none', async () => {
    const result = await node(`process.stdin.on('end', () => console.log('end')).resume()`);
    expect(result.stdout).toBe('end\n');
  });

  it('tells lines as they come, with their stream', async () => {
    const seen: string[] = [];
    await node(`process.stdout.write('a\\nb'); console.error('c')`, {
      onLine: (line, stream) => seen.push(`${stream}: ${line}`),
    });
    expect(seen.sort()).toEqual(['stderr: c', 'stdout: a', 'stdout: b']);
  });

  it('holds little of endless output, but both its ends', async () => {
    const result = await node(
      `console.log('first'); for (let n = 0; n < 20000; n += 1) console.log('x'.repeat(99)); console.log('last')`,
      { outputLimit: 4000 },
    );
    expect(result.truncated).toBe(true);
    expect(result.stdout.length).toBeLessThan(4200);
    expect(result.stdout).toMatch(/^first\n/);
    expect(result.stdout).toMatch(/\nlast\n$/);
    expect(result.lastLines.length).toBeLessThanOrEqual(30);
    expect(result.lastLines.at(-1)).toBe('last');
  });

  it('ends the child and throws on when a listener throws', async () => {
    let pid = 0;
    const work = node(`console.log(process.pid); setInterval(() => console.log('more'), 5)`, {
      onLine: (line) => {
        pid ||= Number(line);
        throw new Error('listener broke');
      },
    });
    await expect(work).rejects.toThrow('listener broke');
    expect(await endsSoon(pid)).toBe(true);
  });

  it('does not start when it is cancelled before', async () => {
    const directory = await scratch();
    const script = `require('fs').writeFileSync('started', '')`;
    const result = await node(script, { cwd: directory, signal: AbortSignal.abort() });
    expect(result).toMatchObject({ cancelled: true, exitCode: null, stdout: '' });
    expect(existsSync(join(directory, 'started'))).toBe(false);
  });
});

describe('a cancellation in the moment of the start', () => {
  it('is heard', async () => {
    const controller = new AbortController();
    const work = node('setInterval(() => {}, 1000)', { signal: controller.signal });
    controller.abort();
    expect(await work).toMatchObject({ cancelled: true });
  });
});

describe('a command that cannot be started', () => {
  const options = { cwd: HERE, env: { PATH } };

  it('is named when it is not found', async () => {
    await expect(runProcess('no-such-command-here', [], options)).rejects.toMatchObject({
      code: 'process/not-found',
      message: expect.stringContaining('no-such-command-here') as string,
    });
  });

  it('is looked up in the PATH of the child', async () => {
    const directory = await scratch();
    await expect(
      runProcess('sh', [], { cwd: HERE, env: { PATH: directory } }),
    ).rejects.toMatchObject({
      code: 'process/not-found',
    });
  });

  it.skipIf(!isPosix)('is told from one that may not be executed', async () => {
    const file = join(await scratch(), 'tool');
    await writeFile(file, '#!/bin/sh\n');
    await chmod(file, 0o644);
    await expect(runProcess(file, [], options)).rejects.toMatchObject({
      code: 'process/not-executable',
    });
  });

  it('is told from a missing folder', async () => {
    const missing = join(await scratch(), 'missing');
    await expect(
      runProcess(process.execPath, ['-v'], { ...options, cwd: missing }),
    ).rejects.toMatchObject({
      code: 'file/not-found',
      path: missing,
    });
    const file = join(await scratch(), 'file');
    await writeFile(file, '');
    await expect(
      runProcess(process.execPath, ['-v'], { ...options, cwd: file }),
    ).rejects.toMatchObject({
      code: 'file/not-a-directory',
    });
  });

  it.skipIf(!isPosix)('is told from one with too long a command line', async () => {
    const long = Array.from({ length: 100 }, () => 'x'.repeat(100_000));
    await expect(runProcess(process.execPath, long, options)).rejects.toMatchObject({
      code: 'process/cannot-start',
      evidence: 'E2BIG',
    });
  });
});

/** What a script does once a time limit may find it: it makes the file that {@link endedByLimit} looks for. */
const AT_WORK = ': >"${AT_WORK:-/dev/null}"';
/** A shell with a child of its own; both say who they are and the shell waits. */
const FAMILY = `sleep 1000 & echo $$ $!; ${AT_WORK}; wait`;
/** The same, deaf to SIGTERM. */
const STUBBORN_FAMILY = `trap '' TERM; sleep 1000 & echo $$ $!; ${AT_WORK}; wait; wait`;

/** Runs a shell that a time limit ends, but not before it was at work. */
async function endedByLimit(
  script: string,
  options: Partial<ProcessOptions> = {},
): ReturnType<typeof runProcess> {
  const file = join(await scratch(), 'at-work');
  return endedAtWork(
    300,
    () => existsSync(file),
    (timeoutMs) => shell(script, { ...options, env: { PATH, AT_WORK: file }, timeoutMs }),
  );
}

describe.skipIf(!isPosix)('the process group', () => {
  it.each([
    ['on a timeout', FAMILY],
    ['on a timeout though it ignores SIGTERM', STUBBORN_FAMILY],
  ])('ends as a whole %s', async (_, script) => {
    let pids: number[] = [];
    const result = await endedByLimit(script, {
      graceMs: 100,
      onLine: (line) => {
        pids = line.split(' ').map(Number);
      },
    });
    expect(result).toMatchObject({ timedOut: true, cancelled: false, exitCode: null });
    expect(pids).toHaveLength(2);
    expect(await Promise.all(pids.map(endsSoon))).toEqual([true, true]);
  });

  it('ends as a whole when it is cancelled', async () => {
    const controller = new AbortController();
    let pids: number[] = [];
    const result = await shell(FAMILY, {
      signal: controller.signal,
      onLine: (line) => {
        pids = line.split(' ').map(Number);
        controller.abort();
      },
    });
    expect(result).toMatchObject({ cancelled: true, timedOut: false, signal: 'SIGTERM' });
    expect(await Promise.all(pids.map(endsSoon))).toEqual([true, true]);
  });

  it('ends even when its leader obeys and a grandchild does not', async () => {
    let pid = 0;
    const script = `sh -c "trap '' TERM; echo \\$\\$; : >\\$AT_WORK; while :; do sleep 1; done" & wait`;
    const result = await endedByLimit(script, {
      graceMs: 100,
      onLine: (line) => {
        pid = Number(line);
      },
    });
    expect(result.timedOut).toBe(true);
    expect(pid).toBeGreaterThan(0);
    expect(await endsSoon(pid)).toBe(true);
  });

  it('gets to clean up before it is ended', async () => {
    const result = await endedByLimit(
      `trap 'echo cleaned; exit 0' TERM; echo ready; ${AT_WORK}; while :; do sleep 0.05; done`,
      { graceMs: 10_000 },
    );
    expect(result).toMatchObject({ timedOut: true, stdout: 'ready\ncleaned\n' });
  });

  it('does not hang on a grandchild that keeps the output open', async () => {
    const result = await shell('sleep 1000 & echo $!');
    const pid = Number(result.stdout);
    expect(result).toMatchObject({ exitCode: 0, timedOut: false });
    expect(isRunning(pid)).toBe(true);
    process.kill(pid);
    expect(await endsSoon(pid)).toBe(true);
  });

  it('ends when the run is interrupted', async () => {
    const pids: number[][] = [];
    const both = new Promise<void>((resolve) => {
      const options: Partial<ProcessOptions> = {
        onLine: (line) => {
          pids.push(line.split(' ').map(Number));
          if (pids.length === 2) resolve();
        },
      };
      void shell(FAMILY, options);
      void shell(STUBBORN_FAMILY, options);
    });
    await both;
    killChildrenSync();
    const ended = await Promise.all(pids.flat().map(endsSoon));
    expect(ended).toEqual([true, true, true, true]);
  });

  it('is forgotten when it has ended', async () => {
    const { stdout } = await shell('sleep 1000 & echo $!');
    killChildrenSync();
    const pid = Number(stdout);
    expect(isRunning(pid)).toBe(true);
    process.kill(pid);
  });
});

describe('runProcessOrThrow', () => {
  const options = { cwd: HERE, env: { PATH } };

  it('gives the result of a success', async () => {
    const result = await runProcessOrThrow(process.execPath, ['-e', 'console.log(1)'], options);
    expect(result.stdout).toBe('1\n');
  });

  it('shows the command, its exit code and its last lines', async () => {
    const script = `for (let n = 1; n <= 100; n += 1) console.log('line ' + n); process.exitCode = 9`;
    const work = runProcessOrThrow(process.execPath, ['-e', script], {
      ...options,
      label: 'The build',
    });
    const error = await work.catch((failure: unknown) => failure);
    expect(error).toMatchObject({
      code: 'process/failed',
      message: 'The build failed with exit code 9.',
    });
    const { evidence } = error as { evidence: string };
    expect(evidence.split('\n').at(-1)).toBe('line 100');
    expect(evidence).not.toContain('line 50\n');
  });

  it('masks secrets in what it shows', async () => {
    const work = runProcessOrThrow(
      process.execPath,
      [
        '-e',
        `console.log('https://me:hunter2@host/'); process.exit(1)`,
        'https://you:hunter3@host/',
      ],
      options,
    );
    const error = await work.catch((failure: unknown) => JSON.stringify(failure));
    expect(error).toContain('***');
    expect(error).not.toMatch(/hunter/);
  });

  it.skipIf(!isPosix)('names the signal', async () => {
    const work = runProcessOrThrow('sh', ['-c', 'kill -SEGV $$'], options);
    await expect(work).rejects.toMatchObject({
      code: 'process/failed',
      message: expect.stringContaining('SIGSEGV') as string,
    });
    const killed = runProcessOrThrow('sh', ['-c', 'kill -KILL $$'], options);
    await expect(killed).rejects.toMatchObject({
      hint: expect.stringContaining('memory') as string,
    });
  });

  it('tells a timeout and a cancellation apart', async () => {
    const forever = ['-e', 'setInterval(() => {}, 1000)'];
    await expect(
      runProcessOrThrow(process.execPath, forever, { ...options, timeoutMs: 200 }),
    ).rejects.toMatchObject({ code: 'process/timed-out' });
    const signal = AbortSignal.timeout(200);
    await expect(
      runProcessOrThrow(process.execPath, forever, { ...options, signal }),
    ).rejects.toMatchObject({ code: 'process/cancelled' });
  });

  it.skipIf(!isPosix)(
    'counts a process that was stopped as stopped, even when it exits with 0',
    async () => {
      const file = join(await scratch(), 'at-work');
      const script = `trap 'exit 0' TERM; : >'${file}'; while :; do sleep 0.05; done`;
      const work = endedAtWork(
        300,
        () => existsSync(file),
        (timeoutMs) =>
          runProcessOrThrow('sh', ['-c', script], { ...options, timeoutMs }).catch(
            (failure: unknown) => failure,
          ),
      );
      expect(await work).toMatchObject({ code: 'process/timed-out' });
    },
  );
});

describe('commandLine', () => {
  it('quotes what a shell would take apart, and shortens', () => {
    expect(commandLine('cc', ['-O2', 'a b.c', `it's`, ''])).toBe(
      String.raw`cc -O2 'a b.c' 'it'\''s' ''`,
    );
    const long = commandLine('cc', ['x'.repeat(500)]);
    expect(long.length).toBeLessThanOrEqual(200);
    expect(long.endsWith(' ...')).toBe(true);
  });
});

describe('the output of a child', () => {
  it('may be large on both streams at once', async () => {
    const directory = await scratch();
    const script = `const b = Buffer.alloc(3 << 20, 'ab'); process.stdout.write(b); process.stderr.write(b)`;
    const result = await node(script, { cwd: directory });
    await writeFile(join(directory, 'out'), result.stdout);
    expect((await readFile(join(directory, 'out'))).length).toBe(3 << 20);
    expect(result.stderr.length).toBe(3 << 20);
  });
});
