import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cli, type CliResult } from '../../support/cli.ts';
import { githubProblems, gitlabProblems } from '../../support/ci-schemas.ts';
import { scratch } from '../../support/scratch.ts';
import { git } from '../../versioning/git-repository.ts';

const PROJECT = '[project]\nname = "demo"\nversion = "1.0"\n';

/** A repository with a project in `py/demo`. */
async function repository(): Promise<{
  readonly root: string;
  readonly ci: (...args: readonly string[]) => Promise<CliResult>;
}> {
  const root = await scratch();
  await mkdir(join(root, '.git'));
  await mkdir(join(root, 'py/demo'), { recursive: true });
  await writeFile(join(root, 'py/demo/pyproject.toml'), PROJECT);
  return {
    root,
    ci: async (...args) => cli(['ci', 'init', ...args], { cwd: join(root, 'py/demo') }),
  };
}

describe('wheelworks ci init', () => {
  test('writes the workflow where GitHub looks for it, for the project’s folder', async () => {
    const { root, ci } = await repository();
    expect(await ci('github')).toMatchObject({ code: 0, err: '' });
    const text = await readFile(join(root, '.github/workflows/wheels.yml'), 'utf8');
    expect(await githubProblems(text)).toEqual([]);
    expect(text).toContain('wheelworks plan py/demo --platform all --json > plan.json');
    expect(await ci('github', '--check')).toMatchObject({ code: 0 });
  });

  test('is for a project that can be planned', async () => {
    const { root, ci } = await repository();
    const nowhere = join(root, 'nowhere');
    expect((await ci('github', nowhere)).err).toContain('config/no-project');
    await expect(readFile(join(nowhere, '.github/workflows/wheels.yml'))).rejects.toThrow('ENOENT');
    expect((await ci('github', root)).err).toContain('config/no-project');
    await writeFile(
      join(root, 'py/demo/pyproject.toml'),
      `${PROJECT}[tool.cibuildwheel]\nbogus = 1\n`,
    );
    expect(await ci('github')).toMatchObject({ code: 2, out: '' });
    expect((await ci('github')).err).toContain('config/unknown-setting');
  });

  test('builds the tags that name versions by the settings', async () => {
    const { root, ci } = await repository();
    expect((await ci('github', '--dry-run')).out).toMatch(/tags:\s+- '\[0-9\]\*'\s+- v\[0-9\]\*\n/);
    const patterns = '[tool.wheelworks.version]\ntag-pattern = ["{name}-{version}", "{version}"]\n';
    await writeFile(join(root, 'py/demo/pyproject.toml'), PROJECT + patterns);
    const { out } = await ci('github', '--dry-run');
    for (const filter of ['demo-[0-9]*', 'v[0-9]*', '[0-9]*']) expect(out).toContain(filter);
    expect(await githubProblems(out)).toEqual([]);
  });

  test('the branch is that of the repository, and stays when the file is made again', async () => {
    const { root, ci } = await repository();
    const branches = async (...args: readonly string[]): Promise<string | undefined> =>
      /branches:\s+- (\S+)/.exec((await ci('github', '--dry-run', ...args)).out)?.[1];
    expect(await branches()).toBe('main');
    await rm(join(root, '.git'), { recursive: true });
    git(root, 'init', '-q', '-b', 'trunk');
    expect(await branches()).toBe('trunk');
    expect(await branches('--branch', 'release')).toBe('release');
    git(root, 'symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/devel');
    expect(await branches()).toBe('devel');
    const made = await ci('github');
    expect(made.out).toContain('pushes to devel, tags and pull requests are built');
    git(root, 'symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/other');
    expect(await ci('github', '--check')).toMatchObject({ code: 0 });
    expect(await branches()).toBe('devel');
    expect(await branches('--branch', 'main')).toBe('main');
  });

  test('plan --format gitlab publishes what the settings call a release', async () => {
    const { root } = await repository();
    const settings = '[tool.wheelworks.version]\ntag-pattern = "{name}-{version}"\n';
    await writeFile(join(root, 'py/demo/pyproject.toml'), PROJECT + settings);
    const { out } = await cli(
      'plan py/demo --platform linux --archs x86_64 --format gitlab --publish-to pypi'.split(' '),
      { cwd: root },
    );
    expect(out).toContain('$CI_COMMIT_TAG =~ /^(demo-v?');
  });

  test('writes the pipeline of GitLab', async () => {
    const { root, ci } = await repository();
    expect(await ci('gitlab', '--publish-to', 'none')).toMatchObject({ code: 0, err: '' });
    const text = await readFile(join(root, '.gitlab-ci.yml'), 'utf8');
    expect(text).not.toContain('--publish-to pypi');
    expect(await gitlabProblems(text, join(root, 'other'))).toEqual([]);
  });

  test('the head of the file holds the command that makes it again', async () => {
    const { root, ci } = await repository();
    await ci('github', '--branch', 'dev', '--runner', 'linux-s390x=my box', '--file', 'w.yml');
    const [head = ''] = (await readFile(join(root, 'py/demo/w.yml'), 'utf8')).split('\n');
    expect(head).toContain(
      "wheelworks ci init github --file w.yml --branch dev --runner 'linux-s390x=my box'",
    );
  });

  test('--check shows what is out of date and changes nothing', async () => {
    const { root, ci } = await repository();
    const file = join(root, '.github/workflows/wheels.yml');
    expect(await ci('github', '--check')).toMatchObject({ code: 1 });
    await ci('github');
    const changed = (await readFile(file, 'utf8')).replace(
      'timeout-minutes: 10',
      'timeout-minutes: 99',
    );
    await writeFile(file, changed);
    const { code, out } = await ci('github', '--check');
    expect(code).toBe(1);
    expect(out).toContain('-    timeout-minutes: 99\n+    timeout-minutes: 10\n');
    expect(await readFile(file, 'utf8')).toBe(changed);
    expect(await ci('github')).toMatchObject({ code: 0 });
    expect(await ci('github', '--check')).toMatchObject({ code: 0 });
  });

  test('a file of others stays, unless --force is given', async () => {
    const { root, ci } = await repository();
    const file = join(root, '.gitlab-ci.yml');
    await writeFile(file, 'mine: true\n');
    const refused = await ci('gitlab');
    expect(refused.code).toBe(1);
    expect(refused.err).toContain('ci/foreign-file');
    expect(await readFile(file, 'utf8')).toBe('mine: true\n');
    expect(await ci('gitlab', '--force')).toMatchObject({ code: 0 });
    expect(await readFile(file, 'utf8')).toContain('wheels.yml');
  });

  test('--dry-run prints it and writes nothing', async () => {
    const { root, ci } = await repository();
    const { out } = await ci('github', '--dry-run');
    expect(await githubProblems(out)).toEqual([]);
    await expect(readFile(join(root, '.github/workflows/wheels.yml'))).rejects.toThrow('ENOENT');
    const document = JSON.parse((await ci('github', '--dry-run', '--json')).out) as object;
    expect(document).toMatchObject({ schema: 'wheelworks.ci.init/1', state: 'missing', text: out });
  });

  test('runners for what is no platform are refused', async () => {
    const { ci } = await repository();
    const unknown = await ci('github', '--runner', 'linux-arch64=box');
    expect(unknown.err).toMatch(/ci\/unknown-target.*\n.*Did you mean linux-aarch64/);
    expect((await ci('github', '--runner', 'amiga=box')).err).toContain('cli/bad-value');
    expect((await ci('github', '--runner', 'linux=')).err).toContain('cli/bad-value');
  });
});
