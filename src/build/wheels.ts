/**
 * The wheels of a release: built where nothing built serves yet.
 *
 * Which wheels come out must not depend on timing. The jobs have an order, the oldest Python first, and a job keeps its own
 * wheel only when no wheel of a job before it serves its interpreter. Until one build has succeeded they run one after
 * the other, since its wheel often serves all (`py3-none`, abi3); then side by side, and what turns out to be served by
 * an earlier job is dropped again.
 */
import { rm } from 'node:fs/promises';
import { specifierSetContains, tryParseSpecifierSet } from '../packaging/index.ts';
import { WheelworksError, type ErrorReport } from '../support/errors.ts';
import { runTask } from '../support/progress/events.ts';
import { keptFailure } from './keep-failure.ts';
import { buildKey } from './kept/keys.ts';
import { taskName } from './logs.ts';
import { makeWheel, type MakeWheelOptions } from './make-wheel.ts';
import type { PackageBuild } from './package-build.ts';
import type { CacheUse } from './compiler-cache.ts';
import type { BuildJob } from './job.ts';
import type { BuildRecord, BuildState } from './kept/state.ts';
import { findWheel, stageFolder } from './kept/store.ts';
import { serves } from './supported.ts';
import { NOT_STARTED, type Turns } from './turns.ts';

/** A wheel of this release. */
export interface FinishedWheel extends BuildRecord {
  readonly builtFor: string;
  readonly origin: 'built' | 'reused';
}

/** What came of one job's build. */
export type WheelOutcome =
  | {
      readonly kind: 'wheel';
      readonly wheel: FinishedWheel;
      readonly seconds: number;
      /** What the compiler cache did for it. */
      readonly compiled?: CacheUse;
    }
  | {
      readonly kind: 'failed';
      readonly error: ErrorReport;
      readonly seconds: number;
      /** Folder with what is left of it. */
      readonly kept?: string;
    };

export interface MakeWheelsOptions extends Omit<MakeWheelOptions, 'withoutIndex'> {
  readonly turns: Turns;
  readonly state: BuildState;
  /** Build everything anew. */
  readonly force: boolean;
}

/** Builds what is needed; the map has no entry for jobs that the wheel of an earlier one serves. */
export async function makeWheels(
  plan: PackageBuild,
  options: MakeWheelsOptions,
): Promise<ReadonlyMap<string, WheelOutcome>> {
  const outcomes = new Map<string, WheelOutcome>();
  let withoutIndex = false;

  const reuse = async (job: BuildJob): Promise<void> => {
    const wheel = await reusableWheel(plan, job, options);
    if (wheel === undefined) return;
    const id = taskName(plan, job, 'build');
    const task = { id, label: id };
    await runTask(
      options.events,
      task,
      async () => wheel,
      () => ({ outcome: 'reused', detail: wheel.filename }),
    );
    outcomes.set(job.id, { kind: 'wheel', wheel, seconds: 0 });
  };

  const build = async (job: BuildJob): Promise<void> => {
    if (outcomes.has(job.id) || isCovered(plan.jobs, outcomes, job)) return;
    const id = taskName(plan, job, 'build');
    const started = performance.now();
    const seconds = (): number => (performance.now() - started) / 1000;
    try {
      const made = await runTask(
        options.events,
        { id, label: id },
        async () => makeWheel(plan, job, { ...options, withoutIndex }),
        ({ record }) => ({ outcome: 'done', detail: record.filename }),
      );
      withoutIndex ||= made.indexUnreachable;
      await options.state.rememberBuild(job.id, made.record);
      const wheel = { ...made.record, builtFor: job.id, origin: 'built' as const };
      const { compiled } = made;
      outcomes.set(job.id, {
        kind: 'wheel',
        wheel,
        seconds: seconds(),
        ...(compiled === undefined ? {} : { compiled }),
      });
    } catch (error) {
      // The staged wheel may be there all the same, and wrong.
      await rm(stageFolder(options.store, job.id), { recursive: true, force: true });
      if (options.signal.aborted || !(error instanceof WheelworksError)) throw error;
      const kept = await keptFailure(plan, job, 'build');
      outcomes.set(job.id, {
        kind: 'failed',
        error: error.toJSON(),
        seconds: seconds(),
        ...(kept === undefined ? {} : { kept }),
      });
      options.turns.failed();
    }
  };

  const { turns } = options;
  if (!options.force) await turns.each(plan.jobs, reuse);
  const waiting = [...plan.jobs];
  while (waiting.length > 0 && !hasWheel(outcomes) && !turns.isStopped) {
    const job = waiting.shift();
    if (job !== undefined) await turns.take(async () => build(job));
  }
  await turns.each(waiting, build);
  for (const job of plan.jobs)
    if (!outcomes.has(job.id) && turns.isStopped && !isCovered(plan.jobs, outcomes, job))
      outcomes.set(job.id, { kind: 'failed', error: NOT_STARTED, seconds: 0 });
  for (const job of plan.jobs) if (isCovered(plan.jobs, outcomes, job)) outcomes.delete(job.id);
  return outcomes;
}

/** Whether the wheel of a job before this one serves its interpreter. */
function isCovered(
  jobs: readonly BuildJob[],
  outcomes: ReadonlyMap<string, WheelOutcome>,
  job: BuildJob,
): boolean {
  const earlier = jobs.slice(0, jobs.indexOf(job));
  return earlier.some(({ id }) => {
    const outcome = outcomes.get(id);
    return outcome?.kind === 'wheel' && fits(outcome.wheel, job);
  });
}

/** Whether an installer would take a wheel for a job's interpreter: its tags, and its Requires-Python. */
export function fits(wheel: FinishedWheel, { interpreter }: BuildJob): boolean {
  return serves(wheel.filename, interpreter) && allowsPython(wheel, interpreter);
}

/** Whether a wheel's Requires-Python allows an interpreter; one that is no specifier stops no installer. */
export function allowsPython(
  { requiresPython }: Pick<BuildRecord, 'requiresPython'>,
  { version }: BuildJob['interpreter'],
): boolean {
  const specifiers = tryParseSpecifierSet(requiresPython ?? '');
  const release = `${version.major}.${version.minor}.${version.micro}`;
  return specifiers === undefined || specifierSetContains(specifiers, release);
}

function hasWheel(outcomes: ReadonlyMap<string, WheelOutcome>): boolean {
  return [...outcomes.values()].some(({ kind }) => kind === 'wheel');
}

/** The wheel of an earlier run, when nothing it depends on has changed and it is still the same file. */
async function reusableWheel(
  plan: PackageBuild,
  job: BuildJob,
  options: MakeWheelsOptions,
): Promise<FinishedWheel | undefined> {
  const { state, store } = options;
  const record = state.earlier[job.id];
  if (record === undefined || record.key !== buildKey(plan, job, options)) return undefined;
  if ((await findWheel(store, job.id, record)) === undefined) return undefined;
  return { ...record, builtFor: job.id, origin: 'reused' };
}
