/** What a release plans and what came of it, as data. */
import type { Interpreter } from '../python/index.ts';
import type { SetCheck } from './check-set.ts';
import type { ErrorReport } from '../support/errors.ts';
import type { Finding } from '../support/finding.ts';

/** One interpreter the release must serve. */
export interface ReleaseJob {
  /** cibuildwheel's identifier: `cp312-manylinux_x86_64`. */
  readonly id: string;
  readonly interpreter: Interpreter;
}

/** An interpreter that was found and is not served. */
export interface LeftOut {
  readonly python: string;
  readonly executable: string;
  readonly reason: string;
  /** It could not be asked what it is, rather than not being wanted. */
  readonly broken: boolean;
}

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

/** One wheel of the release. */
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

export interface ReleaseReport {
  /** Name of the project. */
  readonly project: string;
  readonly output: string;
  /** Folder to give to `pip install --index-url`; absent when there was no wheel to index. */
  readonly index?: string;
  /** Page to give to `pip install --find-links`. */
  readonly links?: string;
  readonly jobs: readonly JobReport[];
  readonly wheels: readonly WheelReport[];
  /** What a check of the whole set says, as an index and its users will. */
  readonly checks: readonly SetCheck[];
  /** Wheels of earlier runs that are still in the index: of other projects, or for interpreters not asked for now. */
  readonly kept: readonly string[];
  /** Wheels of earlier runs that were taken away because their sources are no longer these. */
  readonly removed: readonly string[];
  readonly leftOut: readonly LeftOut[];
  /** What concerns no single job. */
  readonly notices: readonly string[];
  readonly seconds: number;
  /** Every job has a wheel that installs and whose test passes. */
  readonly ok: boolean;
}
