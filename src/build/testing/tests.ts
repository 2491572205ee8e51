/** The tests of a package: every job's wheel, installed and tried, unless it passed before. */
import { WheelworksError, type ErrorReport } from '../../support/errors.ts';
import { runTask, type EventSink } from '../../support/progress/events.ts';
import type { BuildJob } from '../job.ts';
import { forgetFailure, keptFailure } from '../keep-failure.ts';
import { testKey } from '../kept/keys.ts';
import { taskName } from '../logs.ts';
import type { NeededWheel } from '../needed-wheels.ts';
import type { Places } from '../places.ts';
import { NOT_STARTED, type Turns } from '../turns.ts';
import { mainFile, partFiles, type WheelFile } from '../wheel-files.ts';
import { filePath, type WheelSet } from '../wheel-set.ts';
import type { FinishedWheel } from '../wheels.ts';
import { testWheel, type TestOrigin } from './test-wheel.ts';

export interface TestAllOptions {
  readonly turns: Turns;
  readonly places: Places;
  readonly events: EventSink;
  readonly signal: AbortSignal;
  readonly origin: TestOrigin;
  readonly needed: readonly NeededWheel[];
  /** Test everything anew. */
  readonly force: boolean;
}

/** How one job's test went. */
export interface TestResult {
  readonly outcome: 'passed' | 'failed' | 'reused' | 'not-run';
  readonly notices: readonly string[];
  readonly seconds: number;
  readonly error?: ErrorReport;
  /** Folder with the environment of one that failed. */
  readonly kept?: string;
}

/** Tests every job that has a wheel and no error; by job id. What failed is forgotten, so that it is tested again. */
export async function testAll(
  set: WheelSet,
  options: TestAllOptions,
): Promise<ReadonlyMap<string, TestResult>> {
  const results = new Map<string, TestResult>();
  const { turns } = options;
  const waiting = set.assignments.flatMap(({ job, wheel, error }) =>
    wheel === undefined || error !== undefined ? [] : [{ job, wheel }],
  );
  await turns.each(waiting, async ({ job, wheel }) => {
    const result = await testOne(set, { job, wheel }, options);
    results.set(job.id, result);
    if (result.error !== undefined) turns.failed();
  });
  for (const { job } of waiting)
    if (!results.has(job.id)) results.set(job.id, { ...NOT_RUN, error: NOT_STARTED });
  const failed = [...results].filter(([, { outcome }]) => outcome === 'failed');
  await set.state.forget({ builds: [], tests: failed.map(([id]) => id) });
  return results;
}

const NOT_RUN = { outcome: 'not-run', notices: [], seconds: 0 } as const;

async function testOne(
  set: WheelSet,
  { job, wheel }: { readonly job: BuildJob; readonly wheel: FinishedWheel },
  options: TestAllOptions,
): Promise<TestResult> {
  const { build, state } = set;
  const { origin, needed, signal, events } = options;
  // A main wheel names its parts by their digests.
  const main = mainFile(wheel);
  const key = testKey(build, job, { sha256: main.sha256, from: origin.from });
  const known = !options.force && state.hasPassed(job.id, key);
  const id = taskName(build, job, 'test');
  const started = performance.now();
  const seconds = (): number => (performance.now() - started) / 1000;
  const test = async (): Promise<readonly string[]> => {
    if (known) return [];
    const path = await requirePath(set, main);
    const parts = await Promise.all(
      partFiles(wheel).map(async (part) => ({ ...part, path: await requirePath(set, part) })),
    );
    const open = await options.places.open(build, job);
    return testWheel({
      build,
      job,
      open,
      path,
      filename: main.filename,
      parts,
      origin,
      needed,
      signal,
      onLine: (line) => events({ type: 'task-output', id, line }),
    });
  };
  try {
    const notices = await runTask(events, { id, label: id }, test, () => ({
      outcome: known ? 'reused' : 'done',
    }));
    if (!known) {
      await state.rememberPassed(job.id, key);
      await forgetFailure(build, job, 'test');
    }
    return { outcome: known ? 'reused' : 'passed', notices, seconds: seconds() };
  } catch (error) {
    if (signal.aborted || !(error instanceof WheelworksError)) throw error;
    const kept = await keptFailure(build, job, 'test');
    return {
      outcome: 'failed',
      notices: [],
      seconds: seconds(),
      error: error.toJSON(),
      ...(kept === undefined ? {} : { kept }),
    };
  }
}

async function requirePath(set: WheelSet, file: WheelFile): Promise<string> {
  const path = await filePath(set, file);
  if (path !== undefined) return path;
  const { filename } = file;
  throw new WheelworksError('file/not-found', `${filename} went away before its test.`, {
    path: filename,
  });
}
