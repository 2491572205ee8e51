import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import {
  githubWorkflow,
  gitlabParent,
  gitlabPipeline,
  releaseTags,
  type PipelineOptions,
} from '../../../src/plan/ci/index.ts';
import { githubProblems, gitlabProblems } from '../../support/ci-schemas.ts';
import { scratch } from '../../support/scratch.ts';
import { EVERYWHERE, job, plan } from './plans.ts';

const OPTIONS: PipelineOptions = {
  version: '1.2.3',
  command: 'wheelworks ci init',
  branch: 'main',
  directory: '.',
  tags: releaseTags(['{version}']),
  runners: [],
  publishTo: 'pypi',
};
const { publishTo: _, ...WITHOUT_UPLOAD } = OPTIONS;

interface Step {
  readonly uses?: string;
  readonly run?: string;
}
interface Workflow {
  readonly permissions: object;
  readonly jobs: Readonly<
    Record<
      string,
      { readonly needs?: string | string[]; readonly permissions: object; readonly steps: Step[] }
    >
  >;
}
interface GitlabJob {
  readonly stage?: string;
  readonly image?: string;
  readonly needs?: unknown;
  readonly script?: string[];
  readonly before_script?: string[];
  readonly services?: { readonly name: string }[];
}

function workflow(options: PipelineOptions = OPTIONS): Workflow {
  return parse(githubWorkflow(options)) as Workflow;
}

function child(text: string): Readonly<Record<string, GitlabJob>> {
  const { stages, workflow: rules, variables, ...jobs } = parse(text) as Record<string, unknown>;
  expect([stages, rules, variables]).not.toContain(undefined);
  return jobs as Record<string, GitlabJob>;
}

describe('the workflow of GitHub Actions', () => {
  test.each([
    ['as it is', OPTIONS],
    ['without an upload', WITHOUT_UPLOAD],
    ['of a folder with odd characters', { ...OPTIONS, directory: "some dir/it's" }],
    ['with runners', { ...OPTIONS, runners: ['linux-aarch64=big box,arm'] }],
  ])('is one by GitHub’s own parser: %s', async (_, options) => {
    expect(await githubProblems(githubWorkflow(options))).toEqual([]);
  });

  test('that parser finds what is wrong', async () => {
    const text = githubWorkflow(OPTIONS);
    expect(await githubProblems(text.replace('runs-on:', 'run-on:'))).not.toEqual([]);
    expect(await githubProblems(text.replace('needs: plan', 'needs: plam'))).not.toEqual([]);
    expect(await githubProblems(text.replace('fromJSON(', 'fromJson2('))).not.toEqual([]);
  });

  test('every action is pinned to a commit, with its version beside it', () => {
    const uses = githubWorkflow(OPTIONS)
      .split('\n')
      .filter((line) => line.includes('uses:'));
    expect(uses.length).toBeGreaterThan(10);
    for (const line of uses)
      expect(line).toMatch(/uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  test('wheelworks is installed in just one version', () => {
    const installs = githubWorkflow(OPTIONS).match(/npm install .*/g) ?? [];
    expect(installs).toHaveLength(5);
    for (const line of installs)
      expect(line).toMatch(/ wheelworks@1\.2\.3( @sigstore\/sign@[\d.]+)?$/);
  });

  test('the last jobs need all others', () => {
    const { jobs } = workflow();
    expect(Object.keys(jobs)).toEqual(['plan', 'build', 'sdist', 'complete', 'publish']);
    expect(jobs['complete']?.needs).toEqual(['plan', 'build', 'sdist']);
    expect(jobs['publish']?.needs).toEqual(['plan', 'build', 'sdist', 'complete']);
  });

  test('only the upload may ask for an identity, and nothing may write', () => {
    const { permissions, jobs } = workflow();
    expect(permissions).toEqual({});
    for (const [name, { permissions: own }] of Object.entries(jobs))
      expect(own).toEqual(
        name === 'publish' ? { contents: 'read', 'id-token': 'write' } : { contents: 'read' },
      );
    expect(Object.keys(workflow(WITHOUT_UPLOAD).jobs)).not.toContain('publish');
  });

  test('filters are narrower than all tags, and only versions are published', () => {
    const { on, jobs } = parse(githubWorkflow(OPTIONS)) as {
      readonly on: { readonly push: { readonly tags: string[] } };
      readonly jobs: Readonly<Record<string, { readonly if?: string; readonly outputs?: object }>>;
    };
    expect(on.push.tags).toEqual(['[0-9]*', 'v[0-9]*']);
    expect(jobs['publish']?.if).toBe("needs.plan.outputs.release == 'true'");
    expect(jobs['plan']?.outputs).toHaveProperty('release');
    const without = parse(githubWorkflow(WITHOUT_UPLOAD)) as Workflow;
    expect(JSON.stringify(without.jobs['plan'])).not.toContain('release');
  });

  test('a branch is a name, not a pattern', () => {
    const text = githubWorkflow({ ...OPTIONS, branch: 'c++' });
    expect((parse(text) as { on: { push: { branches: string[] } } }).on.push.branches).toEqual([
      String.raw`c\+\+`,
    ]);
  });

  test('no script has an expression of GitHub in it', () => {
    for (const { steps } of Object.values(workflow().jobs))
      for (const { run } of steps) expect(run ?? '').not.toContain('${{');
  });
});

describe('the child pipeline of GitLab', () => {
  const options = { version: '1.2.3', publishTo: 'pypi', tags: OPTIONS.tags };
  const text = gitlabPipeline(EVERYWHERE, options);

  test('is one by GitLab’s schema', async () => {
    expect(await gitlabProblems(text, join(await scratch(), 'child'))).toEqual([]);
  });

  test('that schema finds what is wrong', async () => {
    const wrong = text.replace('interruptible:', 'interuptible:');
    expect(await gitlabProblems(wrong, join(await scratch(), 'child'))).not.toEqual([]);
  });

  test('has every identifier once', () => {
    const only = Object.values(child(text)).flatMap(({ script = [] }) =>
      script.flatMap((line) => [...line.matchAll(/--only (\S+)/g)].map(([, id]) => id ?? '')),
    );
    expect(only.toSorted()).toEqual(EVERYWHERE.jobs.map(({ id }) => id).toSorted());
  });

  test('completeness waits for all builds, however many: by stages, since needs takes 50', () => {
    const many = plan(Array.from({ length: 60 }, (_, i) => job(`cp3${i}-manylinux_x86_64`)));
    const jobs = child(gitlabPipeline(many, options));
    const stages = Object.entries(jobs).map(([name, { stage }]) => [name, stage]);
    expect(stages.filter(([, stage]) => stage === 'build')).toHaveLength(61);
    expect(stages.slice(-2)).toEqual([
      ['complete', 'complete'],
      ['publish', 'publish'],
    ]);
    for (const { needs } of Object.values(jobs)) expect(needs).toBeUndefined();
  });

  test('every image has a tag and a digest, but those of virtual machines', () => {
    const images = Object.values(child(text)).flatMap(
      ({ image = 'macos-0-xcode-0', services = [] }) => [
        image,
        ...services.map(({ name }) => name),
      ],
    );
    for (const image of images)
      expect(image).toMatch(/^[\w./-]+:[\w.-]+@sha256:[0-9a-f]{64}$|^macos-\d+-xcode-\d+$/);
  });

  test('emulators and interpreters come where they are needed', () => {
    const jobs = child(text);
    const before = (id: string): string => (jobs[id]?.before_script ?? []).join('\n');
    expect(before('cp312-manylinux_ppc64le')).toContain('--install ppc64le');
    expect(before('cp312-manylinux_x86_64')).not.toContain('--install ');
    expect(before('cp314t-macosx_arm64')).toContain('uv python install cpython-3.14+freethreaded');
    expect(before('cp312-win32')).toContain('uv python install cpython-3.12-windows-x86-none');
  });

  test('publishes tags of releases alone', () => {
    const { publish } = child(text) as Record<string, { rules?: { if: string }[] }>;
    expect(publish?.rules?.map((rule) => rule.if)).toEqual([
      `$CI_COMMIT_TAG =~ /${OPTIONS.tags.expression}/`,
    ]);
  });

  test('refuses a platform without a machine, and takes one of one’s own', () => {
    const arm = plan([job('cp312-win_arm64')]);
    expect(() => gitlabPipeline(arm, options)).toThrow(
      expect.objectContaining({ code: 'ci/no-runner', evidence: 'windows-arm64' }),
    );
    const own = gitlabPipeline(arm, { ...options, runners: { 'windows-arm64': ['mine'] } });
    expect(child(own)['cp312-win_arm64']).toMatchObject({ tags: ['mine'] });
  });
});

describe('the parent pipeline of GitLab', () => {
  test.each([
    ['as it is', {}],
    ['with all choices', { publishTo: 'testpypi', directory: 'a b', runners: ['macos=x,y'] }],
  ])('is one by GitLab’s schema: %s', async (_, options) => {
    const text = gitlabParent({ ...OPTIONS, ...options });
    expect(await gitlabProblems(text, join(await scratch(), 'parent'))).toEqual([]);
  });

  test('only tags of releases make a pipeline, and names stay what they are', () => {
    const rules = (branch: string, patterns: readonly string[]): readonly string[] => {
      const text = gitlabParent({ ...OPTIONS, branch, tags: releaseTags(patterns) });
      const { workflow: made } = parse(text) as { workflow: { rules: { if: string }[] } };
      return made.rules.map((rule) => rule.if);
    };
    const [, tag, branch] = rules("it's", ['release/{version}']);
    expect(tag).toMatch(/^\$CI_COMMIT_TAG =~ \/\^\(release\\\/v\?/);
    expect(branch).toBe(`$CI_COMMIT_BRANCH == "it's"`);
  });

  test('runs what the plan wrote', () => {
    const { plan: first, wheels } = parse(gitlabParent(OPTIONS)) as Record<
      string,
      { script?: string[]; artifacts?: { paths: string[] }; trigger?: object; needs?: string[] }
    >;
    expect(first?.script?.at(-1)).toBe(
      'wheelworks plan --platform all --format gitlab --publish-to pypi > wheels.yml',
    );
    expect(first?.artifacts?.paths).toEqual(['wheels.yml']);
    expect(wheels?.trigger).toEqual({
      include: [{ artifact: 'wheels.yml', job: 'plan' }],
      strategy: 'depend',
    });
  });
});
