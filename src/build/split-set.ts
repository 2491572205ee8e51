/**
 * Wheels over the project's limit, cut into sets.
 *
 * All wheels of a package are cut together, so that what does not depend on a Python is carried once; also those of
 * earlier runs that stay, for parts have the same names in every run. What a set was made from stays in its stage,
 * for the sets of a run with one more Python.
 */
import { copyFile, link, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { splitWheels, type SplitChoices, type SplitResult } from '../split/index.ts';
import { WheelworksError, fileError } from '../support/errors.ts';
import { makeFolders } from '../support/folders.ts';
import { runTask, type EventSink } from '../support/progress/events.ts';
import { sourceDateEpoch } from './environment.ts';
import { splitKey } from './kept/keys.ts';
import type { BuildRecord, SplitRecord } from './kept/state.ts';
import { findWheel, stageFolder } from './kept/store.ts';
import { filesOf, SPLIT_ID, type KnownWheel } from './wheel-files.ts';
import type { WheelSet } from './wheel-set.ts';
import type { FinishedWheel } from './wheels.ts';

export interface SplitSetOptions {
  /** How many files are worked on at once. */
  readonly jobs: number;
  readonly events: EventSink;
  readonly signal: AbortSignal;
  /** Version of wheelworks: another one may split differently. */
  readonly toolVersion: string;
}

/**
 * The set with every wheel over the limit cut, as an earlier run cut it where nothing changed. Wheels that cannot be cut
 * are no longer among its wheels, and the error stands with the jobs that they serve.
 * @throws WheelworksError `process/cancelled`, `file/*` of the output folder.
 */
export async function splitSet(set: WheelSet, options: SplitSetOptions): Promise<WheelSet> {
  const { split: choices } = set.build;
  const isOver = ({ size }: KnownWheel): boolean => size > (choices?.maxSize ?? Infinity);
  if (choices === undefined || !set.wheels.some(isOver)) return withSplits(set, new Map());
  const kept = await keptWheels(set, isOver);
  const wheels = [...set.wheels.filter(isOver), ...kept.there];
  const reused = await reusableSplits(set, wheels, options);
  if (reused !== undefined) return withSplits(set, reused);
  try {
    const splits = await cut(set, wheels, { ...options, choices });
    // Parts of the same names may hold something else now.
    return await withSplits(withoutKept(set, kept.lost), splits);
  } catch (error) {
    if (options.signal.aborted || !(error instanceof WheelworksError)) throw error;
    return await refused(set, isOver, error);
  }
}

/** Wheels of earlier runs that are over the limit: those whose original is still there, and the ids of others. */
async function keptWheels(
  { store, earlier }: WheelSet,
  isOver: (wheel: KnownWheel) => boolean,
): Promise<{ readonly there: readonly KnownWheel[]; readonly lost: readonly string[] }> {
  const there: KnownWheel[] = [];
  const lost: string[] = [];
  for (const [builtFor, record] of earlier.kept) {
    const wheel = { ...record, builtFor };
    if (!isOver(wheel)) continue;
    if ((await findWheel(store, builtFor, record)) === undefined) lost.push(builtFor);
    else there.push(wheel);
  }
  return { there, lost };
}

type Splits = ReadonlyMap<string, SplitRecord>;

/** By job, what an earlier run made of the very same wheels, when every file of it is there. */
async function reusableSplits(
  { build, store }: WheelSet,
  wheels: readonly KnownWheel[],
  { toolVersion, events }: SplitSetOptions,
): Promise<Splits | undefined> {
  const key = splitKey(build, wheels, toolVersion);
  const known = wheels.flatMap(({ builtFor, split }) =>
    split?.key === key ? [[builtFor, split] as const] : [],
  );
  if (known.length < wheels.length) return undefined;
  for (const file of filesOf(wheels))
    if ((await findWheel(store, file.stage, file)) === undefined) return undefined;
  const id = `split ${build.name}`;
  return runTask(
    events,
    { id, label: id },
    async () => new Map(known),
    () => ({ outcome: 'reused' }),
  );
}

async function cut(
  { build, store }: WheelSet,
  wheels: readonly KnownWheel[],
  options: SplitSetOptions & { readonly choices: SplitChoices },
): Promise<Splits> {
  const { choices, toolVersion, jobs, events, signal } = options;
  const paths = new Map<string, KnownWheel>();
  for (const wheel of wheels) paths.set(await keepOriginal(wheel, store), wheel);
  const directory = stageFolder(store, SPLIT_ID);
  await rm(directory, { recursive: true, force: true });
  const results = await splitWheels([...paths.keys()], {
    ...choices,
    generator: `wheelworks ${toolVersion}`,
    modified: new Date(sourceDateEpoch(build.env) * 1000),
    jobs,
    events,
    signal,
    directory,
  });
  const key = splitKey(build, wheels, toolVersion);
  return new Map(
    results.flatMap((result) =>
      splitsOf(result, key).map(([path, split]) => [paths.get(path)?.builtFor ?? '', split]),
    ),
  );
}

/** The wheel in its stage, where it stays when its set takes its name in the output folder. */
async function keepOriginal(
  { builtFor, filename, sha256 }: KnownWheel,
  store: WheelSet['store'],
): Promise<string> {
  const staged = join(stageFolder(store, builtFor), filename);
  const path = await findWheel(store, builtFor, { filename, sha256 });
  if (path === staged) return staged;
  if (path === undefined)
    throw new WheelworksError('file/not-found', `${filename} went away before it was split.`, {
      path: staged,
    });
  await makeFolders(stageFolder(store, builtFor));
  await rm(staged, { force: true });
  await link(path, staged).catch(async () =>
    copyFile(path, staged).catch((error: unknown) => {
      throw fileError(error, staged);
    }),
  );
  return staged;
}

/** What the state keeps of a split, by the path of the wheel that was cut. */
function splitsOf(result: SplitResult, key: string): readonly (readonly [string, SplitRecord])[] {
  const { plan } = result;
  if (plan === undefined) return [];
  const files = new Map(result.files.map((file) => [file.filename, file]));
  const known = (filename: string): SplitRecord['main'] => {
    const file = files.get(filename);
    if (file === undefined) throw new TypeError(`${filename} was planned and not written`);
    return { filename, sha256: file.sha256, size: file.size };
  };
  const distributions = new Map(
    plan.parts.map(({ filename, distribution }) => [filename, distribution]),
  );
  const findings = plan.findings.map(({ path: _inStage, ...finding }) => finding);
  return plan.wheels.flatMap(({ path, filename, split }) =>
    split === undefined
      ? []
      : [
          [
            path,
            {
              key,
              main: known(filename),
              parts: split.parts.map((part) => ({
                ...known(part),
                distribution: distributions.get(part) ?? '',
              })),
              findings,
            },
          ] as const,
        ],
  );
}

/** Every wheel with what it was cut into, also in the state; without it where it was not. */
async function withSplits(set: WheelSet, splits: Splits): Promise<WheelSet> {
  const { state, earlier } = set;
  const wheels = new Map<string, FinishedWheel>();
  for (const wheel of set.wheels) {
    const { builtFor, origin, ...former } = wheel;
    const record = recordWith(former, splits.get(builtFor));
    if (record !== former) await state.rememberBuild(builtFor, record);
    wheels.set(builtFor, { ...record, builtFor, origin });
  }
  const kept = new Map(earlier.kept);
  for (const [id, former] of earlier.kept) {
    if (!splits.has(id)) continue;
    const record = recordWith(former, splits.get(id));
    if (record !== former) await state.rememberBuild(id, record);
    kept.set(id, record);
  }
  return {
    ...set,
    wheels: [...wheels.values()],
    assignments: set.assignments.map((assignment) => {
      const wheel = wheels.get(assignment.wheel?.builtFor ?? '');
      return wheel === undefined ? assignment : { ...assignment, wheel };
    }),
    earlier: { ...earlier, kept },
  };
}

/** The very record when there is nothing to change. */
function recordWith(record: BuildRecord, split: SplitRecord | undefined): BuildRecord {
  if (record.split?.key === split?.key) return record;
  const { split: _former, ...whole } = record;
  return { ...whole, ...(split === undefined ? {} : { split }) };
}

function withoutKept(set: WheelSet, ids: readonly string[]): WheelSet {
  const { kept, outdated } = set.earlier;
  const gone = [...kept].filter(([id]) => ids.includes(id));
  return {
    ...set,
    earlier: {
      kept: new Map([...kept].filter(([id]) => !ids.includes(id))),
      outdated: new Map([...outdated, ...gone]),
    },
  };
}

/** The wheels under the limit alone; the state keeps what the others were cut into, which may still be published. */
async function refused(
  set: WheelSet,
  isOver: (wheel: KnownWheel) => boolean,
  error: WheelworksError,
): Promise<WheelSet> {
  const uncut = set.wheels.filter(isOver);
  const former = uncut.flatMap(({ builtFor, split }) =>
    split === undefined ? [] : [[builtFor, split] as const],
  );
  const whole = await withSplits(set, new Map(former));
  return {
    ...whole,
    wheels: whole.wheels.filter((wheel) => !isOver(wheel)),
    uncut,
    assignments: whole.assignments.map((assignment) =>
      assignment.error === undefined && assignment.wheel !== undefined && isOver(assignment.wheel)
        ? { ...assignment, error: error.toJSON() }
        : assignment,
    ),
  };
}
