/** How a release tests its wheels, with a real Python. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Interpreter } from '../../src/python/index.ts';
import type { JobReport } from '../../src/release/index.ts';
import { hostPythons, writeProject, type DemoProject } from '../support/project-builder.ts';
import { lastLog, release, type RunOptions } from '../support/release-runner.ts';
import { scratch } from '../support/scratch.ts';
import { writeWheelFile } from '../support/wheel-builder.ts';

const pythons = await hostPythons();
const python = pythons.at(-1) as Interpreter;

let folder: string;
let project: string;

beforeEach(async () => {
  folder = await scratch();
  project = join(folder, "it's ä $PROJECT");
  await mkdir(project);
});

const PURE = { tag: 'py3-none-any' };

/** The one job of a release, and its log. */
async function test(
  demo: DemoProject,
  options: RunOptions = {},
): Promise<{ job: JobReport; log: string }> {
  await writeProject(project, { script: PURE, ...demo });
  const report = await release(project, [python], options);
  const [job] = report.jobs;
  if (job === undefined) throw new Error('no job');
  return { job, log: lastLog(report, job) };
}

const command = (text: string): string =>
  `[tool.wheelworks]\ntest-command = ${JSON.stringify(text)}\n`;

describe.skipIf(pythons.length === 0)('a test (skipped without a Python 3.8)', () => {
  it('runs in an empty folder of a fresh environment with the wheel alone', async () => {
    const script = [
      'import demo, os, sys',
      'assert sys.prefix != sys.base_prefix',
      'assert demo.__file__.startswith(sys.prefix), demo.__file__',
      'assert os.listdir() == [], os.listdir()',
      'assert os.environ["VIRTUAL_ENV"] == sys.prefix or os.path.samefile(os.environ["VIRTUAL_ENV"], sys.prefix)',
      'print("ran with", sys.argv[1:])',
    ];
    const { job, log } = await test({
      toml: command('python {package}/test/check.py {project} "{wheel}"'),
      files: { 'test/check.py': script.join('\n') },
    });
    expect(job).toMatchObject({ test: 'passed', notices: [] });
    expect(log).toContain(
      `ran with ${pythonList([project, join(`${project}.out`, 'demo-1.0-py3-none-any.whl')])}`,
    );
    expect(log).toContain('--index-url');
  });

  it('knows the source root as the project', async () => {
    const inner = join(project, 'python');
    await mkdir(inner);
    await writeProject(inner, { script: PURE, toml: command('test {project}/python = {package}') });
    const report = await release(inner, [python], {
      sourceRoot: project,
      output: join(folder, 'out'),
    });
    expect(report.jobs[0]).toMatchObject({ test: 'passed' });
  });

  it('that fails is reported with its ending, its last lines and its log', async () => {
    const { job, log } = await test({
      toml: command(`python -c "print('the first word'); import sys; sys.exit('the last word')"`),
    });
    expect(job).toMatchObject({
      test: 'failed',
      wheel: 'demo-1.0-py3-none-any.whl',
      error: { code: 'release/test-failed', message: 'The test command failed: exit code 1.' },
    });
    expect(job.error?.evidence).toContain('the last word');
    expect(log).toContain('the first word');
  });

  it('that crashes says what that means', async () => {
    const crash = 'import os, signal; os.kill(os.getpid(), signal.SIGSEGV)';
    const { job } = await test({ toml: command(`python -c "${crash}"; exit $?`) });
    expect(job.error?.message).toContain('exit code 139 (SIGSEGV: native code');
  });

  it('of several commands needs each to succeed', async () => {
    const toml =
      '[tool.cibuildwheel]\ntest-command = ["test -f {project}/made", "test -f src/demo.py", "exit 7", "echo never"]\nbefore-all = "touch made"\ntest-sources = ["src/demo.py"]\n';
    await writeProject(project, { script: PURE, toml });
    const report = await release(project, [python]);
    expect(report.jobs[0]?.error?.message).toContain('exit code 7');
    expect(lastLog(report, report.jobs[0])).not.toContain('\nnever');
    expect(report.notices).toEqual([]);
  });

  it('may call pip, which is then that of the environment', async () => {
    const { job, log } = await test({
      toml: command('pip list --format freeze && python -m pip --version'),
    });
    expect(job.test).toBe('passed');
    expect(log).toContain('demo==1.0');
    expect(log).toMatch(/pip [\d.]+ from .*-test-\w+\/venv\//);
  });

  it('is replaced and left out by an option', async () => {
    expect((await test({ toml: command('exit 1') }, { testCommand: '' })).job.test).toBe('passed');
    expect((await test({}, { testCommand: 'exit 5' })).job.error?.message).toContain('exit code 5');
  });
});

describe.skipIf(pythons.length === 0)('dependencies (skipped without a Python 3.8)', () => {
  let links: string;

  beforeEach(async () => {
    links = join(folder, 'other wheels');
    await mkdir(links);
    for (const name of ['needed', 'extra', 'tester', 'unwanted'])
      await writeWheelFile(links, { name, files: { [`${name}.py`]: 'X = 1\n' } });
  });

  const NO_INDEX = { PIP_NO_INDEX: '1' };
  const metadata = [
    'Requires-Dist: needed>=1',
    'Requires-Dist: unwanted; python_version < "3"',
    'Requires-Dist: extra; extra == "test"',
    'Provides-Extra: test',
  ];

  it('come from where the user has them, with the extras and packages of the tests', async () => {
    const toml = `${command('python -c "import demo, needed, extra, tester" && ! python -c "import unwanted"')}test-requires = ["tester"]\ntest-extras = ["test"]\n`;
    const { job } = await test(
      { script: { ...PURE, metadata }, toml },
      {
        env: {
          ...NO_INDEX,
          PIP_FIND_LINKS: encodeURI(`file://${links}`),
          PIP_TARGET: join(folder, 'elsewhere'),
          PIP_USER: '1',
        },
      },
    );
    expect(job.error).toBeUndefined();
    expect(job.test).toBe('passed');
  });

  it('that cannot be had are named', async () => {
    const { job } = await test({ script: { ...PURE, metadata } }, { env: NO_INDEX });
    expect(job).toMatchObject({
      test: 'failed',
      error: {
        code: 'release/dependencies-failed',
        message: expect.stringContaining('needed>=1'),
        hint: expect.stringContaining('PIP_FIND_LINKS'),
      },
    });
  });

  it('may be other projects that were released into the same folder', async () => {
    const output = join(folder, 'out');
    const other = join(folder, 'other');
    await mkdir(other);
    await writeProject(other, {
      script: { ...PURE, name: 'sibling', files: { 'sibling.py': '' } },
    });
    await release(other, [python], { output });
    const needs = { ...PURE, metadata: ['Requires-Dist: sibling==1.0'] };
    const { job } = await test(
      { script: needs, toml: command('python -c "import demo, sibling"') },
      { output, env: NO_INDEX },
    );
    expect(job.test).toBe('passed');
  });

  it('never are a newer release of the project itself', async () => {
    await writeWheelFile(links, {
      name: 'demo',
      version: '9.0',
      files: { 'demo.py': 'raise SystemExit(9)' },
    });
    const { job } = await test(
      { toml: command('python -c "import demo"') },
      { env: { PIP_FIND_LINKS: encodeURI(`file://${links}`) } },
    );
    expect(job.test).toBe('passed');
  });
});

function pythonList(texts: readonly string[]): string {
  return `[${texts.map((text) => (text.includes("'") ? `"${text}"` : `'${text}'`)).join(', ')}]`;
}
