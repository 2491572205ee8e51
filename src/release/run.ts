/** Carries a release plan out: wheels, index, tests; every job by itself, so that one failure stops no other. */
import { join } from 'node:path';
import {
  excludedFrom,
  filesOf,
  jobReport,
  makePackages,
  missingJobReports,
  missingReports,
  partReports,
  publishSet,
  sdistReports,
  testAll,
  wheelReport,
  withRun,
  type JobReport,
  type MadePackage,
  type Published,
  type RunOptions,
  type Running,
} from '../build/index.ts';
import { requireOwnIndex, writeIndex } from '../index/index.ts';
import { runTask } from '../support/progress/events.ts';
import { checkSets, refusalNotices } from './check-set.ts';
import type { ReleasePlan } from './plan.ts';
import type { ReleaseReport } from './report.ts';

export type RunReleaseOptions = RunOptions;

/**
 * Makes, splits where the project says so, checks, indexes and tests the wheels of a plan.
 * @throws WheelworksError for what concerns the whole release: `file/*` of the output folder, `index/not-ours`. What
 * concerns one job stands in its report.
 */
export async function runRelease(
  plan: ReleasePlan,
  options: RunReleaseOptions,
): Promise<ReleaseReport> {
  const started = performance.now();
  // Better known before the builds than after them.
  await requireOwnIndex(plan.output);
  return withRun(options, async (running) => {
    const made = await makePackages(plan.packages, running, async (each) => each);
    const sets = made.map(({ set }) => set);
    const wheels = sets.flatMap((set) => set.wheels);
    const checks = wheels.length === 0 ? [] : await checkSets(sets, options);
    const { kept, removed } = await publish(plan, made, running);
    const files = [...filesOf(wheels).map(({ filename }) => filename), ...kept];
    const jobs = (
      await Promise.all(made.map(async (each) => testPackage(each, files, running)))
    ).flat();
    const sdists = made.flatMap(({ build, set }) => sdistReports(build, set.sdist));
    const packages = plan.packages.map(({ name }) => name);
    return {
      project: projectOf(plan, wheels[0]?.filename),
      packages,
      output: plan.output,
      ...(wheels.length === 0
        ? {}
        : { index: join(plan.output, 'simple'), links: join(plan.output, 'links.html') }),
      jobs,
      wheels: made.flatMap(({ build, set }) =>
        set.wheels.map((wheel) => wheelReport(build, wheel, jobs)),
      ),
      parts: made.flatMap(({ set }) => partReports(set.wheels)),
      sdists,
      missing: plan.packages.flatMap(missingReports),
      checks,
      kept,
      removed,
      leftOut: made.flatMap(({ build, set }) => [...build.leftOut, ...excludedFrom(set)]),
      notices: [
        ...plan.notices,
        ...sets.flatMap(({ notices = [] }) => notices),
        ...refusalNotices(checks),
      ],
      seconds: (performance.now() - started) / 1000,
      ok: jobs.length > 0 && [...jobs, ...sdists].every(({ error }) => error === undefined),
    };
  });
}

/** What a person installs: the last package needs the others. */
function projectOf({ packages }: ReleasePlan, filename: string | undefined): string {
  const last = packages.at(-1);
  return last?.project.name ?? filename?.split('-')[0] ?? last?.project.directory ?? '';
}

/** Without any wheel the last release stays as it was. */
async function publish(
  { output }: ReleasePlan,
  made: readonly MadePackage[],
  { options }: Running,
): Promise<Published> {
  const current = new Set(
    made.flatMap(({ set }) => [
      ...filesOf(set.wheels).map(({ filename }) => filename),
      ...(set.sdist?.record === undefined ? [] : [set.sdist.record.filename]),
    ]),
  );
  if (made.every(({ set }) => set.wheels.length === 0)) return { kept: [], removed: [] };
  return runTask(options.events, { id: 'index', label: 'write the index' }, async () => {
    const kept = new Set<string>();
    const removed: string[] = [];
    for (const { set } of made) {
      const published = await publishSet(set, set.wheels, async (filenames) =>
        writeIndex(output, filenames),
      );
      for (const name of published.kept) if (!current.has(name)) kept.add(name);
      removed.push(...published.removed);
    }
    return { kept: [...kept].filter((name) => !removed.includes(name)).sort(), removed };
  });
}

async function testPackage(
  { build, set, needed }: MadePackage,
  files: readonly string[],
  { options, places, turns, force }: Running,
): Promise<readonly JobReport[]> {
  const origin = { from: 'index', files } as const;
  const tests = await testAll(set, { ...options, places, turns, origin, needed, force });
  return [
    ...set.assignments.map((assignment) =>
      jobReport(build, assignment, { test: tests.get(assignment.job.id) }),
    ),
    ...missingJobReports(build),
  ];
}
