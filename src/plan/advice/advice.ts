/** What would make a release smaller or better, from its plan. */
import { hasEnded, knownPython, resolveImage } from '../../platform/index.ts';
import type { Project } from '../../project/index.ts';
import { groupBy } from '../../support/group-by.ts';
import type { PlanAdvice, PlannedJob } from '../model.ts';
import { abiAdvice } from './abi.ts';

/** What advice is given on. */
export interface AdviceRequest {
  readonly project: Project;
  /** The package's. */
  readonly jobs: readonly PlannedJob[];
  /** `2026-11-20`. */
  readonly today: string;
}

/** Advice on the jobs of one package. */
export function adviceOn({ project, jobs, today }: AdviceRequest): readonly PlanAdvice[] {
  if (jobs.length === 0) return [];
  if (project.abi.kind === 'pure') return [pure(project.abi.where, jobs)];
  return [
    ...abiAdvice(project, jobs),
    ...freeThreadedMissing(jobs),
    ...endedPythons(jobs, today),
    ...imageAdvice(jobs),
    ...severalBeforeAlls(jobs),
  ];
}

function pure(where: string, jobs: readonly PlannedJob[]): PlanAdvice {
  const of = jobs.length === 1 ? 'this job' : `all ${jobs.length} jobs`;
  return {
    code: 'plan/pure',
    message: `The project makes pure wheels (${where}): one py3-none-any file serves ${of}.`,
    jobs: idsOf(jobs),
  };
}

/** Since 3.14 free-threaded builds are supported (PEP 779). */
function freeThreadedMissing(jobs: readonly PlannedJob[]): readonly PlanAdvice[] {
  const tags = new Set(jobs.map(({ python }) => python.tag));
  const missing = [...tags].filter((tag) => {
    const sibling = knownPython(`${tag}t`);
    return sibling !== undefined && !sibling.isOptional && !tags.has(sibling.tag);
  });
  return missing.map((tag) => ({
    code: 'plan/free-threaded-missing',
    message: `No wheel is planned for ${tag}t: users of free-threaded Python, supported since 3.14 (PEP 779), will compile.`,
    jobs: idsOf(jobs.filter(({ python }) => python.tag === tag)),
  }));
}

function endedPythons(jobs: readonly PlannedJob[], today: string): readonly PlanAdvice[] {
  const ended = jobs.filter(({ python }) => hasEnded(python, today));
  return [...groupBy(ended, ({ python }) => python.tag).values()].map((group) => {
    const { tag, ends = '' } = group[0]?.python ?? { tag: '' };
    return {
      code: 'plan/ended-python',
      message: `${knownPython(tag)?.name ?? tag} has had no support since ${ends}; requires-python or skip can leave it out.`,
      jobs: idsOf(group),
    };
  });
}

function imageAdvice(jobs: readonly PlannedJob[]): readonly PlanAdvice[] {
  const linux = jobs.filter(
    ({ platform, environment }) => platform === 'linux' && environment === 'container',
  );
  const byImage = groupBy(linux, ({ options, arch }) => `${options.image ?? ''} ${arch}`);
  return [...byImage.values()].flatMap((group) => {
    const [{ options, arch } = { options: { image: undefined }, arch: '' }] = group;
    if (options.image === undefined) {
      const message = `No build image is known for ${arch}: name one in [tool.wheelworks], or use --environment host on such a machine.`;
      return [{ code: 'plan/no-image', message, jobs: idsOf(group) }];
    }
    return resolveImage(options.image, arch).notices.map((notice) => ({
      code: notice.includes('pinned') ? 'plan/unpinned-image' : 'plan/retired-image',
      message: `The ${notice}.`,
      jobs: idsOf(group),
    }));
  });
}

/** On a machine it runs once for all jobs, in containers once for each. */
function severalBeforeAlls(jobs: readonly PlannedJob[]): readonly PlanAdvice[] {
  const byPlatform = groupBy(
    jobs.filter(({ platform }) => platform !== 'linux'),
    ({ platform }) => platform,
  );
  return [...byPlatform].flatMap(([platform, group]) => {
    if (new Set(group.map(({ options }) => options.beforeAll)).size < 2) return [];
    return [
      {
        code: 'plan/before-all-differs',
        message: `before-all differs between jobs on ${platform}: cibuildwheel refuses to build them in one run. Put what differs into before-build, or build them one by one.`,
        jobs: idsOf(group),
      },
    ];
  });
}

/** The ids of jobs. */
export function idsOf(jobs: readonly PlannedJob[]): readonly string[] {
  return jobs.map(({ id }) => id);
}
