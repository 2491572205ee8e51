/** Plans the set of one release: pure, from what was read to what is written where. */
import { formatTagSet } from '../../packaging/index.ts';
import { WheelworksError } from '../../support/errors.ts';
import type { InputMember } from '../reading/input.ts';
import { MOST_PARTS } from '../writing/part-texts.ts';
import { packStream, packUnits, partMaker, type Bin, type PartMaker, type Slice } from './bins.ts';
import { windowsLength } from '../segments.ts';
import { describedCost, memberCost } from './costs.ts';
import { evict, isSameFile, sharedBy } from './evict.ts';
import { familiesOf, type Family } from './families.ts';
import type { WheelState } from './state.ts';

/** A part that was filled. */
export interface FilledPart {
  readonly bin: Bin & { readonly number: number };
  readonly scope: 'release' | 'platform' | 'wheel';
  readonly tag: string;
  readonly states: readonly WheelState[];
}

/** A file that was cut, with the same slices for every wheel that shares it. */
export interface FilledCut {
  readonly member: InputMember;
  readonly states: readonly WheelState[];
  /** Among the cut files of its parts. */
  readonly number: number;
  readonly slices: readonly Slice[];
}

/** Where everything goes. */
export interface Placement {
  readonly parts: readonly FilledPart[];
  readonly cuts: readonly FilledCut[];
  /** Wheels of which more has to stay in the main wheel than the limit allows: nothing can be made of the others either. */
  readonly tooLarge: readonly WheelState[];
}

/** What does not depend on the wheels. */
export interface PlacingOptions {
  /** Bytes that an empty part has room for. */
  readonly capacity: number;
  /** Bytes of the deflate stream of a file that is cut. */
  readonly streamLength: (member: InputMember) => number;
}

/**
 * Decides what moves, what is cut where, and the numbers of the parts: first those of the whole release, then those of a
 * platform, then those of single wheels, each numbered on from the ones before.
 * @throws WheelworksError `split/too-many-parts`.
 */
export function placeRelease(states: readonly WheelState[], options: PlacingOptions): Placement {
  const families = familiesOf(states);
  const isForAny = families.every(({ platforms }) => platforms.includes('any'));
  const release = partMaker(0, options.capacity);
  if (families.length > 1 || isForAny)
    packUnits(
      evict(
        states,
        sharedBy(states, ({ isNative }) => !isNative),
        options.capacity,
      ),
      release,
    );
  const parts: FilledPart[] = filled(release, {
    scope: 'release',
    tag: 'py3-none-any',
    states,
  });
  const cuts: FilledCut[] = [];
  const tooLarge: WheelState[] = [];
  for (const family of families) {
    const placed = placeFamily(family, release.bins.length, options);
    parts.push(...placed.parts);
    cuts.push(...placed.cuts);
    tooLarge.push(...placed.tooLarge);
  }
  return { parts, cuts, tooLarge };
}

function placeFamily(family: Family, before: number, options: PlacingOptions): Placement {
  const { states, platforms } = family;
  const shared = partMaker(before, options.capacity);
  const common = sharedCuts(states);
  packUnits(
    evict(
      states,
      sharedBy(states, () => true),
      options.capacity,
    ),
    shared,
  );
  const cuts = common.map((member, number): FilledCut => ({
    member,
    states,
    number,
    slices: cutInto(member, { first: [], parts: shared, isShared: states.length > 1 }, options),
  }));
  const tag = `py3-none-${platforms.join('.')}`;
  const parts = filled(shared, { scope: 'platform', tag, states });
  const sharedPaths = new Set(common.map(({ path }) => path));
  const tooLarge: WheelState[] = [];
  for (const state of states) {
    const own = placeWheel(state, { before: before + shared.bins.length, sharedPaths }, options);
    parts.push(...own.parts);
    cuts.push(...own.cuts);
    tooLarge.push(...own.tooLarge);
  }
  return { parts, cuts, tooLarge };
}

function placeWheel(
  state: WheelState,
  { before, sharedPaths }: { readonly before: number; readonly sharedPaths: ReadonlySet<string> },
  options: PlacingOptions,
): Placement {
  const own = partMaker(before, options.capacity);
  const states = [state];
  packUnits(evict(states, [...state.movable.values()], options.capacity), own);
  const files = state.cuts.files.filter(({ member }) => !sharedPaths.has(member.path));
  const cuts = files.map(({ member }, number): FilledCut => ({
    member,
    states,
    number,
    slices: cutInto(member, { first: [state.main], parts: own, isShared: false }, options),
  }));
  const tag = formatTagSet(state.input.wheel.filename.tags);
  return {
    parts: filled(own, { scope: 'wheel', tag, states }),
    cuts,
    tooLarge: state.main.room < 0 ? states : [],
  };
}

/** Files that every wheel cuts and that are the same in all; modules are of one Python. */
function sharedCuts(states: readonly WheelState[]): readonly InputMember[] {
  const [first, ...others] = states;
  return (first?.cuts.files ?? []).flatMap(({ member, reach }) => {
    const isShared = others.every(({ cuts, identities }) =>
      cuts.files.some(
        ({ member: other }) => other.path === member.path && isSameFile(identities, other, member),
      ),
    );
    return reach !== 'module' && isShared ? [member] : [];
  });
}

/** Path of a slice's member at most, and its header. */
const SLICE_NAME = 'x'.repeat(24);
const SLICE_HEADER = 64;

function cutInto(
  member: InputMember,
  {
    first,
    parts,
    isShared,
  }: { readonly first: readonly Bin[]; readonly parts: PartMaker; readonly isShared: boolean },
  { streamLength }: PlacingOptions,
): readonly Slice[] {
  const name = `${member.entry.path.split('/', 1).join('')}${SLICE_NAME}`;
  const each = memberCost(name, SLICE_HEADER) + describedCost(name);
  // Windows of what a single wheel has lie in the main wheel, which has room for them.
  const windows = isShared ? memberCost(name, windowsLength(member.entry.size)) : 0;
  return packStream(streamLength(member), { each, first: windows }, { first, parts });
}

function filled({ bins }: PartMaker, rest: Omit<FilledPart, 'bin'>): FilledPart[] {
  return bins.map((bin) => {
    const { number } = bin;
    if (number === undefined || number > MOST_PARTS) throw tooManyParts(rest.states);
    return { bin: { ...bin, number }, ...rest };
  });
}

function tooManyParts([state]: readonly WheelState[]): WheelworksError {
  return new WheelworksError(
    'split/too-many-parts',
    `The limit would make more than ${MOST_PARTS} parts.`,
    state === undefined ? {} : { path: state.input.wheel.path },
  );
}
