/** Builds with real Pythons and the scripted backend: what `wheelworks build` does. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { machine } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  prepareBuild,
  readFailedJob,
  runBuild,
  testOnly,
  type BuildReport,
  type BuildRequest,
} from '../../src/build/index.ts';
import type { Interpreter } from '../../src/python/index.ts';
import { ignoreEvents } from '../../src/support/progress/events.ts';
import {
  buildCalls,
  compileLibrary,
  hasCompiler,
  hostPythons,
  shortVersion,
  writeProject,
} from '../support/project-builder.ts';
import { hostSession } from '../support/repair-session.ts';
import { scratch } from '../support/scratch.ts';

const python = (await hostPythons()).at(-1);
const PURE = { tag: 'py3-none-any' };

let folder: string;
let project: string;

beforeEach(async () => {
  folder = await scratch();
  project = join(folder, 'project');
  await mkdir(project);
});

describe.skipIf(python === undefined)('building (skipped without a Python 3.8)', () => {
  const host = python as Interpreter;

  const build = async (
    changes: Partial<BuildRequest> = {},
    wheels: readonly string[] = [],
  ): Promise<BuildReport> => {
    const session = await hostSession();
    const run = await prepareBuild({
      directories: [project],
      output: join(folder, 'out'),
      python: [host.path],
      frontend: 'direct',
      isolated: true,
      offline: false,
      configSettings: {},
      machine: machine(),
      today: '2026-11-20',
      search: {
        platform: process.platform,
        env: { PATH: process.env['PATH'], PIP_CONFIG_FILE: '/dev/null' },
        home: join(folder, 'no home'),
        cwd: folder,
      },
      ...changes,
    });
    const options = {
      jobs: 2,
      events: ignoreEvents,
      signal: new AbortController().signal,
      toolVersion: 'test',
      repair: async () => session,
    };
    return wheels.length > 0 ? testOnly(run, wheels, options) : runBuild(run, options);
  };

  it('gives a tested wheel, does nothing again, and tests a given one', async () => {
    await writeProject(project, { script: PURE });
    const report = await build({ testCommand: 'python -c "import demo"' });
    const path = join(folder, 'out', 'demo-1.0-py3-none-any.whl');
    expect(report).toMatchObject({ ok: true, packages: ['demo'], jobs: [{ test: 'passed' }] });
    expect(existsSync(path)).toBe(true);
    const again = await build({ testCommand: 'python -c "import demo"' });
    expect(again.jobs).toMatchObject([{ origin: 'reused', test: 'reused' }]);
    const failed = await build({ testCommand: 'exit 4' }, [path]);
    const [job] = failed.jobs;
    expect(job?.error?.code).toBe('release/test-failed');
    expect(await buildCalls(project)).toHaveLength(1);
    // The last failure is kept until the test passes.
    const name = { id: job?.id ?? '', package: 'demo' };
    const kept = await readFailedJob(join(folder, 'out'), name);
    expect(kept).toMatchObject({ step: 'test', args: ['-c', 'exit 4'], place: 'host' });
    expect(kept?.kept).toBe(join(job?.kept ?? '', 'test'));
    expect(existsSync(join(kept?.kept ?? '', 'venv', 'pyvenv.cfg'))).toBe(true);
    await build({ testCommand: 'exit 5' }, [path]);
    expect(await readFailedJob(join(folder, 'out'), name)).toMatchObject({
      args: ['-c', 'exit 5'],
    });
    await build({ testCommand: '' }, [path]);
    expect(existsSync(job?.kept ?? '')).toBe(false);
  });

  it.each([
    ['project', { name: 'other' }, 'build/other-project'],
    ['version', { version: '2.0' }, 'build/other-version'],
  ])('refuses the wheel of another %s, and publishes nothing', async (_what, script, code) => {
    await writeProject(project, { script: PURE, scripts: { [shortVersion(host)]: script } });
    const report = await build();
    expect(report).toMatchObject({ ok: false, wheels: [], jobs: [{ error: { code } }] });
    expect(readdirSync(join(folder, 'out')).some((name) => name.endsWith('.whl'))).toBe(false);
  });

  it('names a job that is demanded and that no interpreter here serves', async () => {
    await writeProject(project, { script: PURE });
    const report = await build({ python: [], selection: { only: 'pp310-manylinux_x86_64' } });
    expect(report.ok).toBe(false);
    expect(report.jobs[0]?.error).toMatchObject({
      code: 'build/no-interpreter',
      message: expect.stringContaining('pp310-manylinux_x86_64'),
    });
  });

  it.each([
    ['fails', { exit: 3 }, {}, 'build/failed'],
    ['hangs', { sleep: 60 }, { timeoutMs: 1500 }, 'build/timed-out'],
    ['writes two wheels', { wheels: 2 }, {}, 'build/several-wheels'],
  ])(
    'keeps the folder of a backend that %s, with its command',
    async (_what, script, changes, code) => {
      await writeProject(project, { script: { ...PURE, ...script } });
      const [job] = (await build(changes)).jobs;
      expect(job?.error?.code).toBe(code);
      const kept = await readFailedJob(join(folder, 'out'), {
        id: job?.id ?? '',
        package: 'demo',
      });
      expect(kept).toMatchObject({ place: 'host', command: host.path, error: { code } });
      expect(existsSync(join(kept?.kept ?? '', 'sources', 'pyproject.toml'))).toBe(true);
    },
  );

  it('keeps failed jobs of two packages with one id apart', async () => {
    const directories = ['one', 'two'].map((name) => join(folder, name));
    for (const [index, directory] of directories.entries()) {
      await mkdir(directory);
      await writeProject(directory, { script: { name: `demo${index}`, exit: 3 + index } });
    }
    const { jobs } = await build({ directories });
    expect(jobs.map(({ id }) => id)).toEqual([jobs[0]?.id, jobs[0]?.id]);
    expect(new Set(jobs.map(({ kept }) => kept)).size).toBe(2);
    for (const { id, package: name, kept } of jobs) {
      const failed = await readFailedJob(join(folder, 'out'), { id, package: name });
      expect(failed?.package).toBe(name);
      expect(failed?.kept).toContain(kept);
      expect(readFileSync(join(failed?.kept ?? '', 'sources/pyproject.toml'), 'utf8')).toContain(
        `name = "${name}"`,
      );
    }
  });

  it('puts what a repair command says into the log of the build', async () => {
    await writeProject(project, {
      script: PURE,
      toml: '[tool.wheelworks]\nrepair-wheel-command = "echo mended by hand && cp {wheel} {dest_dir}"\n',
    });
    const [job] = (await build()).jobs;
    expect(job?.error).toBeUndefined();
    const log = readFileSync(join(folder, 'out', job?.logs[0] ?? ''), 'utf8');
    expect(log).toContain('calling scripted_backend\n');
    expect(log).toMatch(/\n\$ echo mended by hand && cp .*\nmended by hand\n/);
  });

  it('tells which wheels of earlier sources went', async () => {
    await writeProject(project, { script: PURE });
    await build();
    await writeProject(project, { script: { ...PURE, version: '2.0' } });
    const report = await build();
    expect(report.removed).toEqual(['demo-1.0-py3-none-any.whl']);
  });

  it('leaves a wheel whose test fails out of the folder, and does not build it again', async () => {
    await writeProject(project, { script: PURE });
    const failed = await build({ testCommand: 'exit 4' });
    expect(failed).toMatchObject({ ok: false, wheels: [] });
    expect(readdirSync(join(folder, 'out')).some((name) => name.endsWith('.whl'))).toBe(false);
    expect((await build({ testCommand: 'true' })).jobs).toMatchObject([{ origin: 'reused' }]);
  });

  it('builds a package after those that it needs, and lets it find their wheels', async () => {
    const parts = ['low', 'high'].map((name) => join(folder, name));
    const [low = '', high = ''] = parts;
    await mkdir(low);
    await mkdir(high);
    await writeProject(low, { script: { ...PURE, name: 'low' }, project: '' });
    await writeProject(high, {
      script: { ...PURE, name: 'high', metadata: ['Requires-Dist: low'] },
      project: 'dependencies = ["low"]',
    });
    const report = await build({ directories: [high, low] });
    expect(report.jobs.map(({ package: name, test }) => [name, test])).toEqual([
      ['low', 'passed'],
      ['high', 'passed'],
    ]);
  });

  it.skipIf(!hasCompiler)('splits debug files off, and gdb finds them', async () => {
    const library = join(folder, 'lib/native.so');
    await compileLibrary(
      library,
      'static int hidden(int x) { return x * 3; }\nint answer(void) { return hidden(14); }\n',
      ['-g', '-Wl,--build-id=sha1'],
    );
    await writeProject(project, {
      script: { copies: { 'demo/native.so': library }, tag: `py3-none-linux_${machine()}` },
      toml: '[tool.wheelworks]\ndebug-files = true\n',
    });
    const report = await build({ untested: true });
    const [job] = report.jobs;
    expect(job?.error).toBeUndefined();
    const output = join(folder, 'out');
    const debug = join(output, 'logs', job?.id ?? '', 'debug');
    const listed = JSON.parse(readFileSync(join(debug, 'files.json'), 'utf8')) as {
      files: { path: string; debugFile: string; before: number; after: number }[];
    };
    expect(listed.files.map(({ path }) => path)).toEqual(['demo/native.so']);
    const [file] = listed.files;
    expect(file?.debugFile).toMatch(/^\.build-id\/..\/[0-9a-f]+\.debug$/);
    expect(file?.after).toBeLessThan(file?.before ?? 0);
    expect(job?.sideFiles).toContain(['logs', job?.id, 'debug', file?.debugFile].join('/'));
    if (spawnSync('gdb', ['--version']).status !== 0) return;
    const installed = join(folder, 'installed');
    spawnSync(host.path, ['-m', 'zipfile', '-e', join(output, job?.wheel ?? ''), installed]);
    const { stdout } = spawnSync(
      'gdb',
      ['-nx', '-batch', '-ex', `set debug-file-directory ${debug}`].concat([
        '-ex',
        `file ${join(installed, 'demo/native.so')}`,
        '-ex',
        'info line hidden',
      ]),
      { encoding: 'utf8' },
    );
    expect(stdout).toMatch(/Line 1 of ".*native\.so\.c"/);
    // Nothing is built again, and the files are still told.
    expect((await build({ untested: true })).jobs[0]).toMatchObject({
      origin: 'reused',
      sideFiles: job?.sideFiles,
    });
  });

  it.skipIf(!hasCompiler)('gives the same bytes from another folder', async () => {
    const source = join(import.meta.dirname, '../../examples/spam');
    const wheel = async (output: string): Promise<Buffer> => {
      const report = await build({
        directories: [source],
        output,
        untested: true,
        search: {
          platform: process.platform,
          env: { PATH: process.env['PATH'], CFLAGS: '-g', TMPDIR: output },
          home: folder,
          cwd: folder,
        },
      });
      return readFileSync(join(output, report.wheels[0]?.filename ?? ''));
    };
    const first = await wheel(join(folder, 'a'));
    expect(first.equals(await wheel(join(folder, 'b')))).toBe(true);
  });
});
