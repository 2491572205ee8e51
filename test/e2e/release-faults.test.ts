/** Releases that meet what goes wrong on real machines: full and read-only disks, permissions, signals. */
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { Interpreter } from '../../src/python/index.ts';
import type { ReleaseReport } from '../../src/release/index.ts';
import { cli, quietEnvironment, startCli } from '../support/cli.ts';
import {
  buildCalls,
  hostPythons,
  isRoot,
  shortVersion,
  writeProject,
} from '../support/project-builder.ts';
import { isRunning } from '../support/processes.ts';
import { scratch } from '../support/scratch.ts';

const pythons = await hostPythons();
const [first, second] = pythons as [Interpreter, Interpreter];
const needsPythons = 'skipped without two Pythons from 3.8 on';

let folder: string;
let project: string;
let output: string;

beforeEach(async () => {
  folder = await scratch();
  project = join(folder, 'ein Projekt');
  output = join(folder, 'out');
  await mkdir(project);
});

const selecting = (...interpreters: readonly Interpreter[]): readonly string[] =>
  interpreters.flatMap(({ path }) => ['--python', path]);

function release(...interpreters: readonly Interpreter[]): readonly string[] {
  return [
    'release',
    project,
    '-o',
    output,
    '--frontend',
    'direct',
    '--json',
    ...selecting(...interpreters),
  ];
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(25);
}

/** Builds that have begun. */
function callsSoFar(): number {
  const path = `${project}.calls`;
  return existsSync(path) ? readFileSync(path, 'utf8').split('\n').length - 1 : 0;
}

/** Mounts a small file system of its own at the output folder. */
function mountTmpfs(options: string): boolean {
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', output]);
  if (mounted.status !== 0) return false;
  onTestFinished(() => {
    execFileSync('umount', [output]);
  });
  return true;
}

const filesIn = (path: string): readonly string[] =>
  readdirSync(path, { recursive: true, encoding: 'utf8' });

describe.skipIf(pythons.length < 2 || process.platform === 'win32')(
  `a release (${needsPythons})`,
  () => {
    it('interrupted among builds leaves no temporary file and no half wheel, and goes on', async () => {
      const temporary = join(folder, 'tmp');
      await mkdir(temporary);
      await writeProject(project, { scripts: { [shortVersion(second)]: { sleep: 60 } } });
      const env = { ...process.env, TMPDIR: temporary };
      const running = startCli(release(first, second), { env });
      await until(() => callsSoFar() === 2);
      running.kill('SIGINT');
      const { code, out, err } = await running.result;
      expect(code).toBe(130);
      expect(JSON.parse(out)).toMatchObject({ error: { code: 'cli/interrupted' } });
      expect(err).toContain('goes on from there');
      expect(readdirSync(temporary)).toEqual([]);
      const left = filesIn(output);
      expect(left.filter((name) => /\.tmp|index\.html/.test(name))).toEqual([]);
      expect(readdirSync(output).filter((name) => name.endsWith('.whl'))).toEqual([]);
      const again = await cli(release(first), { env });
      expect(again.code).toBe(0);
      expect((JSON.parse(again.out) as ReleaseReport).jobs).toMatchObject([
        { origin: 'reused', test: 'passed' },
      ]);
      const calls = await buildCalls(project);
      expect(calls.filter((call) => call === shortVersion(first)).length).toBe(1);
    });

    it('interrupted in a test ends the test with all it started', async () => {
      const pidFile = join(folder, 'test.pid');
      await writeProject(project, {
        script: { tag: 'py3-none-any' },
        toml: `[tool.wheelworks]\ntest-command = "python -c 'import os, time; open(\\"${pidFile}\\", \\"w\\").write(str(os.getpid())); time.sleep(60)'"\n`,
      });
      const running = startCli(release(first));
      await until(() => existsSync(pidFile) && statSync(pidFile).size > 0);
      running.kill('SIGTERM');
      expect((await running.result).code).toBe(143);
      await until(() => !isRunning(Number(readFileSync(pidFile, 'utf8'))));
      const again = await cli([...release(first), '--test-command', 'true']);
      expect((JSON.parse(again.out) as ReleaseReport).jobs).toMatchObject([
        { origin: 'reused', test: 'passed' },
      ]);
    });

    it.skipIf(!isRoot)(
      'onto a full disk is refused, and nothing is half written (skipped without root)',
      async (ctx) => {
        await mkdir(output);
        if (!mountTmpfs('size=96k')) return ctx.skip('this machine allows no mounts');
        const noise = Array.from({ length: 40_000 }, () => Math.random().toString(36)).join('');
        await writeProject(project, {
          script: { tag: 'py3-none-any', files: { 'demo.py': `X = "${noise}"` } },
        });
        const full = await cli(release(first));
        expect(full.code).toBe(1);
        const document = JSON.parse(full.out) as { jobs?: { error?: object }[]; error?: object };
        expect(document.error ?? document.jobs?.[0]?.error).toMatchObject({
          code: 'file/disk-full',
        });
        expect(filesIn(output).filter((name) => /\.whl|\.tmp|simple|links/.test(name))).toEqual([]);
        // The same command, with room.
        await writeProject(project, { script: { tag: 'py3-none-any' } });
        expect((await cli(release(first))).code).toBe(0);
      },
    );

    it.skipIf(!isRoot)(
      'onto a disk without room for more files is refused, without leftovers (skipped without root)',
      async (ctx) => {
        await mkdir(output);
        if (!mountTmpfs('size=1m,nr_inodes=12')) return ctx.skip('this machine allows no mounts');
        await writeProject(project, { script: { tag: 'py3-none-any' } });
        const full = await cli(release(first));
        expect(full.code).toBe(1);
        expect(full.out).toContain('file/disk-full');
        expect(filesIn(output).filter((name) => name.includes('.tmp'))).toEqual([]);
      },
    );

    it.skipIf(!isRoot)('onto a read-only disk is refused (skipped without root)', async (ctx) => {
      await mkdir(output);
      if (!mountTmpfs('size=1m,ro')) return ctx.skip('this machine allows no mounts');
      await writeProject(project, { script: { tag: 'py3-none-any' } });
      const refused = await cli(release(first));
      expect(refused.code).toBe(1);
      expect(JSON.parse(refused.out)).toMatchObject({
        error: { code: 'file/read-only', path: expect.stringContaining(output) },
      });
    });

    it.skipIf(!existsSync('/proc/self'))(
      'into a place that takes no folders is refused (skipped without /proc)',
      async () => {
        await writeProject(project);
        output = '/proc/wheelworks/out';
        const refused = await cli(release(first));
        expect(refused.code).toBe(1);
        expect(JSON.parse(refused.out)).toMatchObject({
          error: { code: expect.stringMatching(/^file\//), path: '/proc/wheelworks' },
        });
      },
    );

    it('whose page cannot be written tells what it came to', async () => {
      await writeProject(project, { script: { tag: 'py3-none-any' } });
      await mkdir(join(output, 'report.html'), { recursive: true });
      const told = await cli(release(first).filter((word) => word !== '--json'));
      expect(told.code).toBe(0);
      expect(told.out).toMatch(/^1 wheel for 1 interpreter/);
      expect(told.out).toContain('notice: report.html was not written: ');
    });

    it('into a file is refused', async () => {
      await writeProject(project);
      await writeFile(output, '');
      const refused = await cli(release(first));
      expect(refused.code).toBe(1);
      expect(JSON.parse(refused.out)).toMatchObject({
        error: { code: expect.stringMatching(/^file\//) },
      });
      expect(readFileSync(output, 'utf8')).toBe('');
    });

    it('beside an index of somebody else is refused, and that stays', async () => {
      await writeProject(project, { script: { tag: 'py3-none-any' } });
      await mkdir(join(output, 'simple'), { recursive: true });
      await writeFile(join(output, 'simple/index.html'), 'mine');
      const refused = await cli(release(first));
      expect(refused.code).toBe(1);
      expect(JSON.parse(refused.out)).toMatchObject({ error: { code: 'index/not-ours' } });
      expect(readFileSync(join(output, 'simple/index.html'), 'utf8')).toBe('mine');
    });

    it('lists an interpreter that is broken, and serves the others', async () => {
      const broken = join(folder, 'broken/bin/python3.12');
      await mkdir(join(folder, 'broken/bin'), { recursive: true });
      await writeFile(broken, '#!/bin/sh\nkill -SEGV $$\n');
      await chmod(broken, 0o755);
      await writeProject(project, { script: { tag: 'py3-none-any' } });
      const env = {
        ...process.env,
        PATH: `${join(folder, 'broken/bin')}:${process.env['PATH'] ?? ''}`,
      };
      const args = [
        'release',
        project,
        '-o',
        output,
        '--frontend',
        'direct',
        '--python',
        `3.${first.version.minor}`,
      ];
      const { code, out } = await cli(args, { env });
      expect(code).toBe(0);
      expect(out).toContain('1 wheel for 1 interpreter');
      expect(out).toMatch(/does not run +\S*broken\/bin\/python3\.12/);
      const asked = await cli([...args, '--python', broken], { env });
      expect(asked.code).toBe(1);
      expect(asked.err).toContain('release/no-interpreter');
    });

    it('that crashes the Python it builds with says so, and the others go on', async () => {
      await writeProject(project, { scripts: { [shortVersion(first)]: { signal: 'SIGSEGV' } } });
      const { code, out } = await cli(release(first, second));
      expect(code).toBe(1);
      expect((JSON.parse(out) as ReleaseReport).jobs).toMatchObject([
        {
          test: 'not-run',
          error: { code: 'build/crashed', message: 'The build was ended by SIGSEGV.' },
        },
        { test: 'passed' },
      ]);
    });

    it('of sources that may not be read is refused with their path', async (ctx) => {
      await writeProject(project, { files: { 'secret/key.c': '' } });
      chmodSync(join(project, 'secret'), 0o000);
      onTestFinished(() => chmodSync(join(project, 'secret'), 0o755));
      const nobody = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups'];
      if (
        isRoot &&
        spawnSync(nobody[0] ?? '', [...nobody.slice(1), process.execPath, '--version']).status !== 0
      )
        return ctx.skip('root cannot become another user here');
      chmodSync(folder, 0o777);
      const python =
        spawnSync('/usr/bin/python3', ['--version']).status === 0 ? '/usr/bin/python3' : first.path;
      const { code, err } = await cli(
        [
          'release',
          project,
          '-o',
          output,
          '--python',
          python,
          '--cache-dir',
          join(folder, 'cache'),
        ],
        {
          through: isRoot ? nobody : [],
          env: { PATH: '/usr/bin:/bin', HOME: folder },
          cwd: tmpdir(),
        },
      );
      expect(err).toContain('file/no-permission');
      expect(err).toContain(join(project, 'secret'));
      expect(code).toBe(1);
      expect(existsSync(output)).toBe(false);
    });

    it('twice gives the same bytes, whatever the folder, time zone, locale and umask', async () => {
      await writeProject(project);
      const outputs: (readonly string[])[] = [];
      for (const [name, env] of [
        ['one', { TZ: 'Asia/Tokyo', LANG: 'C' }],
        ['two', { TZ: 'America/New_York', LC_ALL: 'C.UTF-8' }],
      ] as const) {
        output = join(folder, name);
        const through = name === 'two' ? ['sh', '-c', 'umask 077; exec "$@"', 'sh'] : [];
        const { out } = await cli([...release(first), '--force'], {
          env: { ...quietEnvironment(), ...env },
          through,
        });
        const { wheels } = JSON.parse(out) as ReleaseReport;
        outputs.push(wheels.map(({ filename, sha256 }) => `${filename} ${sha256}`));
      }
      expect(outputs[0]?.length).toBe(1);
      expect(outputs[1]).toEqual(outputs[0]);
      expect((await readdir(join(folder, 'one'))).sort()).toEqual(
        (await readdir(join(folder, 'two'))).sort(),
      );
    });
  },
);
