/** A wheel while its set is planned: what it still carries, and how much of that is too much. */
import type { InputMember, SplitInput } from '../reading/input.ts';
import type { Bin } from './bins.ts';
import { EMPTY_WHEEL, describedCost, memberCost, rebuildCost } from './costs.ts';
import type { Cuts } from './cuts.ts';

/** One wheel over the limit. */
export interface WheelState {
  readonly input: SplitInput;
  readonly cuts: Cuts;
  /** Members that may still move, by path. */
  readonly movable: Map<string, InputMember>;
  /** The main wheel: what it has room for. Below zero it is too large. */
  readonly main: Bin;
  /** Member path to the bin it moved into. */
  readonly moved: Map<string, Bin>;
}

/**
 * @param texts bytes of what is new in the main wheel: joiner, stubs, descriptions
 */
export function wheelState(
  input: SplitInput,
  cuts: Cuts,
  { maxSize, texts }: { readonly maxSize: number; readonly texts: number },
): WheelState {
  const cut = new Set(cuts.files.map(({ member }) => member.path));
  const tied = new Set(
    cuts.groups.flatMap(({ files }) =>
      files.filter(({ role }) => role === 'own').map(({ member }) => member.path),
    ),
  );
  const stays = input.members.filter(({ path }) => !cut.has(path));
  const used = stays.reduce(
    (sum, { path, entry }) => sum + memberCost(path, entry.compressedSize),
    0,
  );
  const kept = input.members.reduce((sum, member) => sum + rebuildCost(member), 0);
  const moves = stays.filter(({ path, isFixed }) => !isFixed && !tied.has(path));
  return {
    input,
    cuts,
    movable: new Map(moves.map((member) => [member.path, member])),
    main: {
      number: undefined,
      room: maxSize - EMPTY_WHEEL - replacedCost(input) - used - kept - texts,
      members: [],
    },
    moved: new Map(),
  };
}

/** METADATA, WHEEL and RECORD, as they will be and, among the rebuild data, as they were. */
function replacedCost({ wheel, draft }: SplitInput): number {
  return ['METADATA', 'WHEEL', 'RECORD'].reduce((sum, name) => {
    const path = `${draft.distInfo}/${name}`;
    const entry = wheel.archive.get(path);
    if (entry === undefined) return sum;
    // RECORD is counted with the members that it lists.
    const written = name === 'RECORD' ? 0 : entry.size;
    return sum + memberCost(path, written + entry.compressedSize);
  }, 0);
}

/** Takes a file out of the main wheel; where it goes is decided when all that move are known. */
export function moveOut(state: WheelState, path: string): void {
  const member = state.movable.get(path);
  if (member === undefined) return;
  state.movable.delete(path);
  state.main.room += memberCost(path, member.entry.compressedSize) - describedCost(path);
}
