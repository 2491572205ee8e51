import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { cleanUpSync, onInterrupt } from '../../src/support/interrupt.ts';
import { endsSoon, isRunning } from './processes.ts';
import { scratch } from './scratch.ts';

describe('cleanUpSync', () => {
  it('stops what runs before it removes files, newest first', () => {
    const order: string[] = [];
    const withdraw = [
      onInterrupt('remove', () => order.push('file 1')),
      onInterrupt('stop', () => order.push('process 1')),
      onInterrupt('remove', () => order.push('file 2')),
      onInterrupt('stop', () => order.push('process 2')),
    ];
    cleanUpSync();
    for (const each of withdraw) each();
    expect(order).toEqual(['process 2', 'process 1', 'file 2', 'file 1']);
  });

  it('goes on after a cleanup that fails', () => {
    const order: string[] = [];
    const withdraw = [
      onInterrupt('stop', () => order.push('older')),
      onInterrupt('stop', () => {
        throw new Error('broken');
      }),
    ];
    cleanUpSync();
    for (const each of withdraw) each();
    expect(order).toEqual(['older']);
  });

  it('leaves out what was withdrawn, and only that', () => {
    const order: string[] = [];
    const cleanup = (): void => {
      order.push('ran');
    };
    const withdrawFirst = onInterrupt('stop', cleanup);
    const withdrawSecond = onInterrupt('stop', cleanup);
    withdrawFirst();
    cleanUpSync();
    withdrawSecond();
    cleanUpSync();
    expect(order).toEqual(['ran']);
  });
});

/** A program in the middle of three things at once: a folder, a file and a child with a grandchild. */
const BUSY_PROGRAM = `
  import { writeFileAtomic } from './src/support/atomic-file.ts';
  import { cleanUpOnSignals } from './src/support/interrupt.ts';
  import { runProcess } from './src/support/process.ts';
  import { withTemporaryDirectory } from './src/support/temporary.ts';
  import { basename } from 'node:path';

  const parent = process.argv[2];
  const stop = cleanUpOnSignals((signal) => { stop(); process.kill(process.pid, signal); });
  const forever = new Promise(() => {});
  void writeFileAtomic(parent + '/result', async (handle) => {
    await handle.writeFile('half');
    await withTemporaryDirectory('work-', async (directory) => {
      void runProcess('sh', ['-c', "trap '' TERM; sleep 1000 & echo $$ $!; wait; wait"], {
        cwd: directory,
        env: { PATH: process.env.PATH },
        onLine: (line) => console.log(JSON.stringify({ directory, pids: line.split(' ').map(Number) })),
      });
      await forever;
    }, { parent });
  });
`;

describe.skipIf(process.platform === 'win32')('an interrupted program', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'leaves no process and no file behind after %s, and ends by it',
    async (signal) => {
      const directory = await scratch();
      const parent = join(directory, 'work');
      const program = join(directory, 'program.mjs');
      await build({
        stdin: { contents: BUSY_PROGRAM, resolveDir: resolve(import.meta.dirname, '../..') },
        bundle: true,
        platform: 'node',
        format: 'esm',
        outfile: program,
        logLevel: 'error',
      });
      await mkdir(parent);
      const child = spawn(process.execPath, [program, parent], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const exited = once(child, 'exit');
      const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
      const seen = JSON.parse(line) as { directory: string; pids: number[] };
      expect(seen.pids.map(isRunning)).toEqual([true, true]);
      expect(existsSync(seen.directory)).toBe(true);
      expect(await readdir(parent)).toHaveLength(2);

      child.kill(signal);
      expect(await exited).toEqual([null, signal]);
      expect(await Promise.all(seen.pids.map(endsSoon))).toEqual([true, true]);
      expect(await readdir(parent)).toEqual([]);
    },
  );
});
