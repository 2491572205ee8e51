/** What came of builds and tests, as data. */
import { relative } from 'node:path';
import { formatTag, parseWheelFilename } from '../packaging/index.ts';
import type { ErrorReport } from '../support/errors.ts';
import type { Finding } from '../support/finding.ts';
import type { Assignment } from './assignment.ts';
import { buildLog, testLog } from './logs.ts';
import type { PackageBuild } from './package-build.ts';
import type { TestResult } from './testing/tests.ts';
import type { FinishedWheel } from './wheels.ts';

/** How a job's wheel came about. `covered`: a wheel built for another interpreter serves this one. */
export type WheelOrigin = 'built' | 'reused' | 'covered';

/** `reused`: it passed in an earlier run, with the same wheel and the same tests. */
export type TestOutcome = 'passed' | 'failed' | 'reused' | 'not-run';

/** One line of the result table: an interpreter, its wheel and its test. */
export interface JobReport {
  readonly id: string;
  readonly python: string;
  readonly executable: string;
  /** File name of the wheel that serves it; absent when there is none. */
  readonly wheel?: string;
  readonly origin?: WheelOrigin;
  readonly test: TestOutcome;
  readonly buildSeconds: number;
  readonly testSeconds: number;
  /** Logs that this run wrote, relative to the output folder, in order. */
  readonly logs: readonly string[];
  /** What the user should know of how it was built or installed. */
  readonly notices: readonly string[];
  /** Why the job failed. */
  readonly error?: ErrorReport;
}

/** One wheel that was made. */
export interface WheelReport {
  readonly filename: string;
  readonly size: number;
  readonly sha256: string;
  readonly tags: readonly string[];
  /** The name the backend gave it, when its tag was changed. */
  readonly builtAs?: string;
  /** Id of the job that built it. */
  readonly builtFor: string;
  /** Ids of the jobs whose tests passed with it, in this run or an earlier one. */
  readonly testedOn: readonly string[];
  readonly findings: readonly Finding[];
}

/** What is to be told of a job. */
export function jobReport(
  build: PackageBuild,
  { job, wheel, outcome, error, notices }: Assignment,
  test: TestResult | undefined,
): JobReport {
  const problem = error ?? test?.error ?? (wheel === undefined ? noWheel(job) : undefined);
  const isOwn = wheel?.builtFor === job.id;
  const wasBuilt =
    outcome?.kind === 'failed' || (outcome?.kind === 'wheel' && outcome.wheel.origin === 'built');
  const wasTested = test !== undefined && test.outcome !== 'reused';
  const logs = [
    ...(wasBuilt ? [buildLog(build, job)] : []),
    ...(wasTested ? [testLog(build, job)] : []),
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
    logs: logs.map((path) => relative(build.output, path)),
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

/** What is to be told of a wheel. */
export function wheelReport(wheel: FinishedWheel, jobs: readonly JobReport[]): WheelReport {
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
