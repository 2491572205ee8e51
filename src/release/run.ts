/** Carries a release plan out: wheels, index, tests; every job by itself, so that one failure stops no other. */
import { join } from 'node:path';
import {
  createPlaces,
  createTurns,
  excludedFrom,
  jobReport,
  makeSet,
  publishSet,
  testAll,
  wheelReport,
  type Published,
} from '../build/index.ts';
import { requireOwnIndex, writeIndex } from '../index/index.ts';
import type { RepairSession } from '../repair/index.ts';
import { runTask, type EventSink } from '../support/progress/events.ts';
import { checkSet, refusalNotices } from './check-set.ts';
import type { ReleasePlan } from './plan.ts';
import type { ReleaseReport } from './report.ts';

export interface RunReleaseOptions {
  /** How many builds or tests at once. */
  readonly jobs: number;
  readonly events: EventSink;
  readonly signal: AbortSignal;
  readonly toolVersion: string;
  /** Where libraries that wheels lack are taken from. */
  readonly repair: RepairSession;
  /** Text of /etc/os-release. */
  readonly osRelease?: string;
  /** Build and test everything anew. */
  readonly force?: boolean;
}

/**
 * Makes, indexes and tests the wheels of a plan.
 * @throws WheelworksError for what concerns the whole release: `file/*` of the output folder, `index/not-ours`. What
 * concerns one job stands in its report.
 */
export async function runRelease(
  plan: ReleasePlan,
  options: RunReleaseOptions,
): Promise<ReleaseReport> {
  const started = performance.now();
  const force = options.force ?? false;
  // Better known before the builds than after them.
  await requireOwnIndex(plan.output);
  const places = createPlaces(options);
  const turns = createTurns(options.jobs);
  const repair = async (): Promise<RepairSession> => options.repair;
  try {
    const set = await makeSet(plan, { ...options, repair, places, turns, needed: [], force });
    const { wheels, assignments } = set;
    const checks = wheels.length === 0 ? [] : await checkSet(set, options);
    const { kept, removed }: Published =
      wheels.length === 0
        ? { kept: [], removed: [] }
        : await runTask(options.events, { id: 'index', label: 'write the index' }, async () =>
            publishSet(set, wheels, async (filenames) => writeIndex(plan.output, filenames)),
          );
    const files = [...wheels.map(({ filename }) => filename), ...kept];
    const origin = { from: 'index', files } as const;
    const tests = await testAll(set, { ...options, places, turns, origin, needed: [], force });
    const jobs = assignments.map((assignment) =>
      jobReport(plan, assignment, tests.get(assignment.job.id)),
    );
    return {
      project: plan.project.name ?? wheels[0]?.filename.split('-')[0] ?? plan.project.directory,
      output: plan.output,
      ...(wheels.length === 0
        ? {}
        : { index: join(plan.output, 'simple'), links: join(plan.output, 'links.html') }),
      jobs,
      wheels: wheels.map((wheel) => wheelReport(wheel, jobs)),
      checks,
      kept,
      removed,
      leftOut: [...plan.leftOut, ...excludedFrom(set)],
      notices: [...settingsNotices(plan), ...refusalNotices(checks)],
      seconds: (performance.now() - started) / 1000,
      ok: jobs.length > 0 && jobs.every((job) => job.error === undefined),
    };
  } finally {
    await places.close();
  }
}

function settingsNotices({ project }: ReleasePlan): readonly string[] {
  const { notHonoured } = project.settings;
  if (notHonoured.length === 0) return [];
  return [`of [tool.cibuildwheel], release does not honour ${notHonoured.join(', ')}`];
}
