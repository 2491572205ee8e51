/** Which interpreters of this machine try which wheels of a set. */
import { choosePip, rankOf, takenTags, type PipChoice } from '../../build/index.ts';
import { parseVersion, specifierSetContains, tryParseSpecifierSet } from '../../packaging/index.ts';
import { formatPythonVersion, type Interpreter } from '../../python/index.ts';
import { groupBy } from '../../support/group-by.ts';

/** A wheel of a set. */
export interface TrialWheel {
  readonly path: string;
  readonly filename: string;
  readonly project: string;
  readonly requiresPython: string | undefined;
}

/** One environment: an interpreter, and of every package the wheel that it takes. */
export interface Trial {
  readonly interpreter: Interpreter;
  readonly pip: PipChoice;
  readonly wheels: readonly TrialWheel[];
}

/** What is tried, and what nobody here can. */
export interface TrialAssignment {
  readonly trials: readonly Trial[];
  readonly notTested: readonly TrialWheel[];
}

/**
 * As few environments as cover every wheel that some interpreter here prefers: the newest interpreters first, and only those
 * that add a wheel.
 */
export function assignTrials(
  wheels: readonly TrialWheel[],
  interpreters: readonly Interpreter[],
  { needsPip }: { readonly needsPip: boolean },
): TrialAssignment {
  const able = interpreters
    .filter(({ version, modules }) => version.major === 3 && modules.venv)
    .toReversed();
  const covered = new Set<TrialWheel>();
  const trials: Trial[] = [];
  for (const interpreter of able) {
    const taken = preferredWheels(wheels, interpreter);
    if (taken.every((wheel) => covered.has(wheel))) continue;
    const pip = pipFor(taken, interpreter, { helpers: able, needsPip });
    if (pip === undefined) continue;
    for (const wheel of taken) covered.add(wheel);
    trials.push({ interpreter, pip, wheels: taken });
  }
  return { trials, notTested: wheels.filter((wheel) => !covered.has(wheel)) };
}

/** Of every package the wheel that an installer would choose. */
function preferredWheels(
  wheels: readonly TrialWheel[],
  interpreter: Interpreter,
): readonly TrialWheel[] {
  const python = parseVersion(formatPythonVersion(interpreter.version));
  const fitting = wheels.filter(({ filename, requiresPython }) => {
    const specifiers = tryParseSpecifierSet(requiresPython ?? '');
    return (
      rankOf(filename, interpreter) < Infinity &&
      (specifiers === undefined || specifierSetContains(specifiers, python))
    );
  });
  return [...groupBy(fitting, ({ project }) => project).values()].flatMap((group) => {
    const [best] = group.toSorted(
      (left, right) => rankOf(left.filename, interpreter) - rankOf(right.filename, interpreter),
    );
    return best === undefined ? [] : [best];
  });
}

/** One pip for all of them; none where only a pip of another Python knows a tag, which cannot judge markers for this one. */
function pipFor(
  wheels: readonly TrialWheel[],
  interpreter: Interpreter,
  { helpers, needsPip }: { readonly helpers: readonly Interpreter[]; readonly needsPip: boolean },
): PipChoice | undefined {
  const choices = wheels.map(({ filename }) =>
    choosePip({ interpreter, tags: takenTags(filename, interpreter), helpers, needsOwn: needsPip }),
  );
  if (choices.some(({ method }) => method === 'target')) return undefined;
  return choices.find(({ method }) => method === 'own') ?? choices[0];
}
