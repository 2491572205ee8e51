/**
 * Libraries that may lie in the folder of a part instead of where the package has them: those that files of the wheel find
 * by DT_NEEDED and a search path, and that no code opens by name.
 */
import type { InputMember, SplitInput } from '../reading/input.ts';
import type { Cuts } from './cuts.ts';
import { reached } from './groups.ts';

/** What keeps a library from being found elsewhere. */
export interface Bindings {
  readonly cuts: Cuts;
  /** File names that the package's code mentions. */
  readonly named: ReadonlySet<string>;
  /** Paths that are to stay where they are installed. */
  readonly inPlace: ReadonlySet<string>;
}

/**
 * Path of each library that can move to the libraries that go with it, itself among them: all that it needs of the wheel,
 * in the same part, where the search paths among them go on being right.
 */
export function relocatableLibraries(
  input: SplitInput,
  bindings: Bindings,
): ReadonlyMap<string, readonly string[]> {
  const able = new Set(
    input.members.filter(isFoundByNeed(input, bindings)).map(({ path }) => path),
  );
  const closures = new Map<string, readonly string[]>();
  for (const path of able) {
    const closure = [...reached([path], input.needs)].sort();
    if (closure.every((each) => able.has(each))) closures.set(path, closure);
  }
  return closures;
}

/** Libraries that natives of the wheel need: what the code may not name, if they are to move. */
export function neededLibraries({ members, needs }: SplitInput): readonly InputMember[] {
  const needed = new Set([...needs.values()].flat());
  return members.filter(({ path, stub }) => needed.has(path) && stub === undefined);
}

function isFoundByNeed(
  input: SplitInput,
  { cuts, named, inPlace }: Bindings,
): (member: InputMember) => boolean {
  const needed = new Set(neededLibraries(input).map(({ path }) => path));
  const tied = new Set(cuts.groups.flatMap(({ files }) => files.map(({ member }) => member.path)));
  // No search path is added to these: of `.data` it is not known where it is installed, and a part is made once for
  // wheels that may differ in what they need.
  const unchanged = input.members.filter(({ path, isFixed }) => isFixed || inPlace.has(path));
  const neededByThese = new Set(unchanged.flatMap(({ path }) => input.needs.get(path) ?? []));
  return ({ path, sha256, isFixed }) =>
    needed.has(path) &&
    sha256 !== undefined &&
    !isFixed &&
    !tied.has(path) &&
    !neededByThese.has(path) &&
    !inPlace.has(path) &&
    !named.has(path.slice(path.lastIndexOf('/') + 1));
}
