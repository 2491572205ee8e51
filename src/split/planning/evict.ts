/** What leaves the main wheels so that they fit: files that several wheels share before those of one alone. */
import type { Identities } from '../reading/identities.ts';
import type { InputMember } from '../reading/input.ts';
import { largestFirst, unitCost, type Unit } from './bins.ts';
import { gainOf, moveOut, type WheelState } from './state.ts';

/**
 * Moves candidates out of all wheels, one after the other, until each wheel fits or none is left: libraries with all that
 * they need, then files in place, the largest first. A library stays when what has to be with it fits into no part, or
 * when the files that would need an edit are as large as what is won.
 * @param capacity bytes that an empty part has room for
 * @returns what moved, as the first wheel has it
 */
export function evict(
  states: readonly WheelState[],
  candidates: readonly InputMember[],
  capacity: number,
): readonly Unit[] {
  const allowed = new Map(candidates.map((member) => [member.path, member]));
  let units: readonly Unit[] = [];
  for (const { path } of inOrder(states, candidates)) {
    if (states.every(({ main }) => main.room >= 0)) break;
    const paths = commonClosure(states, path);
    const members = paths.flatMap((each) => allowed.get(each) ?? []);
    if (members.length < Math.max(1, paths.length)) continue;
    if (states.some((state) => gainOf(state, paths) <= 0)) {
      for (const { stuck } of states) stuck.set(path, { kind: 'no-gain' });
      continue;
    }
    const joined = units.filter((unit) => unit.some((member) => members.includes(member)));
    const unit = [...new Set([...joined.flat(), ...members])];
    if (unitCost(unit) > capacity) {
      for (const { stuck } of states) stuck.set(path, { kind: 'together', unit, capacity });
      continue;
    }
    for (const state of states) {
      moveOut(state, paths);
      for (const each of paths) state.stuck.delete(each);
    }
    units = [...units.filter((each) => !joined.includes(each)), unit];
  }
  return units;
}

function inOrder(
  [first]: readonly WheelState[],
  candidates: readonly InputMember[],
): readonly InputMember[] {
  const isLibrary = ({ path }: InputMember): boolean => first?.libraries.has(path) === true;
  return [
    ...largestFirst(candidates.filter(isLibrary)),
    ...largestFirst(candidates.filter((member) => !isLibrary(member))),
  ];
}

/** What moves with a file; nothing when the wheels do not agree on it. */
function commonClosure(states: readonly WheelState[], path: string): readonly string[] {
  const [first, ...others] = states.map(({ libraries }) => libraries.get(path) ?? [path]);
  const isCommon = others.every((closure) => closure.join('\n') === first?.join('\n'));
  return isCommon ? (first ?? []) : [];
}

/** Members that all wheels have, byte for byte; modules are never among them, for they are of one Python. */
export function sharedBy(
  states: readonly WheelState[],
  isCandidate: (member: InputMember) => boolean,
): readonly InputMember[] {
  const [first, ...others] = states;
  return [...(first?.movable.values() ?? [])].filter(
    (member) =>
      member.stub === undefined &&
      isCandidate(member) &&
      others.every(({ movable, identities }) =>
        isSameFile(identities, movable.get(member.path), member),
      ),
  );
}

/** Equal content and equal compressed data: each original is made again from the bytes of one part. */
export function isSameFile(
  identities: Identities,
  left: InputMember | undefined,
  right: InputMember,
): boolean {
  if (left === undefined || right.sha256 === undefined) return false;
  const identity = identities.get(right);
  return (
    identity !== undefined && left.sha256 === right.sha256 && identities.get(left) === identity
  );
}
