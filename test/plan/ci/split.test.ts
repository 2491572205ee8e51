/** Pipelines of projects with `[tool.wheelworks.split]`: jobs leave wheels whole, all of them together become sets. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import {
  githubWorkflow,
  gitlabPipeline,
  releaseTags,
  type PipelineOptions,
} from '../../../src/plan/ci/index.ts';
import { splitLines } from '../../../src/plan/ci/pipeline-options.ts';
import { githubProblems, gitlabProblems } from '../../support/ci-schemas.ts';
import { scratch } from '../../support/scratch.ts';
import { EVERYWHERE } from './plans.ts';

const WHOLE: PipelineOptions = {
  version: '1.2.3',
  command: 'wheelworks ci init',
  branch: 'main',
  directory: "some dir/it's",
  tags: releaseTags(['{version}']),
  runners: [],
  publishTo: 'pypi',
};
const SPLIT: PipelineOptions = { ...WHOLE, split: true };

interface Jobs {
  readonly jobs: Readonly<Record<string, { readonly steps: readonly object[] }>>;
}

describe('on GitHub', () => {
  const { jobs } = parse(githubWorkflow(SPLIT)) as Jobs;

  test('the workflow is one by GitHub’s own parser', async () => {
    expect(await githubProblems(githubWorkflow(SPLIT))).toEqual([]);
  });

  test('jobs leave wheels whole, and just what was split and checked is published', () => {
    expect(JSON.stringify(jobs['build'])).toContain(' --no-split');
    const complete = jobs['complete']?.steps.map((step) => JSON.stringify(step)) ?? [];
    const at = (text: string): number => complete.findIndex((step) => step.includes(text));
    expect(at('wheelworks split')).toBeGreaterThan(at('dist-*'));
    expect(at('"sets"')).toBeGreaterThan(at('wheelworks split'));
    expect(at('wheelworks check')).toBeGreaterThan(at('wheelworks split'));
    expect(jobs['publish']?.steps).toContainEqual(
      expect.objectContaining({ with: { name: 'sets', path: 'dist' } }),
    );
    expect(JSON.stringify(jobs['publish'])).not.toContain('dist-*');
  });

  test('a project without the table has nothing of it', () => {
    expect(githubWorkflow(WHOLE)).not.toMatch(/split|sets/);
  });
});

describe('on GitLab', () => {
  const options = { version: '1.2.3', publishTo: 'pypi', tags: WHOLE.tags };
  const text = gitlabPipeline(EVERYWHERE, { ...options, split: true });

  test('the pipeline is one by GitLab’s schema', async () => {
    expect(await gitlabProblems(text, join(await scratch(), 'child'))).toEqual([]);
  });

  test('the upload gets its files from the job that split them, and from no other', () => {
    const jobs = parse(text) as Record<string, Record<string, unknown>>;
    expect(JSON.stringify(jobs['cp312-manylinux_x86_64'])).toContain(' --no-split');
    expect(jobs['complete']?.['artifacts']).toMatchObject({ paths: ['wheelhouse', 'plan.json'] });
    expect(jobs['publish']?.['dependencies']).toEqual(['complete']);
    expect(gitlabPipeline(EVERYWHERE, options)).not.toMatch(/split|dependencies/);
  });
});

/** Runs the lines as a job does, with a command in place of wheelworks that does as `body` says. */
async function run(body: string): Promise<{ code: number; files: string[]; told: string }> {
  const root = await scratch();
  const bin = join(root, 'bin');
  await mkdir(join(root, 'dist'), { recursive: true });
  await mkdir(join(root, "some dir/it's"), { recursive: true });
  await mkdir(bin);
  for (const name of ['big.whl', 'small.whl', 'big.tar.gz'])
    await writeFile(join(root, 'dist', name), name);
  const told = join(root, 'told');
  const command = join(bin, 'wheelworks');
  await writeFile(command, `#!/bin/sh\n{ pwd; printf '%s\\n' "$@"; } > "${told}"\n${body}\n`);
  await chmod(command, 0o755);
  let code = 0;
  try {
    const script = splitLines('dist', SPLIT.directory).join('\n');
    const env = { PATH: `${bin}:/usr/bin:/bin` };
    execFileSync('sh', ['-e', '-c', script], { cwd: root, env, stdio: 'pipe' });
  } catch (error) {
    code = (error as { status: number }).status;
  }
  return {
    code,
    files: readdirSync(join(root, 'dist')).sort(),
    told: existsSync(told) ? readFileSync(told, 'utf8').replaceAll(root, 'ROOT') : '',
  };
}

describe.skipIf(process.platform === 'win32')('the lines of the script', () => {
  test('put the sets in the place of the wheels, and leave the sdist', async () => {
    const { code, files, told } = await run(
      'mkdir "$4" && touch "$4/big.whl" "$4/big_part1.whl" "$4/small.whl"',
    );
    expect(code).toBe(0);
    expect(files).toEqual(['big.tar.gz', 'big.whl', 'big_part1.whl', 'small.whl']);
    expect(told).toBe("ROOT/some dir/it's\nsplit\nROOT/dist\n--output\nROOT/dist-split\n");
  });

  test('leave all as it is when no wheel is over the limit', async () => {
    const { code, files } = await run('exit 3');
    expect(code).toBe(0);
    expect(files).toEqual(['big.tar.gz', 'big.whl', 'small.whl']);
  });

  test('stop the job when the split is refused', async () => {
    const { code, files } = await run('exit 1');
    expect(code).toBe(1);
    expect(files).toEqual(['big.tar.gz', 'big.whl', 'small.whl']);
  });
});
