/** Carries a release plan out: wheels, index, tests; every job by itself, so that one failure stops no other. */
import { join, relative } from 'node:path';
import { requireOwnIndex, writeIndex } from '../index/index.ts';
import { formatTag, parseWheelFilename } from '../packaging/index.ts';
import type { RepairSession } from '../repair/index.ts';
import type { ErrorReport } from '../support/errors.ts';
import { runTask, type EventSink } from '../support/progress/events.ts';
import { assignWheels, earlierWheels, type Assignment, type ExcludedJob } from './assignment.ts';
import { buildLog, testLog } from './logs.ts';
import { checkSet, refusalNotices } from './check-set.ts';
import type { ReleasePlan } from './plan.ts';
import type { JobReport, LeftOut, ReleaseReport, WheelReport } from './report.ts';
import { openState, stateName, wheelsOfOthers, type ReleaseState } from './state.ts';
import { openStore, publishedAmong, publishWheels, removeWheel, type Store } from './store.ts';
import { testAll, type TestResult } from './tests.ts';
import { makeWheels, type ReleasedWheel } from './wheels.ts';

export interface RunReleaseOptions {
  /** How many builds or tests at once. */
  readonly jobs: number;
  readonly events: EventSink;
  readonly signal: AbortSignal;
  readonly toolVersion: string;
  /** Where libraries that wheels lack are taken from. */
  readonly repair: RepairSession;
  /** Absolute path of uv, when there is one. */
  readonly uv?: string;
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
  const name = stateName(plan);
  // Better known before the builds than after them.
  await requireOwnIndex(plan.output);
  const store = await openStore(plan.output, name);
  const state = await openState(plan.output, name);
  const outcomes = await makeWheels(plan, { ...options, store, state, force });
  const { assignments, excluded } = assignWheels(plan, outcomes);
  const wheels = releasedWheels(assignments);
  const checks = wheels.length === 0 ? [] : await checkSet(store, wheels, options);
  const { kept, removed } =
    wheels.length === 0
      ? NOTHING_PUBLISHED
      : await runTask(options.events, { id: 'index', label: 'write the index' }, async () =>
          publish({ plan, store, state, name, excluded }, wheels),
        );
  const tests = await testAll(plan, assignments, { ...options, state, force });
  await state.forget({
    builds: [],
    tests: [...tests].filter(([, { outcome }]) => outcome === 'failed').map(([id]) => id),
  });
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
    leftOut: [...plan.leftOut, ...excluded.map(leftOutBy)],
    notices: [...settingsNotices(plan), ...refusalNotices(checks)],
    seconds: (performance.now() - started) / 1000,
    ok: jobs.length > 0 && jobs.every((job) => job.error === undefined),
  };
}

/** The wheels that the jobs were given, each once; those that failed for themselves are not published. */
function releasedWheels(assignments: readonly Assignment[]): readonly ReleasedWheel[] {
  const wheels = new Map<string, ReleasedWheel>();
  for (const { wheel, error } of assignments)
    if (wheel !== undefined && error === undefined) wheels.set(wheel.filename, wheel);
  return [...wheels.values()];
}

interface Publication {
  readonly plan: ReleasePlan;
  readonly store: Store;
  readonly state: ReleaseState;
  readonly name: string;
  readonly excluded: readonly ExcludedJob[];
}

/** A run without any wheel leaves the last release as it was. */
const NOTHING_PUBLISHED = { kept: [], removed: [] };

/**
 * Publishes the wheels with an index of all that is then there: wheels first, then the pages that name them, and last the
 * removal of what no page names any more.
 */
async function publish(
  { plan, store, state, name, excluded }: Publication,
  wheels: readonly ReleasedWheel[],
): Promise<{ kept: readonly string[]; removed: readonly string[] }> {
  const waiting = new Set(excluded.map(({ job }) => job.id));
  await publishWheels(store, new Map(wheels.map((wheel) => [wheel.builtFor, wheel])), waiting);
  const current = new Set(wheels.map(({ filename }) => filename));
  const earlier = earlierWheels(plan, state);
  const others = [...earlier.kept.values()].map(({ filename }) => filename);
  const kept = (
    await publishedAmong(store, [...others, ...(await wheelsOfOthers(store.output, name))])
  ).filter((filename) => !current.has(filename));
  await writeIndex(plan.output, [...new Set([...current, ...kept])].sort());
  const removed: string[] = [];
  for (const record of earlier.outdated.values()) {
    if (current.has(record.filename) || kept.includes(record.filename)) continue;
    if (await removeWheel(store, record)) removed.push(record.filename);
  }
  const used = new Set([...wheels.map(({ builtFor }) => builtFor), ...waiting]);
  const ids = [...earlier.outdated.keys(), ...plan.jobs.map(({ id }) => id)];
  await state.forget({ builds: ids.filter((id) => !used.has(id)), tests: [] });
  return { kept: kept.toSorted(), removed: removed.toSorted() };
}

function leftOutBy({ job, requiresPython }: ExcludedJob): LeftOut {
  return {
    python: job.interpreter.label,
    executable: job.interpreter.path,
    reason: `the wheel requires Python ${requiresPython}`,
    broken: false,
  };
}

function jobReport(
  plan: ReleasePlan,
  { job, wheel, outcome, error, notices }: Assignment,
  test: TestResult | undefined,
): JobReport {
  const problem = error ?? test?.error ?? (wheel === undefined ? noWheel(job) : undefined);
  const isOwn = wheel?.builtFor === job.id;
  const wasBuilt =
    outcome?.kind === 'failed' || (outcome?.kind === 'wheel' && outcome.wheel.origin === 'built');
  const wasTested = test !== undefined && test.outcome !== 'reused';
  const logs = [
    ...(wasBuilt ? [buildLog(plan.output, job)] : []),
    ...(wasTested ? [testLog(plan.output, job)] : []),
  ];
  return {
    id: job.id,
    python: job.interpreter.label,
    executable: job.interpreter.path,
    ...(wheel === undefined
      ? {}
      : { wheel: wheel.filename, origin: isOwn ? wheel.origin : 'covered' }),
    test: test?.outcome ?? 'not-run',
    buildSeconds: outcome?.seconds ?? 0,
    testSeconds: test?.seconds ?? 0,
    logs: logs.map((path) => relative(plan.output, path)),
    notices: [...notices, ...(test?.notices ?? [])],
    ...(problem === undefined ? {} : { error: problem }),
  };
}

function noWheel({ interpreter }: Assignment['job']): ErrorReport {
  return {
    code: 'release/no-wheel',
    message: `No wheel of this release installs on ${interpreter.label}.`,
    hint: 'The wheel built for it carries a tag that it does not support; see the tags in the table.',
  };
}

function wheelReport(wheel: ReleasedWheel, jobs: readonly JobReport[]): WheelReport {
  return {
    filename: wheel.filename,
    size: wheel.size,
    sha256: wheel.sha256,
    tags: parseWheelFilename(wheel.filename).tags.tags.map(formatTag),
    ...(wheel.builtAs === wheel.filename ? {} : { builtAs: wheel.builtAs }),
    builtFor: wheel.builtFor,
    testedOn: jobs
      .filter(
        (job) => job.wheel === wheel.filename && (job.test === 'passed' || job.test === 'reused'),
      )
      .map((job) => job.id),
    findings: wheel.findings,
  };
}

function settingsNotices({ project }: ReleasePlan): readonly string[] {
  const { notHonoured } = project.settings;
  if (notHonoured.length === 0) return [];
  return [`of [tool.cibuildwheel], release does not honour ${notHonoured.join(', ')}`];
}
