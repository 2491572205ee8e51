/** A plan as a child pipeline of GitLab CI. */
import { WheelworksError } from '../../support/errors.ts';
import type { BuildPlan } from '../model.ts';
import { ciJobs, type CiJob } from './ci-jobs.ts';
import { gitlabMachine } from './gitlab-machine.ts';
import { CI_IMAGES, CI_SIGSTORE } from './pins.ts';
import {
  directoryArgument,
  installLine,
  sdistLines,
  selectArguments,
  shellWord,
  splitLines,
  wholeArgument,
} from './pipeline-options.ts';
import { gitlabTagRule } from './gitlab-rules.ts';
import type { ReleaseTags } from './release-tags.ts';
import { checkTargets, runnerFor, type RunnerLabels } from './runners.ts';
import { SDIST_BUILDER } from './sdist-builder.ts';
import { yamlText } from './yaml-text.ts';

/** What the jobs of the child pipeline call. */
export interface GitlabPipelineOptions {
  /** The exact version of wheelworks that the jobs install. */
  readonly version: string;
  /** The project folder, relative to the root of the repository; `.` for the root. */
  readonly directory?: string;
  readonly runners?: RunnerLabels;
  /** Whether wheels over the limit of `[tool.wheelworks.split]` become sets, once all of the release are there. */
  readonly split?: boolean;
  /** The index that tags are published to; undefined publishes nothing. */
  readonly publishTo?: string;
  /** The tags that are published. */
  readonly tags: ReleaseTags;
}

/** Jobs wait for whole stages and get the artifacts of all their jobs: `needs` may name 50 jobs only. */
const STAGES = ['build', 'complete', 'publish'];

/**
 * The child pipeline as YAML: a job for each identifier, the sdists, and a last job that waits for all of them, looks
 * whether the set is complete and rehearses the upload; on tags another one publishes.
 *
 * What a child pipeline signs carries the configuration of its parent, so a trusted publisher is registered for the
 * parent's file (`ci_config_ref_uri`, lib/gitlab/ci/jwt_v2 of GitLab).
 * @throws WheelworksError `ci/nothing-planned`, `ci/no-runner`, `ci/unknown-target`.
 */
export function gitlabPipeline(plan: BuildPlan, options: GitlabPipelineOptions): string {
  checkTargets(options.runners ?? {});
  const jobs = ciJobs(plan);
  if (jobs.length === 0)
    throw new WheelworksError('ci/nothing-planned', 'The plan has no job.', {
      hint: 'See wheelworks plan for what the configuration leaves out.',
    });
  const { publishTo } = options;
  const content = {
    stages: publishTo === undefined ? STAGES.slice(0, -1) : STAGES,
    workflow: { rules: [{ when: 'always' }] },
    variables: { GIT_DEPTH: '0' },
    ...Object.fromEntries(jobs.map((job) => [job.id, buildJob(job, options)])),
    sdist: sdistJob(options),
    complete: completeJob(options),
    ...(publishTo === undefined ? {} : { publish: publishJob(options, publishTo) }),
  };
  return yamlText(content, { head: ['Written by wheelworks plan --format gitlab.'] });
}

function buildJob(job: CiJob, options: GitlabPipelineOptions): object {
  const { version, directory = '.', runners = {}, split } = options;
  const runner = runnerFor('gitlab', job, runners);
  const machine = gitlabMachine(job, runner, version);
  // Quoted as sh and PowerShell both do.
  const select = selectArguments(job.ids).split(' ').map(shellWord).join(' ');
  return {
    stage: 'build',
    tags: runner.labels,
    ...machine,
    script: [
      `wheelworks build${directoryArgument(directory)} ${select} --environment ${job.environment} --output wheelhouse --cache-dir .wheelworks/cache${wholeArgument(split)}`,
    ],
    artifacts: {
      paths: ['wheelhouse/*.whl', 'wheelhouse/logs'],
      when: 'always',
      expire_in: '1 week',
    },
    cache: { key: `wheelworks-${job.id}`, paths: ['.wheelworks/cache'] },
    interruptible: true,
    retry: { max: 1, when: ['runner_system_failure', 'stuck_or_timeout_failure'] },
    timeout: '3h',
  };
}

function sdistJob({ version, directory = '.' }: GitlabPipelineOptions): object {
  return {
    stage: 'build',
    image: CI_IMAGES.node,
    script: [
      installLine(version),
      'apt-get update',
      'apt-get install --yes --no-install-recommends python3-venv',
      'python3 -m venv .sdist',
      `.sdist/bin/pip install ${SDIST_BUILDER}`,
      `wheelworks plan${directoryArgument(directory)} --platform all --json > plan.json`,
      ...sdistLines('.sdist/bin/python -m build', 'wheelhouse', directory),
    ],
    artifacts: { paths: ['wheelhouse/*.tar.gz', 'plan.json'], expire_in: '1 week' },
    interruptible: true,
  };
}

function completeJob({ version, directory = '.', split }: GitlabPipelineOptions): object {
  return {
    stage: 'complete',
    image: CI_IMAGES.node,
    script: [
      installLine(version),
      'apt-get update',
      'apt-get install --yes --no-install-recommends python3-venv',
      ...(split === true ? splitLines('wheelhouse', directory) : []),
      'wheelworks check --plan plan.json wheelhouse',
      'wheelworks publish --rehearse-only --plan plan.json wheelhouse',
    ],
    ...(split === true
      ? { artifacts: { paths: ['wheelhouse', 'plan.json'], expire_in: '1 week' } }
      : {}),
    interruptible: true,
  };
}

function publishJob({ version, tags, split }: GitlabPipelineOptions, publishTo: string): object {
  const variable = `${publishTo.toUpperCase().replaceAll(/\W/g, '_')}_ID_TOKEN`;
  return {
    stage: 'publish',
    image: CI_IMAGES.node,
    // The jobs before have the same wheels whole.
    ...(split === true ? { dependencies: ['complete'] } : {}),
    rules: [{ if: gitlabTagRule(tags) }],
    environment: { name: publishTo },
    id_tokens: { [variable]: { aud: publishTo }, SIGSTORE_ID_TOKEN: { aud: 'sigstore' } },
    script: [
      installLine(version, CI_SIGSTORE),
      `wheelworks publish --to ${shellWord(publishTo)} --trusted-publishing always --plan plan.json wheelhouse`,
    ],
  };
}
