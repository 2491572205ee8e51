/**
 * A large library from one wheel to a user: split, published to an index, installed from there by pip, imported.
 *
 * WHEELWORKS_LARGE=1 does it with 540 MB under the limit of PyPI, which the index then shows to be in force. Without it
 * the library has 48 MB and the limit 9 MB, so that the whole way fits into every run.
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, inject, it, onTestFinished } from 'vitest';
import { cli, type CliResult } from '../support/cli.ts';
import { scratch } from '../support/scratch.ts';

const large = process.env['WHEELWORKS_LARGE'] === '1';
const size = large ? 540_000_000 : 48_000_000;
const limit = large ? 100 * 1024 * 1024 : 9_000_000;
const minutes = large ? 20 : 4;

const PROBE = [
  'import os, pip, sysconfig',
  'assert tuple(map(int, pip.__version__.split(".")[:2])) >= (22, 3)',
  'assert os.path.exists(sysconfig.get_paths()["include"] + "/Python.h")',
].join('; ');
const canBuild =
  process.platform === 'linux' &&
  spawnSync('python3', ['-c', PROBE]).status === 0 &&
  spawnSync('cc', ['--version']).status === 0;

describe.skipIf(!canBuild)(
  'a large library (skipped without Linux, cc, Python headers, pip 22.3)',
  () => {
    it(
      'reaches users through an index with a limit, and works as the original does',
      { timeout: minutes * 60_000 },
      async () => {
        const folder = await scratch();
        const wheel = makeWheel(join(folder, 'big'));
        const set = join(folder, 'set');
        const made = await cli(['split', wheel, '--max-size', String(limit), '-o', set, '--json']);
        expect(made.err).toBe('');
        expect(made.code).toBe(0);
        const wheels = readdirSync(set).map((file) => join(set, file));
        expect(wheels.length).toBeGreaterThan(1);
        for (const each of wheels) expect(statSync(each).size).toBeLessThanOrEqual(limit);

        const index = await serve(join(folder, 'index'));
        const refusal = large ? await publish(index, [wheel]) : undefined;
        expect(refusal?.code ?? 1).toBe(1);
        const published = await publish(index, wheels);
        expect(published.err + published.out).toContain('bigspam');
        expect(published.code).toBe(0);

        const python = installed(index, join(folder, 'venv'));
        const env = { PATH: process.env['PATH'] ?? '', HOME: join(folder, 'home') };
        mkdirSync(env.HOME);
        const check = ['-I', '-W', 'error', '-c', 'import bigspam; print(bigspam.check())'];
        const first = spawnSync(python, check, { env, encoding: 'utf8' });
        expect(first).toMatchObject({ status: 0, stderr: '' });
        expect(Number(first.stdout)).toBeGreaterThan(size / (5 << 20));
        // The second import finds it joined, also where nothing can be written any more.
        const second = spawnSync(python, check, { env, encoding: 'utf8' });
        expect(second).toMatchObject({ status: 0, stdout: first.stdout, stderr: '' });

        const main = wheels.find((each) => basename(each).startsWith('bigspam-')) ?? '';
        const joined = await cli(['join', main, '-o', join(folder, 'joined')]);
        expect(joined.code).toBe(0);
        const restored = readFileSync(join(folder, 'joined', basename(wheel)));
        expect(restored.equals(readFileSync(wheel))).toBe(true);
      },
    );
  },
);

function makeWheel(folder: string): string {
  const script = join(import.meta.dirname, '..', 'support', 'big_library.py');
  const args = [script, folder, '--size', String(size)];
  return execFileSync('python3', args, { encoding: 'utf8' }).trim();
}

interface Index {
  readonly uploadUrl: string;
  readonly simpleUrl: string;
  readonly token: string;
}

async function serve(folder: string): Promise<Index> {
  const { entry } = inject('builtCli');
  const child = spawn(process.execPath, [entry, 'serve', folder, '--json']);
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  let output = '';
  return new Promise((resolve, reject) => {
    child.stdout.on('data', (piece: Buffer) => {
      output += piece.toString();
      const started = parsed(output);
      if (started !== undefined) resolve(started);
    });
    child.once('close', () => reject(new Error(`serve ended: ${output}`)));
  });
}

function parsed(text: string): Index | undefined {
  try {
    return JSON.parse(text) as Index;
  } catch {
    return undefined;
  }
}

async function publish(index: Index, files: readonly string[]): Promise<CliResult> {
  return cli(['publish', ...files, '--repository-url', index.uploadUrl], {
    env: { PATH: process.env['PATH'], HOME: '/nowhere', UV_PUBLISH_TOKEN: index.token },
  });
}

/** The Python of a new environment with the package, which pip got from the index alone. */
function installed({ simpleUrl }: Index, venv: string): string {
  execFileSync('python3', ['-m', 'venv', venv]);
  const python = join(venv, 'bin', 'python');
  const env = { PATH: process.env['PATH'] ?? '', PIP_CONFIG_FILE: '/dev/null' };
  const args = ['-m', 'pip', 'install', '--quiet', '--no-cache-dir', '--index-url', simpleUrl];
  execFileSync(python, [...args, 'bigspam'], { env });
  return python;
}
