/** Tests wheels that were made elsewhere, on every interpreter of this machine that they claim. */
import { normalizeName, parseWheelFilename } from '../packaging/index.ts';
import { WheelworksError } from '../support/errors.ts';
import { earlierWheels, type Assignment } from './assignment.ts';
import { openState, stateName } from './kept/state.ts';
import { openStore } from './kept/store.ts';
import { withRun, type RunOptions, type Running } from './packages.ts';
import type { PackageBuild } from './package-build.ts';
import type { BuildRun } from './prepare.ts';
import { describeGiven, type GivenWheel } from './given-wheels.ts';
import { jobReport, partReports, wheelReport, type JobReport } from './report.ts';
import type { BuildReport } from './run-build.ts';
import { rankOf, serves } from './supported.ts';
import { testAll } from './testing/tests.ts';
import type { WheelSet } from './wheel-set.ts';

/**
 * Tests wheels with the tests of their projects. Nothing is built and nothing goes into the output folder but logs.
 * @param paths wheels of the run's packages.
 * @throws WheelworksError as {@link describeGiven}; `build/not-of-package` for a wheel of another project, `build/wheel-serves-nothing` for one that no
 * interpreter here takes, `packaging/*`, `file/*`, `process/cancelled`.
 */
export async function testOnly(
  run: BuildRun,
  paths: readonly string[],
  options: RunOptions,
): Promise<BuildReport> {
  const started = performance.now();
  const wheels = await describeGiven(paths);
  const parts = run.packages.map((build) => ({
    build,
    wheels: wheels.filter((wheel) => isOf(wheel, build, run)),
  }));
  for (const wheel of wheels) refuseUseless(wheel, parts);
  const results = await withRun(options, async (running) =>
    Promise.all(parts.map(async (part) => ({ ...part, jobs: await testPackage(part, running) }))),
  );
  const jobs = results.flatMap((each) => each.jobs);
  return {
    packages: run.packages.map(({ name }) => name),
    output: run.output,
    jobs,
    wheels: results.flatMap((each) =>
      each.wheels.map((wheel) => wheelReport(each.build, wheel, each.jobs)),
    ),
    parts: partReports(wheels),
    sdists: [],
    missing: [],
    kept: [],
    removed: [],
    leftOut: run.packages.flatMap(({ leftOut }) => leftOut),
    notices: run.notices,
    seconds: (performance.now() - started) / 1000,
    ok: jobs.length > 0 && jobs.every(({ error }) => error === undefined),
  };
}

function isOf({ filename }: GivenWheel, { project, name }: PackageBuild, run: BuildRun): boolean {
  // A project whose backend computes its name may be any when it is the only one.
  if (project.name === undefined && run.packages.length === 1) return true;
  return parseWheelFilename(filename).normalizedName === normalizeName(name);
}

interface Part {
  readonly build: PackageBuild;
  readonly wheels: readonly GivenWheel[];
}

function refuseUseless(wheel: GivenWheel, parts: readonly Part[]): void {
  const part = parts.find(({ wheels }) => wheels.includes(wheel));
  if (part === undefined) {
    throw new WheelworksError(
      'build/not-of-package',
      `${wheel.filename} is no wheel of ${parts.map(({ build }) => build.name).join(' or ')}.`,
      { path: wheel.path, hint: 'Give the folder of its project, which has its tests.' },
    );
  }
  if (part.build.jobs.some(({ interpreter }) => serves(wheel.filename, interpreter))) return;
  throw new WheelworksError(
    'build/wheel-serves-nothing',
    `No Python of this machine takes ${wheel.filename}.`,
    { path: wheel.path, hint: 'Test it on a machine that it is for: it would go out untested.' },
  );
}

async function testPackage(
  { build, wheels }: Part,
  { options, places, turns }: Running,
): Promise<readonly JobReport[]> {
  const name = stateName(build);
  const assignments = build.jobs.flatMap((job): Assignment[] => {
    const rank = ({ filename }: GivenWheel): number => rankOf(filename, job.interpreter);
    // Of several the one that pip would take.
    return wheels
      .filter((wheel) => serves(wheel.filename, job.interpreter))
      .toSorted((left, right) => rank(left) - rank(right))
      .slice(0, 1)
      .map((wheel) => ({ job, wheel, notices: [] }));
  });
  const state = await openState(build.output, name);
  const set: WheelSet = {
    build,
    store: await openStore(build.output, name),
    state,
    earlier: earlierWheels(build, state),
    assignments,
    excluded: [],
    wheels,
    paths: new Map(wheels.flatMap(({ files }) => [...files])),
  };
  const tests = await testAll(set, {
    ...options,
    places,
    turns,
    needed: [],
    // Whoever asks for a test wants one.
    force: true,
    origin: { from: 'file' },
  });
  return assignments.map((assignment) => ({
    ...jobReport(build, assignment, { test: tests.get(assignment.job.id) }),
    origin: 'given' as const,
  }));
}
