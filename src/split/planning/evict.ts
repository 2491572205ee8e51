/** What leaves the main wheels so that they fit: files that several wheels share before those of one alone. */
import type { InputMember } from '../reading/input.ts';
import { largestFirst } from './bins.ts';
import { moveOut, type WheelState } from './state.ts';

/**
 * Moves the largest of the candidates out of all wheels, one after the other, until each fits or none is left.
 * @returns what moved, as the first wheel has it
 */
export function evict(
  states: readonly WheelState[],
  candidates: readonly InputMember[],
): readonly InputMember[] {
  const moved: InputMember[] = [];
  for (const member of largestFirst(candidates)) {
    if (states.every(({ main }) => main.room >= 0)) break;
    for (const state of states) moveOut(state, member.path);
    moved.push(member);
  }
  return moved;
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
      others.every(({ movable }) => isSameFile(movable.get(member.path), member)),
  );
}

/** Equal content, and compressed to as many bytes: each original is made again from the same compressed bytes. */
export function isSameFile(left: InputMember | undefined, right: InputMember): boolean {
  return (
    right.sha256 !== undefined &&
    left?.sha256 === right.sha256 &&
    left.entry.method === right.entry.method &&
    left.entry.compressedSize === right.entry.compressedSize
  );
}
