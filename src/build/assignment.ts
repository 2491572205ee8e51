/** Which wheel serves which job, and which wheels of earlier runs stay. */
import type { ErrorReport } from '../support/errors.ts';
import { sourcesKey } from './kept/keys.ts';
import type { PackageBuild } from './package-build.ts';
import type { BuildJob } from './job.ts';
import type { BuildRecord, BuildState } from './kept/state.ts';
import { rankOf } from './supported.ts';
import { allowsPython, fits, type FinishedWheel, type WheelOutcome } from './wheels.ts';

/** A job and what the builds came to for it. */
export interface Assignment {
  readonly job: BuildJob;
  /** The wheel that installers take: its own before one that merely serves it. */
  readonly wheel?: FinishedWheel;
  readonly outcome?: WheelOutcome;
  readonly error?: ErrorReport;
  readonly notices: readonly string[];
}

/** A job that is not part of the release, as its wheel's Requires-Python says. */
export interface ExcludedJob {
  readonly job: BuildJob;
  readonly requiresPython: string;
}

/**
 * Gives each job its wheel. A job whose own build failed and that another wheel serves has what it needs; one whose wheel's
 * Requires-Python excludes it, which only the backend knew, is not part of the release.
 */
export function assignWheels(
  plan: PackageBuild,
  outcomes: ReadonlyMap<string, WheelOutcome>,
): { assignments: readonly Assignment[]; excluded: readonly ExcludedJob[] } {
  const wheels = plan.jobs.flatMap(({ id }) => {
    const outcome = outcomes.get(id);
    return outcome?.kind === 'wheel' ? [outcome.wheel] : [];
  });
  const assignments: Assignment[] = [];
  const excluded: ExcludedJob[] = [];
  for (const job of plan.jobs) {
    const own = outcomes.get(job.id);
    if (own?.kind === 'wheel' && !allowsPython(own.wheel, job.interpreter))
      excluded.push({ job, requiresPython: own.wheel.requiresPython ?? '' });
    else assignments.push(assign(job, own, wheels));
  }
  return { assignments: withOneVersion(assignments), excluded };
}

function assign(
  job: BuildJob,
  own: WheelOutcome | undefined,
  wheels: readonly FinishedWheel[],
): Assignment {
  if (own?.kind === 'wheel')
    return { job, wheel: own.wheel, outcome: own, notices: own.wheel.notices };
  const wheel = likedBest(job, wheels);
  if (own === undefined) return { job, ...(wheel === undefined ? {} : { wheel }), notices: [] };
  if (wheel === undefined) return { job, outcome: own, error: own.error, notices: [] };
  const notice = `its own build failed (${own.error.message}), and ${wheel.filename} serves it`;
  return { job, wheel, outcome: own, notices: [notice] };
}

/** Of the wheels that a job's interpreter takes, the one that pip would choose. */
function likedBest(job: BuildJob, wheels: readonly FinishedWheel[]): FinishedWheel | undefined {
  const rank = ({ filename }: FinishedWheel): number => rankOf(filename, job.interpreter);
  return wheels
    .filter((wheel) => fits(wheel, job))
    .toSorted((left, right) => rank(left) - rank(right))[0];
}

/** Wheels of one release have one version; a backend that takes it from a clock gives each its own. */
function withOneVersion(assignments: readonly Assignment[]): readonly Assignment[] {
  const versionOf = ({ filename }: FinishedWheel): string =>
    filename.split('-').slice(0, 2).join(' ');
  const first = assignments.find(({ wheel }) => wheel !== undefined)?.wheel;
  if (first === undefined) return assignments;
  return assignments.map((assignment): Assignment => {
    const { wheel } = assignment;
    if (wheel === undefined || versionOf(wheel) === versionOf(first)) return assignment;
    const error: ErrorReport = {
      code: 'release/versions-differ',
      message: `Its wheel is ${versionOf(wheel)}, and others are ${versionOf(first)}.`,
      hint: 'The version must follow from the sources alone, not from the time of the build.',
    };
    return { ...assignment, error };
  });
}

/** Wheels of earlier runs, by the job that they were built for. */
export interface EarlierWheels {
  /** Those that stay. */
  readonly kept: ReadonlyMap<string, BuildRecord>;
  /** Those that go unless this run has them again. */
  readonly outdated: ReadonlyMap<string, BuildRecord>;
}

/** Wheels of earlier runs: for jobs that this run was not asked for, from the same sources or from others. */
export function earlierWheels(plan: PackageBuild, state: BuildState): EarlierWheels {
  const sources = sourcesKey(plan);
  const inPlan = new Set(plan.jobs.map(({ id }) => id));
  const entries = Object.entries(state.earlier);
  return {
    kept: new Map(entries.filter(([id, each]) => !inPlan.has(id) && each.sources === sources)),
    outdated: new Map(entries.filter(([id, each]) => inPlan.has(id) || each.sources !== sources)),
  };
}
