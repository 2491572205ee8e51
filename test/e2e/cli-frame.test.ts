/** The frame of the command line in a real process: the built program, signals, pipes and the launcher. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { copyFile, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { build } from 'esbuild';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { endsSoon } from '../support/processes.ts';
import { scratch } from '../support/scratch.ts';

const isWindows = process.platform === 'win32';

describe('the built program', () => {
  const { entry, failure } = inject('builtCli');

  beforeAll(() => {
    if (failure !== undefined) throw new Error(`dist/ could not be built:\n${failure}`);
  });

  function run(...args: string[]): { code: number | null; out: string; err: string } {
    const result = spawnSync(process.execPath, [entry, ...args], { encoding: 'utf8' });
    return { code: result.status, out: result.stdout, err: result.stderr };
  }

  it('knows its version', () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    for (const flag of ['--version', '-V'])
      expect(run(flag)).toEqual({ code: 0, out: `wheelworks ${version}\n`, err: '' });
  });

  it('needs none of its chunks to say so', async () => {
    const alone = join(await scratch(), 'wheelworks.mjs');
    await copyFile(entry, alone);
    const result = spawnSync(process.execPath, [alone, '--version'], { encoding: 'utf8' });
    expect(result.stdout).toMatch(/^wheelworks \d/);
    expect(spawnSync(process.execPath, [alone, '--help']).status).not.toBe(0);
  });

  it('helps', () => {
    const { code, out, err } = run('--help');
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/\n {2}completion +print a script/);
  });

  it('refuses what it does not know, for people and for programs', () => {
    expect(run('completoin')).toMatchObject({ code: 2, out: '' });
    const { code, out, err } = run('completion', 'bash', '--jsom', '--json');
    expect([code, err]).toEqual([2, '']);
    expect(JSON.parse(out)).toMatchObject({ error: { code: 'cli/unknown-option' } });
  });

  it.skipIf(isWindows)('says so when its folder is gone', async () => {
    const gone = join(await scratch(), 'gone');
    const script = `mkdir "$1" && cd "$1" && rmdir "$1" && exec "$2" "$3" completion bash`;
    const result = spawnSync('sh', ['-c', script, 'sh', gone, process.execPath, entry], {
      encoding: 'utf8',
    });
    expect(result.status).toBe(2);
    expect(result.stderr).toContain('error[cli/no-working-directory]');
  });
});

describe('a run in a real process', () => {
  let program: string;
  let cwd: string;

  beforeAll(async () => {
    const folder = await realpath(await mkdtemp(join(tmpdir(), 'wheelworks-frame-')));
    program = join(folder, 'main.mjs');
    // The real entry and frame, with other commands.
    await build({
      entryPoints: [join(import.meta.dirname, '../../src/cli/main.ts')],
      outfile: program,
      bundle: true,
      format: 'esm',
      platform: 'node',
      define: { __WHEELWORKS_VERSION__: '"0"' },
      banner: {
        js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
      },
      plugins: [
        {
          name: 'other-commands',
          setup(builder) {
            builder.onResolve({ filter: /\/commands\/index\.ts$/ }, () => ({
              path: join(import.meta.dirname, 'frame-commands.ts'),
            }));
          },
        },
      ],
    });
    return () => rm(folder, { recursive: true, force: true });
  });

  beforeEach(async () => {
    cwd = await scratch();
  });

  const children: ChildProcess[] = [];
  afterAll(() => {
    for (const child of children) child.kill('SIGKILL');
  });

  interface Running {
    readonly child: ChildProcess;
    readonly ended: Promise<{ code: number | null; signal: string | null; err: string }>;
  }

  function start(...args: string[]): Running {
    const child = spawn(process.execPath, [program, ...args], { cwd });
    children.push(child);
    let err = '';
    child.stdout.resume();
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
    const ended = new Promise<Awaited<Running['ended']>>((resolve) => {
      child.on('close', (code, signal) => resolve({ code, signal, err }));
    });
    return { child, ended };
  }

  /** Waits until the command is in the middle of its work; the number of its child process. */
  async function underWay(): Promise<number> {
    const file = join(cwd, 'child');
    while (!existsSync(file) || readFileSync(file, 'utf8') === '') await sleep(20);
    expect(readdirSync(cwd).filter((name) => name.endsWith('.tmp'))).toHaveLength(1);
    return Number(readFileSync(file, 'utf8'));
  }

  it.skipIf(isWindows).each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)(
    '%s: exit code %i, one line, no child and no temporary left',
    async (signal, code) => {
      const { child, ended } = start('work');
      const grandchild = await underWay();
      child.kill(signal);
      const result = await ended;
      expect(result).toMatchObject({ code, signal: null });
      expect(result.err).toMatch(/^wheelworks: interrupted.*\n$/);
      expect(await endsSoon(grandchild)).toBe(true);
      expect(readdirSync(cwd)).toEqual(['child']);
    },
  );

  it.skipIf(isWindows)(
    'a second interrupt ends work that does not listen, as cleanly',
    async () => {
      const { child, ended } = start('stubborn');
      const grandchild = await underWay();
      child.kill('SIGINT');
      // Two signals that come together are one.
      await sleep(300);
      child.kill('SIGINT');
      expect(await ended).toMatchObject({ code: 130 });
      expect(await endsSoon(grandchild)).toBe(true);
      expect(readdirSync(cwd)).toEqual(['child']);
    },
  );

  it('work that waits for nothing is not a success', async () => {
    const { code, err } = await start('hang').ended;
    expect(code).toBe(1);
    expect(err).toContain('ended without a result');
  });

  it('what is thrown in a timer is told as a bug', async () => {
    const { code, err } = await start('crash').ended;
    expect(code).toBe(1);
    expect(err).toMatch(/^error: This is a bug in wheelworks: in a timer\n/);
  });

  it.skipIf(isWindows)('| head ends it without a word', () => {
    const script = `set -o pipefail; "$1" "$2" flood | head -n 1`;
    const result = spawnSync('bash', ['-c', script, 'bash', process.execPath, program], {
      cwd,
      encoding: 'utf8',
    });
    expect(result).toMatchObject({ status: 141, stdout: 'a line of output\n', stderr: '' });
  });

  it('all output arrives in a pipe that is read slowly', async () => {
    const child = spawn(process.execPath, [program, 'print'], { cwd });
    children.push(child);
    await sleep(300);
    let bytes = 0;
    for await (const chunk of child.stdout) bytes += (chunk as Buffer).length;
    expect(bytes).toBe(200_000 * 'a line of output\n'.length);
  });

  it.skipIf(!existsSync('/dev/full'))('a full disk is an error (skipped without /dev/full)', () => {
    const script = '"$1" "$2" print > /dev/full';
    const result = spawnSync('sh', ['-c', script, 'sh', process.execPath, program], {
      cwd,
      encoding: 'utf8',
    });
    expect(result.status).toBe(1);
    expect(result.stderr).toContain('error[file/disk-full]: standard output');
  });
});
