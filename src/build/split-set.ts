/**
 * Wheels over the project's limit, cut into sets.
 *
 * All wheels of a package are cut together, so that what does not depend on a Python is carried once; also those of
 * earlier runs that stay, for parts have the same names in every run. What a set was made from stays in its stage,
 * for the sets of a run with one more Python.
 */
import { runTask } from '../support/progress/events.ts';
import { cutWheels, type Refusals, type SplitSetOptions, type Splits } from './cut-wheels.ts';
import { splitKey } from './kept/keys.ts';
import type { BuildRecord, SplitRecord } from './kept/state.ts';
import { findWheel } from './kept/store.ts';
import { filesOf, type KnownWheel } from './wheel-files.ts';
import type { WheelSet } from './wheel-set.ts';
import type { FinishedWheel } from './wheels.ts';

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
  const { splits, refusals } = await cutWheels(set, wheels, { ...options, choices });
  // Parts of the same names may hold something else now.
  const rest = splits.size === 0 ? set : withoutKept(set, kept.lost);
  const made = await withSplits(rest, new Map([...formerSplits(set, refusals), ...splits]));
  const anew = kept.there.filter(({ builtFor }) => splits.has(builtFor));
  return { ...withoutRefused(made, refusals), notices: untestedNotice(anew) };
}

function untestedNotice(wheels: readonly KnownWheel[]): readonly string[] {
  if (wheels.length === 0) return [];
  const names = wheels.map(({ filename }) => filename).join(', ');
  return [
    `sets of an earlier run were made anew, since their parts are shared: ${names}; a run for their Pythons tests them`,
  ];
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
  if (record.split === split) return record;
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

/** The state keeps what wheels were cut into that are refused now: that may still be published. */
function formerSplits({ wheels }: WheelSet, refusals: Refusals): Splits {
  return new Map(
    wheels.flatMap(({ builtFor, split }) =>
      refusals.has(builtFor) && split !== undefined ? [[builtFor, split] as const] : [],
    ),
  );
}

function withoutRefused(set: WheelSet, refusals: Refusals): WheelSet {
  const isRefused = ({ builtFor }: KnownWheel): boolean => refusals.has(builtFor);
  return {
    ...set,
    wheels: set.wheels.filter((wheel) => !isRefused(wheel)),
    uncut: set.wheels.filter(isRefused),
    assignments: set.assignments.map((assignment) => {
      const error = refusals.get(assignment.wheel?.builtFor ?? '');
      return error === undefined || assignment.error !== undefined
        ? assignment
        : { ...assignment, error };
    }),
  };
}
