/** The main job on a small project, through the built command line: wheels, index, install, tests, and what goes wrong. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import type { ReleaseReport } from '../../src/release/index.ts';
import { scratch } from '../support/scratch.ts';
import { makeTinyProject } from '../support/tiny-project.ts';

/** The absolute path of a Python that can make environments; undefined when the machine has none. */
const python = findPython();

function findPython(): string | undefined {
  const script = 'import sys, venv, ensurepip, pip; print(sys.executable)';
  const result = spawnSync('python3', ['-c', script], { encoding: 'utf8' });
  return result.status === 0 ? result.stdout.trim() : undefined;
}

describe.skipIf(python === undefined)(
  'release (skipped without a python3 that has pip and venv)',
  () => {
    const { entry, failure } = inject('builtCli');

    beforeAll(() => {
      if (failure !== undefined) throw new Error(`dist/ could not be built:\n${failure}`);
    });

    function release(
      directory: string,
      ...args: string[]
    ): { code: number | null; report: ReleaseReport; err: string } {
      const result = spawnSync(
        process.execPath,
        [entry, 'release', directory, '--json', '--python', python ?? '', ...args],
        { encoding: 'utf8' },
      );
      return {
        code: result.status,
        report: JSON.parse(result.stdout) as ReleaseReport,
        err: result.stderr,
      };
    }

    it('makes a wheel, an index that pip installs from, and passes the test; then does only what changed', async () => {
      const { directory, calls } = await makeTinyProject(await scratch());
      const first = release(directory);
      expect(first.report).toMatchObject({
        ok: true,
        wheels: [{ filename: 'tiny-1.0-py3-none-any.whl' }],
        jobs: [{ origin: 'built', test: 'passed' }],
      });
      expect(first.code).toBe(0);
      const output = join(directory, 'wheelhouse');
      const page = await readFile(join(output, 'simple', 'tiny', 'index.html'), 'utf8');
      expect(page).toContain(`#sha256=${first.report.wheels[0]?.sha256 ?? ''}"`);
      expect(page).toContain('data-requires-python="&gt;=3.6"');
      expect(existsSync(join(output, 'tiny-1.0-py3-none-any.whl.metadata'))).toBe(true);

      const second = release(directory);
      expect(second.report.jobs).toMatchObject([{ origin: 'reused', test: 'reused' }]);
      expect(readFileSync(calls, 'utf8')).toBe('build_wheel\n');

      await writeFile(join(directory, 'value.txt'), 'two');
      const third = release(directory);
      expect(third.report.jobs).toMatchObject([{ origin: 'built', test: 'passed' }]);
      expect(third.report.wheels[0]?.sha256).not.toBe(first.report.wheels[0]?.sha256);
    });

    it('gives the same bytes when everything is done anew elsewhere', async () => {
      const folder = await scratch();
      const { directory } = await makeTinyProject(folder);
      const digests = ['one', 'two'].map(
        (name) => release(directory, '--force', '-o', join(folder, name)).report.wheels[0]?.sha256,
      );
      expect(digests[0]).toMatch(/^[0-9a-f]{64}$/);
      expect(digests[1]).toBe(digests[0]);
    });

    it('rebuilds a wheel that was damaged since', async () => {
      const { directory } = await makeTinyProject(await scratch());
      const before = release(directory).report.wheels[0]?.sha256;
      await writeFile(
        join(directory, 'wheelhouse', 'tiny-1.0-py3-none-any.whl'),
        'not a wheel any more',
      );
      const { report } = release(directory);
      expect(report.jobs).toMatchObject([{ origin: 'built' }]);
      expect(report.wheels[0]?.sha256).toBe(before);
    });

    it('reports a failing test with its output and its log, and keeps the wheel', async () => {
      const { directory } = await makeTinyProject(await scratch(), {
        testCommand: 'python -c "import sys; sys.exit(\'the value is wrong\')"',
      });
      const { code, report } = release(directory);
      expect(code).toBe(1);
      const [job] = report.jobs;
      expect(job?.error).toMatchObject({ code: 'release/test-failed' });
      expect(job?.error?.evidence).toContain('the value is wrong');
      expect(job?.logs.every((log) => existsSync(join(report.output, log)))).toBe(true);
      expect(existsSync(join(report.output, 'tiny-1.0-py3-none-any.whl'))).toBe(true);
    });

    it('reports a backend that fails, and leaves no wheel', async () => {
      const { directory } = await makeTinyProject(await scratch(), {
        before: 'raise RuntimeError("the backend is out of order")',
      });
      const { code, report } = release(directory);
      expect(code).toBe(1);
      expect(report.wheels).toEqual([]);
      expect(report.jobs[0]?.error?.code).toMatch(/^build\//);
      const log = readFileSync(join(report.output, report.jobs[0]?.logs[0] ?? ''), 'utf8');
      expect(log).toContain('the backend is out of order');
    });

    it('refuses a folder that is no project, as a usage error', async () => {
      const result = spawnSync(process.execPath, [entry, 'release', await scratch(), '--json'], {
        encoding: 'utf8',
      });
      expect(result.status).toBe(2);
      expect(JSON.parse(result.stdout)).toMatchObject({
        error: { message: expect.stringContaining('pyproject.toml') },
      });
    });

    it.skipIf(process.platform === 'win32')(
      'leaves nothing half done when it is interrupted, and goes on from there',
      async () => {
        const folder = await scratch();
        const gate = join(folder, 'go');
        const temporary = join(folder, 'tmp');
        await mkdir(temporary);
        const { directory, calls } = await makeTinyProject(folder, {
          before: `\n    import tempfile; tempfile.mkdtemp()\n    while not os.path.exists(${JSON.stringify(gate)}): time.sleep(0.05)`,
        });
        const child = spawn(
          process.execPath,
          [entry, 'release', directory, '--python', python ?? ''],
          {
            stdio: 'ignore',
            env: { ...process.env, TMPDIR: temporary },
          },
        );
        while (!existsSync(calls)) await sleep(50);
        const ended = new Promise<number | null>((resolve) => {
          child.once('exit', (code) => resolve(code));
        });
        child.kill('SIGINT');
        expect(await ended).toBe(130);
        expect(readdirSync(temporary)).toEqual([]);
        const output = join(directory, 'wheelhouse');
        const left = existsSync(output)
          ? readdirSync(output, { recursive: true, encoding: 'utf8' })
          : [];
        expect(left.filter((name) => name.endsWith('.whl') || name.includes('.tmp'))).toEqual([]);
        await writeFile(gate, '');
        expect(release(directory)).toMatchObject({ code: 0, report: { ok: true } });
      },
    );
  },
);
