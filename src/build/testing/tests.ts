/** The tests of a release: every job's wheel, installed and tried, unless it passed before. */
import { WheelworksError, type ErrorReport } from '../../support/errors.ts';
import { mapParallel } from '../../support/parallel.ts';
import { runTask, type EventSink } from '../../support/progress/events.ts';
import type { Assignment } from '../assignment.ts';
import { testKey } from '../kept/keys.ts';
import type { PackageBuild } from '../package-build.ts';
import type { BuildState } from '../kept/state.ts';
import { testWheel } from './test-wheel.ts';
import type { FinishedWheel } from '../wheels.ts';

export interface TestAllOptions {
  readonly jobs: number;
  readonly events: EventSink;
  readonly signal: AbortSignal;
  readonly state: BuildState;
  readonly osRelease?: string;
  /** Test everything anew. */
  readonly force: boolean;
}

/** How one job's test went. */
export interface TestResult {
  readonly outcome: 'passed' | 'failed' | 'reused';
  readonly notices: readonly string[];
  readonly seconds: number;
  readonly error?: ErrorReport;
}

/** Tests every job that has a wheel and no error; by job id. */
export async function testAll(
  plan: PackageBuild,
  assignments: readonly Assignment[],
  options: TestAllOptions,
): Promise<ReadonlyMap<string, TestResult>> {
  const results = new Map<string, TestResult>();
  await mapParallel(assignments, options.jobs, async (assignment) => {
    const { wheel, error } = assignment;
    if (wheel === undefined || error !== undefined) return;
    results.set(assignment.job.id, await testOne(plan, assignment, wheel, options));
  });
  return results;
}

async function testOne(
  plan: PackageBuild,
  { job }: Assignment,
  { filename, sha256 }: FinishedWheel,
  options: TestAllOptions,
): Promise<TestResult> {
  const key = testKey(plan, job, sha256);
  const known = !options.force && options.state.hasPassed(job.id, key);
  const id = `test ${job.id}`;
  const started = performance.now();
  const seconds = (): number => (performance.now() - started) / 1000;
  try {
    const notices = await runTask(
      options.events,
      { id, label: id },
      async () =>
        known
          ? []
          : testWheel({
              plan,
              job,
              filename,
              signal: options.signal,
              onLine: (line) => options.events({ type: 'task-output', id, line }),
              ...(options.osRelease === undefined ? {} : { osRelease: options.osRelease }),
            }),
      () => ({ outcome: known ? 'reused' : 'done' }),
    );
    if (!known) await options.state.rememberPassed(job.id, key);
    return { outcome: known ? 'reused' : 'passed', notices, seconds: seconds() };
  } catch (error) {
    if (options.signal.aborted || !(error instanceof WheelworksError)) throw error;
    return { outcome: 'failed', notices: [], seconds: seconds(), error: error.toJSON() };
  }
}
