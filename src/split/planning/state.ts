/** A wheel while its set is planned: what it still carries, and how much of that is too much. */
import type { Identities } from '../reading/identities.ts';
import type { InputMember, SplitInput } from '../reading/input.ts';
import type { Bin } from './bins.ts';
import { EMPTY_WHEEL, editCost, leftCost, memberCost, rebuildCost } from './costs.ts';
import type { Cuts } from './cuts.ts';
import type { Measured } from './measured.ts';

/** One wheel over the limit. */
export interface WheelState {
  readonly input: SplitInput;
  readonly cuts: Cuts;
  /** Libraries that may move into the folder of a part, to what goes with them. */
  readonly libraries: ReadonlyMap<string, readonly string[]>;
  /** Members that may still move, by path: these libraries, and what may move in place. */
  readonly movable: Map<string, InputMember>;
  /** The main wheel: what it has room for. Below zero it is too large. */
  readonly main: Bin;
  /** Members that left it whole. */
  readonly moved: Set<string>;
  /** Candidates that stayed all the same, and why. */
  readonly stuck: Map<string, Stuck>;
  readonly identities: Identities;
  readonly measured: Measured | undefined;
  /** Native files of the main wheel that need a library which moved: they get a search path. */
  readonly edited: Set<string>;
}

/** Why a file that may move does not. */
export type Stuck =
  /** Native files that would need an edit, and so keep their originals, are as large as it is. */
  | { readonly kind: 'no-gain' }
  /** It has to lie with others, and no part has room for all of them. */
  | {
      readonly kind: 'together';
      readonly unit: readonly InputMember[];
      /** Bytes that an empty part has room for. */
      readonly capacity: number;
    };

/** What a state is made with. */
export interface StateOptions {
  readonly maxSize: number;
  /** Bytes of what is new in the main wheel: joiner, stubs, descriptions. */
  readonly texts: number;
  readonly libraries: ReadonlyMap<string, readonly string[]>;
  /** Paths of files that parts may carry where they are installed. */
  readonly inPlace: ReadonlySet<string>;
  readonly identities: Identities;
  /** What is known better than by reckoning. */
  readonly measured: Measured | undefined;
}

/** A wheel that still carries everything but what is cut. */
export function wheelState(
  input: SplitInput,
  cuts: Cuts,
  { maxSize, texts, libraries, inPlace, identities, measured }: StateOptions,
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
  const moves = stays.filter(
    ({ path, isFixed, sha256 }) =>
      libraries.has(path) ||
      (inPlace.has(path) && !isFixed && !tied.has(path) && sha256 !== undefined),
  );
  return {
    input,
    cuts,
    libraries,
    movable: new Map(moves.map((member) => [member.path, member])),
    main: {
      number: undefined,
      room:
        maxSize - EMPTY_WHEEL - replacedCost(input) - used - kept - texts + (measured?.spare ?? 0),
      members: [],
    },
    moved: new Set(),
    edited: new Set(),
    stuck: new Map(),
    identities,
    measured,
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

/**
 * Bytes that the main wheel loses when files leave it together. Files that then need an edit are written anew, and keep
 * their original for the way back: less than nothing is won when these are large.
 */
export function gainOf(state: WheelState, paths: readonly string[]): number {
  const { leaving, edited } = leavingOf(state, paths);
  const costOf = (path: string, entry: InputMember['entry']): number =>
    editCost(entry, state.measured?.edited.get(path));
  const won = leaving.reduce((sum, { path, entry }) => {
    const back = state.edited.has(path) ? costOf(path, entry) : 0;
    return sum + memberCost(path, entry.compressedSize) - leftCost(path) + back;
  }, 0);
  return edited.reduce((sum, { path, entry }) => sum - costOf(path, entry), won);
}

/** Takes files out of the main wheel; where they go is decided when all that move are known. */
export function moveOut(state: WheelState, paths: readonly string[]): void {
  state.main.room += gainOf(state, paths);
  const { leaving, edited } = leavingOf(state, paths);
  for (const { path } of leaving) {
    state.movable.delete(path);
    state.moved.add(path);
    state.edited.delete(path);
  }
  for (const { path } of edited) state.edited.add(path);
}

function leavingOf(
  { input, movable, libraries, moved, edited }: WheelState,
  paths: readonly string[],
): { readonly leaving: readonly InputMember[]; readonly edited: readonly InputMember[] } {
  const leaving = paths.flatMap((path) => movable.get(path) ?? []);
  const gone = new Set(leaving.map(({ path }) => path).filter((path) => libraries.has(path)));
  const needers = input.members.filter(
    ({ path }) =>
      !gone.has(path) &&
      !edited.has(path) &&
      !moved.has(path) &&
      input.needs.get(path)?.some((target) => gone.has(target)) === true,
  );
  return { leaving, edited: needers };
}
