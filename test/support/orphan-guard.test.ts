/** Programs that are ended by force, as by a user without patience or for want of memory. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { build } from 'esbuild';
import { describe, expect, it, onTestFinished } from 'vitest';
import { endsSoon, isRunning } from './processes.ts';
import { scratch } from './scratch.ts';

/** Three children: one with a grandchild that ignores being asked, one that ends and leaves somebody behind, one that goes on. */
const PROGRAM = `
  import { runProcess } from './src/support/process.ts';
  const run = (script) => runProcess('sh', ['-c', script], {
    cwd: '/',
    env: { PATH: process.env.PATH },
    onLine: (line) => console.log(line),
  });
  await run('sleep 1000 >/dev/null 2>&1 & echo left $!');
  void run("trap '' TERM; sleep 1000 & echo deaf $$ $!; wait; wait");
  void run('echo plain $$; exec sleep 1000');
  setInterval(() => {}, 1000);
`;

async function program(contents: string): Promise<string> {
  const outfile = join(await scratch(), 'program.mjs');
  await build({
    stdin: { contents, resolveDir: resolve(import.meta.dirname, '../..') },
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile,
    logLevel: 'error',
  });
  return outfile;
}

describe.skipIf(process.platform === 'win32')('a program that is ended by SIGKILL', () => {
  it('leaves no process behind, but for those that its commands had left themselves', async () => {
    const child = spawn(process.execPath, [await program(PROGRAM)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const pids = new Map<string, number[]>();
    for await (const line of createInterface(child.stdout)) {
      const [name = '', ...numbers] = line.split(' ');
      pids.set(name, numbers.map(Number));
      if (pids.size === 3) break;
    }
    const [left = 0] = pids.get('left') ?? [];
    onTestFinished(() => {
      process.kill(left);
    });
    const bound = [...(pids.get('deaf') ?? []), ...(pids.get('plain') ?? [])];
    expect(bound).toHaveLength(3);
    // Three seconds without anything to do end nobody.
    await sleep(500);
    expect(bound.map(isRunning)).toEqual([true, true, true]);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await Promise.all(bound.map(endsSoon))).toEqual([true, true, true]);
    expect(isRunning(left)).toBe(true);
  });

  it('is not held back by its guard when it ends by itself', async () => {
    const path = await program(`
      import { runProcess } from './src/support/process.ts';
      await runProcess('sh', ['-c', 'true'], { cwd: '/', env: { PATH: process.env.PATH } });
      console.log('done');
    `);
    const child = spawn(process.execPath, [path], { stdio: ['ignore', 'pipe', 'inherit'] });
    const closed = once(child, 'close');
    child.stdout.resume();
    expect((await closed)[0]).toBe(0);
  });
});
