/** Builds packages: wheels built, repaired, checked, installed from their files and tested, and put into the output folder. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  makePackages,
  withRun,
  type MadePackage,
  type RunOptions,
  type Running,
} from './packages.ts';
import type { BuildRun } from './prepare.ts';
import {
  jobReport,
  missingJobReports,
  missingReports,
  partReports,
  sdistReports,
  wheelReport,
  type JobReport,
  type MissingReport,
  type PartReport,
  type SdistReport,
  type WheelReport,
} from './report.ts';
import type { LeftOut } from './job.ts';
import { sideFilesOf } from './side-files.ts';
import { testAll } from './testing/tests.ts';
import { excludedFrom, publishSet } from './wheel-set.ts';
import type { FinishedWheel } from './wheels.ts';

export interface BuildReport {
  /** Names, a package after those that it needs. */
  readonly packages: readonly string[];
  readonly output: string;
  readonly jobs: readonly JobReport[];
  /** The wheels in the output folder. */
  readonly wheels: readonly WheelReport[];
  /** What wheels that were split require besides, each file once. */
  readonly parts: readonly PartReport[];
  /** The sdists of the packages, where they were asked for. */
  readonly sdists: readonly SdistReport[];
  /** Wheels that a plan has besides, and that were not asked for. */
  readonly missing: readonly MissingReport[];
  /** Wheels of earlier runs that are still there: of other packages, or for interpreters not asked for now. */
  readonly kept: readonly string[];
  /** Wheels of earlier runs that were taken away because their sources are no longer these. */
  readonly removed: readonly string[];
  readonly leftOut: readonly LeftOut[];
  /** What concerns no single job. */
  readonly notices: readonly string[];
  readonly seconds: number;
  /** Every job has a wheel, its test passes, and no sdist failed. */
  readonly ok: boolean;
}

/**
 * Carries builds out; one failure stops no other job.
 * @throws WheelworksError for what concerns the whole run: `file/*` of the output folder, `process/cancelled`. What
 * concerns one job stands in its report.
 */
export async function runBuild(run: BuildRun, options: RunOptions): Promise<BuildReport> {
  const started = performance.now();
  const results = await withRun(options, async (running) =>
    makePackages(run.packages, running, async (made) => finish(made, running)),
  );
  const jobs = results.flatMap((each) => each.jobs);
  const sdists = results.flatMap((each) => each.sdists);
  const missing = run.packages.flatMap(missingReports);
  const current = new Set(
    results.flatMap((each) =>
      [...each.wheels, ...each.parts, ...each.sdists].flatMap(({ filename }) => filename ?? []),
    ),
  );
  return {
    packages: run.packages.map(({ name }) => name),
    output: run.output,
    jobs,
    wheels: results.flatMap(({ wheels }) => wheels),
    parts: results.flatMap(({ parts }) => parts),
    sdists,
    missing,
    kept: [...new Set(results.flatMap(({ kept }) => kept))].filter((name) => !current.has(name)),
    removed: results.flatMap(({ removed }) => removed),
    leftOut: [...new Map(results.flatMap(leftOutByPath)).values()],
    notices: [
      ...run.notices,
      ...results.flatMap(({ notices }) => notices),
      ...(await indexNotices(run.output, current.size)),
    ],
    seconds: (performance.now() - started) / 1000,
    ok: jobs.length > 0 && [...jobs, ...sdists].every(({ error }) => error === undefined),
  };
}

interface PackageResult {
  readonly jobs: readonly JobReport[];
  readonly wheels: readonly WheelReport[];
  readonly parts: readonly PartReport[];
  readonly sdists: readonly SdistReport[];
  readonly kept: readonly string[];
  readonly removed: readonly string[];
  readonly leftOut: readonly LeftOut[];
  readonly notices: readonly string[];
}

/** Packages that do not serve one interpreter say so once. */
function leftOutByPath({ leftOut }: PackageResult): readonly (readonly [string, LeftOut])[] {
  return leftOut.map((each) => [`${each.executable} ${each.reason}`, each] as const);
}

async function finish(
  { build, set, needed }: MadePackage,
  { options, places, turns, force }: Running,
): Promise<PackageResult> {
  const tests = build.untested
    ? new Map<string, never>()
    : await testAll(set, { ...options, places, turns, needed, force, origin: { from: 'file' } });
  const jobs = [
    ...(await Promise.all(
      set.assignments.map(async (assignment) =>
        jobReport(build, assignment, {
          test: tests.get(assignment.job.id),
          sideFiles: await sideFilesOf(build, assignment.job),
        }),
      ),
    )),
    ...missingJobReports(build),
  ];
  const good = set.wheels.filter((wheel) => isGood(wheel, jobs));
  const { kept, removed } = await publishSet(set, good, async () => {});
  return {
    jobs,
    wheels: good.map((wheel) => wheelReport(build, wheel, jobs)),
    parts: partReports(good),
    sdists: sdistReports(build, set.sdist),
    kept,
    removed,
    leftOut: [...build.leftOut, ...excludedFrom(set)],
    notices: set.notices ?? [],
  };
}

/** A wheel that fails a test stays where a next run finds it, and not where people take it for good. */
function isGood({ filename }: FinishedWheel, jobs: readonly JobReport[]): boolean {
  return jobs.every((job) => job.wheel !== filename || job.error === undefined);
}

async function indexNotices(output: string, wheels: number): Promise<readonly string[]> {
  const found = await stat(join(output, 'simple')).catch(() => undefined);
  return found === undefined || wheels === 0
    ? []
    : [
        'the index in the output folder is older than these wheels; wheelworks release writes it anew',
      ];
}
