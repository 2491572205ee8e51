/** The wheels of a package: made, split where they are over its limit, given to the jobs that they serve, and put where people find them. */
import {
  assignWheels,
  earlierWheels,
  type Assignment,
  type EarlierWheels,
  type ExcludedJob,
} from './assignment.ts';
import type { SplitSetOptions } from './cut-wheels.ts';
import type { ErrorReport } from '../support/errors.ts';
import type { LeftOut } from './job.ts';
import { sourcesKey } from './kept/keys.ts';
import { makeSdist, SDIST_ID, type SdistOutcome } from './make-sdist.ts';
import {
  openState,
  stateName,
  wheelsOfOthers,
  type BuildState,
  type SdistRecord,
} from './kept/state.ts';
import {
  findWheel,
  openStore,
  publishWheels,
  publishedAmong,
  removeWheel,
  type StagedWheel,
  type Store,
} from './kept/store.ts';
import type { PackageBuild } from './package-build.ts';
import { splitSet } from './split-set.ts';
import { filesOf, SPLIT_ID, type KnownWheel, type WheelFile } from './wheel-files.ts';
import { makeWheels, type FinishedWheel, type MakeWheelsOptions } from './wheels.ts';

/** What the builds of a package came to. */
export interface WheelSet {
  readonly build: PackageBuild;
  readonly store: Store;
  readonly state: BuildState;
  readonly assignments: readonly Assignment[];
  /** Jobs that a wheel's Requires-Python excludes. */
  readonly excluded: readonly ExcludedJob[];
  /** The wheels that the jobs were given, each once; none of a job that failed for itself. */
  readonly wheels: readonly FinishedWheel[];
  /** Those that are over the limit and cannot be split: their jobs failed by it. */
  readonly uncut?: readonly FinishedWheel[];
  /** What the user should know of how they were split. */
  readonly notices?: readonly string[];
  /** What earlier runs released. */
  readonly earlier: EarlierWheels;
  readonly sdist?: SdistOutcome;
  /** Where wheels lie that somebody gave, by file name. */
  readonly paths?: ReadonlyMap<string, string>;
}

export type MakeSetOptions = Omit<MakeWheelsOptions, 'store' | 'state'> & SplitSetOptions;

/**
 * Builds what is needed, and splits what is over the limit. What concerns one job stands with it; wheels wait in the store until {@link publishSet}.
 * @throws WheelworksError `file/*` of the output folder, `process/cancelled`.
 */
export async function makeSet(build: PackageBuild, options: MakeSetOptions): Promise<WheelSet> {
  const name = stateName(build);
  const store = await openStore(build.output, name);
  const state = await openState(build.output, name);
  const outcomes = await makeWheels(build, { ...options, store, state });
  const { assignments, excluded } = assignWheels(build, outcomes);
  const wheels = new Map<string, FinishedWheel>();
  for (const { wheel, error } of assignments)
    if (wheel !== undefined && error === undefined) wheels.set(wheel.filename, wheel);
  const sdist = build.sdist ? await makeSdist(build, { ...options, store, state }) : undefined;
  const set: WheelSet = {
    build,
    store,
    state,
    assignments,
    excluded,
    wheels: [...wheels.values()],
    earlier: earlierWheels(build, state),
    ...(sdist === undefined ? {} : { sdist }),
  };
  return splitSet(set, options);
}

/**
 * The set of a package that is not built, since one that it needs has no wheels.
 * @throws WheelworksError `file/*` of the output folder.
 */
export async function blockedSet(build: PackageBuild, needed: string): Promise<WheelSet> {
  const name = stateName(build);
  const error: ErrorReport = {
    code: 'build/needed-package-failed',
    message: `Not built, since ${needed}, which it needs, has no wheel.`,
    hint: `Mend ${needed} first; both are then built by the same command.`,
  };
  const state = await openState(build.output, name);
  return {
    build,
    store: await openStore(build.output, name),
    state,
    earlier: earlierWheels(build, state),
    assignments: build.jobs.map((job) => ({
      job,
      outcome: { kind: 'failed', error, seconds: 0 },
      error,
      notices: [],
    })),
    excluded: [],
    wheels: [],
  };
}

/** Where a file of the set lies; undefined when somebody took it away. */
export async function filePath(
  { store, paths }: WheelSet,
  file: WheelFile,
): Promise<string | undefined> {
  const given = paths?.get(file.filename);
  if (given !== undefined) return given;
  return findWheel(store, file.stage, file);
}

/** Wheels of earlier runs in the output folder. */
export interface Published {
  /** Still there: of other packages, or for interpreters that this run was not asked for. */
  readonly kept: readonly string[];
  /** Taken away, since their sources are no longer these. */
  readonly removed: readonly string[];
}

/**
 * Puts wheels into the output folder: first they themselves, then what names them, and last goes what nothing names any
 * more. Without any wheel the folder stays as it was.
 * @param wheels those of the set that are good.
 * @param name writes the pages that name all wheels that are then there.
 * @throws WheelworksError `file/*`, and what `name` throws.
 */
export async function publishSet(
  set: WheelSet,
  wheels: readonly FinishedWheel[],
  name: (filenames: readonly string[]) => Promise<unknown>,
): Promise<Published> {
  const { build, store, state, earlier } = set;
  if (wheels.length === 0) return { kept: [], removed: [] };
  const staying = await publishedBefore(set);
  const waiting = waitingStages(set, wheels, staying);
  const cut = staying.filter(({ split }) => split !== undefined);
  const files: StagedWheel[] = [...filesOf([...wheels, ...cut])];
  const sdist = currentSdist(set);
  if (sdist !== undefined) files.push({ ...sdist, stage: SDIST_ID });
  await publishWheels(store, files, waiting);
  const current = new Set(
    [...filesOf(wheels), ...(sdist === undefined ? [] : [sdist])].map(({ filename }) => filename),
  );
  const others = filesOf(staying).map(({ filename }) => filename);
  const ofOthers = await wheelsOfOthers(store.output, stateName(build));
  const kept = (await publishedAmong(store, [...others, ...ofOthers])).filter(
    (filename) => !current.has(filename),
  );
  await name([...new Set([...current, ...kept])].sort());
  const removed: string[] = [];
  for (const file of filesOf(wheelsIn(earlier.outdated))) {
    if (current.has(file.filename) || kept.includes(file.filename)) continue;
    if (await removeWheel(store, file)) removed.push(file.filename);
  }
  const old = state.earlierSdist;
  if (old !== undefined && old !== sdist && !current.has(old.filename)) {
    if (await removeWheel(store, old)) removed.push(old.filename);
    if (sdist === undefined) await state.rememberSdist(undefined);
  }
  const used = new Set([...wheels.map(({ builtFor }) => builtFor), ...waiting]);
  const ids = [...earlier.outdated.keys(), ...build.jobs.map(({ id }) => id)];
  await state.forget({ builds: ids.filter((id) => !used.has(id)), tests: [] });
  return { kept: kept.toSorted(), removed: removed.toSorted() };
}

/** Wheels of earlier runs that are in the output folder and go on being there; with new parts they are new themselves. */
async function publishedBefore({ store, earlier }: WheelSet): Promise<readonly KnownWheel[]> {
  const wheels = wheelsIn(earlier.kept);
  const there = new Set(
    await publishedAmong(
      store,
      wheels.map(({ filename }) => filename),
    ),
  );
  return wheels.filter(({ filename }) => there.has(filename));
}

function wheelsIn(records: EarlierWheels['kept']): readonly KnownWheel[] {
  return [...records].map(([builtFor, record]) => ({ ...record, builtFor }));
}

/** What is not published now, and what sets were made from, stays where a next run finds it. */
function waitingStages(
  { wheels, uncut = [], excluded, earlier }: WheelSet,
  published: readonly FinishedWheel[],
  staying: readonly KnownWheel[],
): ReadonlySet<string> {
  const kept = wheelsIn(earlier.kept);
  const isOut = new Set([...published, ...staying].map(({ builtFor }) => builtFor));
  const left = [...wheels, ...kept].filter(({ builtFor }) => !isOut.has(builtFor));
  const originals = [...wheels, ...kept].filter(({ split }) => split !== undefined);
  return new Set([
    ...excluded.map(({ job }) => job.id),
    ...[...left, ...uncut, ...originals].map(({ builtFor }) => builtFor),
    ...(left.some(({ split }) => split !== undefined) ? [SPLIT_ID] : []),
  ]);
}

/** The sdist of the set; where none was asked for, that of an earlier run from the same sources. */
function currentSdist({ build, state, sdist }: WheelSet): SdistRecord | undefined {
  if (sdist !== undefined) return sdist.record;
  const earlier = state.earlierSdist;
  return earlier?.sources === sourcesKey(build) ? earlier : undefined;
}

/** The jobs that a wheel's Requires-Python excludes, as interpreters that are not served. */
export function excludedFrom({ excluded }: WheelSet): readonly LeftOut[] {
  return excluded.map(({ job, requiresPython }) => ({
    python: job.interpreter.label,
    executable: job.interpreter.path,
    reason: `the wheel requires Python ${requiresPython}`,
    broken: false,
  }));
}
