/** What came of builds and tests, as data. */
import { relative } from 'node:path';
import { formatTag, parseWheelFilename } from '../packaging/index.ts';
import type { ErrorReport } from '../support/errors.ts';
import type { Finding } from '../support/finding.ts';
import type { Assignment } from './assignment.ts';
import type { CacheUse } from './compiler-cache.ts';
import { beforeAllLog, buildLog, sdistLog, testLog } from './logs.ts';
import type { SdistOutcome } from './make-sdist.ts';
import type { PackageBuild } from './package-build.ts';
import type { TestResult } from './testing/tests.ts';
import { mainFile, partFiles } from './wheel-files.ts';
import type { FinishedWheel } from './wheels.ts';

/**
 * How a job's wheel came about. `covered`: a wheel built for another interpreter serves this one; `given`: somebody made it
 * elsewhere.
 */
export type WheelOrigin = 'built' | 'reused' | 'covered' | 'given';

/** `reused`: it passed in an earlier run, with the same wheel and the same tests. */
export type TestOutcome = 'passed' | 'failed' | 'reused' | 'not-run';

/** One line of the result table: an interpreter, its wheel and its test. */
export interface JobReport {
  readonly id: string;
  /** Name of its package. */
  readonly package: string;
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
  /** What its build left beside them: debug files, bills of materials; relative to the output folder. */
  readonly sideFiles: readonly string[];
  /** What the user should know of how it was built or installed. */
  readonly notices: readonly string[];
  /** Compilations of its build that came from the compiler cache, and that did not. */
  readonly compiled?: CacheUse;
  /** Folder with what is left of a build or a test that failed. */
  readonly kept?: string;
  /** Why the job failed. */
  readonly error?: ErrorReport;
}

/** A wheel that a plan has, and that this machine cannot make. */
export interface MissingReport {
  readonly id: string;
  readonly package: string;
  readonly python: string;
  readonly reason: string;
}

/** A part of wheels that were split. */
export interface PartReport {
  /** `NAME-part1`. */
  readonly distribution: string;
  readonly filename: string;
  readonly size: number;
  readonly sha256: string;
  /** File names of the wheels that require it; those of several Pythons may share it. */
  readonly requiredBy: readonly string[];
}

/** One wheel that was made. */
export interface WheelReport {
  readonly filename: string;
  /** Name of its package. */
  readonly package: string;
  readonly size: number;
  readonly sha256: string;
  /** File names of the parts that it requires, by number; absent when it was not split. */
  readonly parts?: readonly string[];
  /** The wheel that the set was made from; absent when it was not split. */
  readonly original?: { readonly size: number; readonly sha256: string };
  readonly tags: readonly string[];
  /** The name the backend gave it, when its tag was changed. */
  readonly builtAs?: string;
  /** Id of the job that built it. */
  readonly builtFor: string;
  /** Ids of the jobs whose tests passed with it, in this run or an earlier one. */
  readonly testedOn: readonly string[];
  readonly findings: readonly Finding[];
}

/** The sdist of a package. */
export interface SdistReport {
  /** Name of its package. */
  readonly package: string;
  /** Absent where there is none. */
  readonly filename?: string;
  readonly size?: number;
  readonly sha256?: string;
  readonly origin?: 'built' | 'reused';
  readonly seconds: number;
  /** Relative to the output folder; absent when this run built none. */
  readonly log?: string;
  readonly findings: readonly Finding[];
  readonly notices: readonly string[];
  /** Why there is none, where that is a failure. */
  readonly error?: ErrorReport;
}

/** What is to be told of the sdist of a package; nothing where none was asked for. */
export function sdistReports(
  build: PackageBuild,
  outcome: SdistOutcome | undefined,
): readonly SdistReport[] {
  if (outcome === undefined) return [];
  const { record, origin, seconds, notices, error } = outcome;
  return [
    {
      package: build.name,
      ...(record === undefined
        ? {}
        : { filename: record.filename, size: record.size, sha256: record.sha256 }),
      ...(origin === undefined ? {} : { origin }),
      seconds,
      ...(origin === 'reused' ? {} : { log: relative(build.output, sdistLog(build)) }),
      findings: record?.findings ?? [],
      notices,
      ...(error === undefined ? {} : { error }),
    },
  ];
}

/** What is to be told of a job. */
export function jobReport(
  build: PackageBuild,
  { job, wheel, outcome, error, notices }: Assignment,
  {
    test,
    sideFiles = [],
  }: { readonly test: TestResult | undefined; readonly sideFiles?: readonly string[] },
): JobReport {
  const problem = error ?? test?.error ?? (wheel === undefined ? noWheel(job) : undefined);
  const kept = test?.kept ?? (outcome?.kind === 'failed' ? outcome.kept : undefined);
  const isOwn = wheel?.builtFor === job.id;
  const wasBuilt =
    outcome?.kind === 'failed' || (outcome?.kind === 'wheel' && outcome.wheel.origin === 'built');
  const wasTested = test !== undefined && test.outcome !== 'reused';
  const wasStopped = error?.code === 'build/before-all-failed';
  const logs = [
    ...(wasStopped ? [beforeAllLog(build)] : wasBuilt ? [buildLog(build, job)] : []),
    ...(wasTested ? [testLog(build, job)] : []),
  ];
  return {
    id: job.id,
    package: build.name,
    python: job.interpreter.label,
    executable: job.interpreter.path,
    ...(wheel === undefined
      ? {}
      : { wheel: wheel.filename, origin: isOwn ? wheel.origin : 'covered' }),
    test: test?.outcome ?? 'not-run',
    buildSeconds: outcome?.seconds ?? 0,
    testSeconds: test?.seconds ?? 0,
    logs: logs.map((path) => relative(build.output, path)),
    sideFiles,
    notices: [...notices, ...(test?.notices ?? [])],
    ...(outcome?.kind === 'wheel' && outcome.compiled !== undefined
      ? { compiled: outcome.compiled }
      : {}),
    ...(kept === undefined ? {} : { kept }),
    ...(problem === undefined ? {} : { error: problem }),
  };
}

/** The jobs that were demanded and that no interpreter serves, as jobs that failed. */
export function missingJobReports({ name, missing }: PackageBuild): readonly JobReport[] {
  return missing
    .filter(({ demanded }) => demanded)
    .map(({ id, python, error }) => ({
      id,
      package: name,
      python,
      executable: '',
      test: 'not-run',
      buildSeconds: 0,
      testSeconds: 0,
      logs: [],
      sideFiles: [],
      notices: [],
      error,
    }));
}

/** What the plan has besides. */
export function missingReports({ name, missing }: PackageBuild): readonly MissingReport[] {
  return missing
    .filter(({ demanded }) => !demanded)
    .map(({ id, python, error }) => ({ id, package: name, python, reason: error.message }));
}

function noWheel({ interpreter }: Assignment['job']): ErrorReport {
  return {
    code: 'release/no-wheel',
    message: `No wheel of this release installs on ${interpreter.label}.`,
    hint: 'The wheel built for it carries a tag that it does not support; see the tags in the table.',
  };
}

/** What is to be told of the parts of wheels. */
export function partReports(wheels: readonly FinishedWheel[]): readonly PartReport[] {
  const parts = new Map<string, PartReport & { readonly requiredBy: string[] }>();
  for (const wheel of wheels)
    for (const { stage: _stage, ...part } of partFiles(wheel)) {
      const known = parts.get(part.filename) ?? { ...part, requiredBy: [] };
      known.requiredBy.push(wheel.filename);
      parts.set(part.filename, known);
    }
  return [...parts.values()];
}

/** What is to be told of a wheel. */
export function wheelReport(
  build: PackageBuild,
  wheel: FinishedWheel,
  jobs: readonly JobReport[],
): WheelReport {
  const { filename, size, sha256 } = mainFile(wheel);
  const { split } = wheel;
  return {
    filename,
    package: build.name,
    size,
    sha256,
    ...(split === undefined
      ? {}
      : {
          parts: split.parts.map((part) => part.filename),
          original: { size: wheel.size, sha256: wheel.sha256 },
        }),
    tags: parseWheelFilename(wheel.filename).tags.tags.map(formatTag),
    ...(wheel.builtAs === wheel.filename ? {} : { builtAs: wheel.builtAs }),
    builtFor: wheel.builtFor,
    testedOn: jobs
      .filter(
        (job) =>
          job.package === build.name &&
          job.wheel === wheel.filename &&
          (job.test === 'passed' || job.test === 'reused'),
      )
      .map((job) => job.id),
    findings: [...wheel.findings, ...(split?.findings ?? [])],
  };
}
