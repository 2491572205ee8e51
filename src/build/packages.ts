/** The packages of a run: side by side where they can, after those that they need where they must. */
import type { CompilerCacheChoice } from './compiler-cache.ts';
import type { RepairSource } from './finish-wheel.ts';
import type { Containers } from './container-jobs.ts';
import type { NeededWheel } from './needed-wheels.ts';
import type { PackageBuild } from './package-build.ts';
import { createPlaces, type Places } from './places.ts';
import { createTurns, type Turns } from './turns.ts';
import { filesOf } from './wheel-files.ts';
import { blockedSet, filePath, makeSet, type WheelSet } from './wheel-set.ts';
import type { EventSink } from '../support/progress/events.ts';

export interface RunOptions {
  /** How many builds or tests at once. */
  readonly jobs: number;
  readonly events: EventSink;
  readonly signal: AbortSignal;
  /** Version of wheelworks: another one may build or tag differently. */
  readonly toolVersion: string;
  /** Where libraries that wheels lack are taken from. */
  readonly repair: RepairSource;
  /** Text of this machine's /etc/os-release. */
  readonly osRelease?: string;
  /** Absent where none can be had. */
  readonly containers?: Containers;
  /** Build and test everything anew. */
  readonly force?: boolean;
  /** Compilers are called through this cache. */
  readonly compilerCache?: CompilerCacheChoice;
  /** Start no job any more when one has failed. */
  readonly failFast?: boolean;
}

/** What the jobs of a run share. */
export interface Running {
  readonly options: RunOptions;
  readonly places: Places;
  readonly turns: Turns;
  readonly force: boolean;
}

/** What is known of a package when its wheels are made. */
export interface MadePackage {
  readonly build: PackageBuild;
  readonly set: WheelSet;
  /** Wheels of the packages that it needs. */
  readonly needed: readonly NeededWheel[];
}

/**
 * Opens what a run needs, works, and closes it.
 * @throws whatever `work` throws.
 */
export async function withRun<Result>(
  options: RunOptions,
  work: (running: Running) => Promise<Result>,
): Promise<Result> {
  const places = createPlaces(options);
  const turns = createTurns(options.jobs, { failFast: options.failFast ?? false });
  try {
    return await work({ options, places, turns, force: options.force ?? false });
  } finally {
    await places.close();
  }
}

/**
 * Makes the wheels of each package, after those of the packages that it needs, and goes on with each as soon as they are
 * there. Waits for all, also after a failure.
 * @param packages a package stands after those that it needs.
 * @returns what `then` returned, in the order of the packages.
 */
export async function makePackages<Result>(
  packages: readonly PackageBuild[],
  running: Running,
  then: (made: MadePackage) => Promise<Result>,
): Promise<readonly Result[]> {
  const started = new Map<string, StartedPackage>();
  const results = packages.map(async (build) => {
    const before = build.needs.flatMap((name) => started.get(name) ?? []);
    const made = make(build, before, running);
    const result = made.then(then);
    started.set(build.name, { made, result });
    return result;
  });
  const settled = await Promise.allSettled(results);
  return settled.map((each) => {
    if (each.status === 'rejected') throw each.reason;
    return each.value;
  });
}

/** A package whose wheels are made and then worked with. */
interface StartedPackage {
  readonly made: Promise<MadePackage>;
  readonly result: Promise<unknown>;
}

async function make(
  build: PackageBuild,
  before: readonly StartedPackage[],
  { options, places, turns, force }: Running,
): Promise<MadePackage> {
  // Wheels lie still only when all is done with them, so only then another package may use them.
  await Promise.allSettled(before.map(async ({ result }) => result));
  const needs = await Promise.all(before.map(async ({ made }) => made));
  const failed = needs.find(({ set }) => set.wheels.length === 0);
  if (failed !== undefined)
    return { build, set: await blockedSet(build, failed.build.name), needed: [] };
  const needed = (await Promise.all(needs.map(neededWheels))).flat();
  const set = await makeSet(build, { ...options, places, turns, force, needed });
  return { build, set, needed };
}

/** Also those that its own needs: installers follow the chain. */
async function neededWheels({ set, needed }: MadePackage): Promise<readonly NeededWheel[]> {
  const own = await Promise.all(
    filesOf(set.wheels).map(async (file) => ({
      path: await filePath(set, file),
      sha256: file.sha256,
    })),
  );
  const there = own.flatMap(({ path, sha256 }) => (path === undefined ? [] : [{ path, sha256 }]));
  return [...needed, ...there];
}
