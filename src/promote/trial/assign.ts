/** Which interpreters of this machine try which wheels of a set. */
import { choosePip, rankOf, takenTags, type PipChoice } from '../../build/index.ts';
import { specifierSetContains, tryParseSpecifierSet, type Tag } from '../../packaging/index.ts';
import type { Interpreter } from '../../python/index.ts';
import { groupBy } from '../../support/group-by.ts';

/** A wheel of a set. */
export interface TrialWheel {
  readonly path: string;
  readonly filename: string;
  readonly project: string;
  readonly requiresPython: string | undefined;
  /** Of the main wheel of a split set: what its pins bring along. */
  readonly parts?: readonly TrialPart[];
}

/** A part of a split set. */
export interface TrialPart {
  readonly filename: string;
  /** Normalised. */
  readonly project: string;
}

/** An sdist of a package that has no wheels: what users of it build themselves. */
export type TrialSdist = TrialWheel;

/** One environment: an interpreter, and of every package the wheel that it takes, or the sdist where there are no wheels. */
export interface Trial {
  readonly interpreter: Interpreter;
  readonly pip: PipChoice;
  readonly wheels: readonly TrialWheel[];
  readonly sdists: readonly TrialSdist[];
}

/** What is tried, and what nobody here can. */
export interface TrialAssignment {
  readonly trials: readonly Trial[];
  readonly notTested: readonly TrialWheel[];
}

/**
 * An environment for every interpreter that takes something of the set, the newest first.
 *
 * Where no package has wheels and nobody asked for interpreters, the newest one alone: building everything on each of them
 * is what a build matrix is for.
 */
export function assignTrials(
  {
    wheels,
    sdists,
  }: { readonly wheels: readonly TrialWheel[]; readonly sdists: readonly TrialSdist[] },
  interpreters: readonly Interpreter[],
  { needsPip, areChosen }: { readonly needsPip: boolean; readonly areChosen: boolean },
): TrialAssignment {
  const able = interpreters
    .filter(({ version, modules }) => version.major === 3 && modules.venv)
    .toReversed();
  const all = able.flatMap((interpreter): readonly Trial[] => {
    const taken = preferredWheels(wheels, interpreter);
    const built = sdists.filter((sdist) => takesPython(sdist, interpreter));
    if (taken.length + built.length === 0) return [];
    const tags =
      taken.length === 0 ? [[PURE]] : taken.map(({ filename }) => takenTags(filename, interpreter));
    const pip = pipFor(tags, interpreter, { helpers: able, needsPip });
    return pip === undefined ? [] : [{ interpreter, pip, wheels: taken, sdists: built }];
  });
  const trials = wheels.length > 0 || areChosen ? all : all.slice(0, 1);
  const tried = new Set(trials.flatMap((trial) => [...trial.wheels, ...trial.sdists]));
  return { trials, notTested: [...wheels, ...sdists].filter((file) => !tried.has(file)) };
}

/** What every pip takes. */
const PURE: Tag = { interpreter: 'py3', abi: 'none', platform: 'any' };

function takesPython({ requiresPython }: TrialWheel, { version }: Interpreter): boolean {
  const specifiers = tryParseSpecifierSet(requiresPython ?? '');
  const { major, minor, micro } = version;
  // As pip judges: by the three numbers alone, so 3.15.0rc1 meets `>=3.15`.
  return specifiers === undefined || specifierSetContains(specifiers, `${major}.${minor}.${micro}`);
}

/** Of every package the wheel that an installer would choose. */
function preferredWheels(
  wheels: readonly TrialWheel[],
  interpreter: Interpreter,
): readonly TrialWheel[] {
  const fitting = wheels.filter(
    (wheel) => rankOf(wheel.filename, interpreter) < Infinity && takesPython(wheel, interpreter),
  );
  return [...groupBy(fitting, ({ project }) => project).values()].flatMap((group) => {
    const [best] = group.toSorted(
      (left, right) => rankOf(left.filename, interpreter) - rankOf(right.filename, interpreter),
    );
    return best === undefined ? [] : [best];
  });
}

/** One pip for all of them; none where only a pip of another Python knows a tag, which cannot judge markers for this one. */
function pipFor(
  tagsOfEach: readonly (readonly Tag[])[],
  interpreter: Interpreter,
  { helpers, needsPip }: { readonly helpers: readonly Interpreter[]; readonly needsPip: boolean },
): PipChoice | undefined {
  const choices = tagsOfEach.map((tags) =>
    choosePip({ interpreter, tags, helpers, needsOwn: needsPip }),
  );
  if (choices.some(({ method }) => method === 'target')) return undefined;
  return choices.find(({ method }) => method === 'own') ?? choices[0];
}
