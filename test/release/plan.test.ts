import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { PackageBuild } from '../../src/build/index.ts';
import { planRelease, type ReleaseRequest } from '../../src/release/index.ts';
import { answering, facts, machineIn, script, versionFacts } from '../python/fakes.ts';
import { writeProject } from '../support/project-builder.ts';
import { scratch } from '../support/scratch.ts';

let folder: string;
let project: string;

beforeEach(async () => {
  folder = await scratch();
  project = join(folder, 'project');
  await mkdir(project);
  await writeProject(project);
});

/** A Python of the machine that does nothing but answer what it is. */
async function python(version: string, changes: Parameters<typeof facts>[0] = {}): Promise<string> {
  const [major, minor] = version.split('.');
  const tag = `cp${major ?? ''}${minor ?? ''}`;
  const prefix = join(folder, 'root/opt/python', `${tag}-${tag}`);
  const path = join(prefix, 'bin/python');
  const found = { ...versionFacts(version), executable: path, prefix, basePrefix: prefix };
  // The machine's own PATH is empty, so that no real Python is found.
  return script(path, `PATH=/usr/bin:/bin\n${answering(facts({ ...found, ...changes }))}`);
}

async function plan(changes: Partial<ReleaseRequest> = {}): Promise<PackageBuild> {
  const run = await planRelease({
    directories: ['project'],
    machine: 'x86_64',
    today: '2026-11-20',
    python: [],
    isolated: true,
    offline: false,
    configSettings: {},
    search: machineIn(folder),
    ...changes,
  });
  return run.packages[0] as PackageBuild;
}

describe('a plan', () => {
  it('has a job for each Python of the machine, the oldest first', async () => {
    for (const version of ['3.13.0', '3.9.1', '3.10.2']) await python(version);
    const { jobs, leftOut, output, sources } = await plan();
    expect(jobs.map(({ id }) => id)).toEqual([
      'cp39-manylinux_x86_64',
      'cp310-manylinux_x86_64',
      'cp313-manylinux_x86_64',
    ]);
    expect(leftOut).toEqual([]);
    expect(output).toBe(join(project, 'wheelhouse'));
    expect(sources.root).toBe(project);
  });

  it('takes paths relative to where the user stands', async () => {
    await python('3.12.0');
    const { output, sources, project: read } = await plan({ output: 'out', sourceRoot: '.' });
    expect([output, sources.root, read.directory]).toEqual([join(folder, 'out'), folder, project]);
    expect(sources.projectPath).toBe('project');
  });

  it('leaves out what Requires-Python excludes and what does not run', async () => {
    await writeProject(project, { project: 'requires-python = ">=3.12"' });
    await python('3.9.1');
    await python('3.12.0');
    const broken = await script(
      join(folder, 'root/opt/python/cp311-cp311/bin/python'),
      'kill -SEGV $$',
    );
    const { jobs, leftOut } = await plan();
    expect(jobs.map(({ id }) => id)).toEqual(['cp312-manylinux_x86_64']);
    expect(leftOut).toMatchObject([
      { executable: broken, broken: true },
      { python: 'CPython 3.9.1', broken: false, reason: expect.stringContaining('>=3.12') },
    ]);
  });

  it('has Python 2 only where somebody asks for it', async () => {
    await python('2.7.18');
    await python('3.12.0');
    const silent = await plan();
    expect(silent.jobs.length).toBe(1);
    expect(silent.leftOut).toMatchObject([
      { python: 'CPython 2.7.18', reason: expect.stringContaining('--python') },
    ]);
    expect((await plan({ python: ['2.7'] })).jobs.map(({ id }) => id)).toEqual([
      'cp27-manylinux_x86_64',
    ]);
    await writeProject(project, { project: 'requires-python = ">=2.7"' });
    expect((await plan()).jobs.length).toBe(2);
  });

  it("takes the project's selectors where the user gives none", async () => {
    await python('3.9.1');
    await python('3.12.0');
    await writeProject(project, { toml: '[tool.wheelworks]\npython = ["3.9"]\n' });
    expect((await plan()).jobs.map(({ id }) => id)).toEqual(['cp39-manylinux_x86_64']);
    expect((await plan({ python: ['>=3.12'] })).jobs.map(({ id }) => id)).toEqual([
      'cp312-manylinux_x86_64',
    ]);
  });

  it('has the test command of the user, or that of the project, or none', async () => {
    await python('3.12.0');
    await writeProject(project, { toml: '[tool.wheelworks]\ntest-command = "own"\n' });
    const commandOf = ({ jobs }: PackageBuild) => jobs[0]?.options.testCommand;
    expect(commandOf(await plan())).toBe('own');
    expect(commandOf(await plan({ testCommand: 'other' }))).toBe('other');
    expect(commandOf(await plan({ testCommand: ' ' }))).toBe('');
  });
});

describe('no plan is made', () => {
  it('without any Python', async () => {
    await expect(plan()).rejects.toMatchObject({ code: 'release/no-interpreter', path: project });
  });

  it('when one that was asked for is not there, though others are', async () => {
    await python('3.12.0');
    await writeProject(project, { project: 'requires-python = ">=3.12"' });
    const error: unknown = await plan({ python: ['3.12', '3.99'] }).catch((thrown) => thrown);
    expect(error).toMatchObject({
      code: 'release/no-such-interpreter',
      message: expect.stringContaining('3.99'),
    });
    expect(error).not.toMatchObject({ evidence: expect.stringContaining('requires') });
  });

  it('when the project does not support one that was asked for', async () => {
    await python('3.12.0');
    await writeProject(project, { project: 'requires-python = ">=3.13"' });
    await expect(plan({ python: ['3.12'] })).rejects.toMatchObject({
      evidence: 'the project requires Python >=3.13',
    });
  });

  it.each(['.', 'project', 'project/.', '/'])(
    'into a folder that holds the sources: %s',
    async (output) => {
      await python('3.12.0');
      await expect(plan({ output })).rejects.toMatchObject({ code: 'config/output-folder' });
    },
  );

  it('with a source root elsewhere', async () => {
    await python('3.12.0');
    await mkdir(join(folder, 'elsewhere'));
    await expect(plan({ sourceRoot: 'elsewhere', output: 'out' })).rejects.toMatchObject({
      code: 'config/source-root',
    });
  });

  it('for a project that cannot be read', async () => {
    await writeFile(join(project, 'pyproject.toml'), '[');
    await expect(plan()).rejects.toMatchObject({ code: 'config/bad-pyproject' });
  });
});
