/** What a plan is made of, of one wheel: which files are cut, and which libraries may move. */
import { WheelworksError } from '../../support/errors.ts';
import { defaultJobs } from '../../support/parallel.ts';
import type { SplitOptions } from '../options.ts';
import { cutsOf, type Cuts } from '../planning/cuts.ts';
import { neededLibraries, relocatableLibraries } from '../planning/relocatable.ts';
import { capacityOf } from '../planning/sizing.ts';
import type { SplitInput } from './input.ts';
import { mentionsOf, namesInCode } from './mentions.ts';

/** A wheel over the limit, read. */
export interface ReadWheel {
  readonly input: SplitInput;
  readonly cuts: Cuts;
  /** Libraries that may move into the folder of a part, to what goes with them. */
  readonly libraries: ReadonlyMap<string, readonly string[]>;
  /** Bytes that an empty part has room for. */
  readonly capacity: number;
}

/** @throws WheelworksError as `cutsOf`; `split/no-such-member`, `split/limit-too-small`. */
export async function readWheel(input: SplitInput, options: SplitOptions): Promise<ReadWheel> {
  const { byPath } = options;
  refuseUnknownPaths(input, byPath);
  const capacity = capacityOf(input, options);
  const jobs = options.jobs ?? defaultJobs();
  const inPlace = new Set(options.inPlace);
  const named = await namedLibraries(input, jobs);
  const cuts = await cutsOf(input, {
    room: capacity,
    byPath: new Set(byPath),
    inPlace,
    named,
    mentions: (path) => knownMentions(input, path, jobs),
  });
  const libraries = relocatableLibraries(input, { cuts, named, inPlace });
  return { input, cuts, libraries, capacity };
}

const known = new WeakMap<SplitInput, Promise<ReadonlySet<string>>>();

/** File names of needed libraries that the code has in it; it is read once, however often limits are tried. */
function namedLibraries(input: SplitInput, jobs: number): Promise<ReadonlySet<string>> {
  const names = neededLibraries(input).map(({ path }) => path.slice(path.lastIndexOf('/') + 1));
  const found = known.get(input) ?? namesInCode(input.wheel, names, jobs);
  known.set(input, found);
  return found;
}

const mentioned = new WeakMap<SplitInput, Map<string, Promise<readonly string[]>>>();

/** Lines that name a file; they are looked for once, however often limits are tried. */
function knownMentions(input: SplitInput, path: string, jobs: number): Promise<readonly string[]> {
  const byPath = mentioned.get(input) ?? new Map<string, Promise<readonly string[]>>();
  const found = byPath.get(path) ?? mentionsOf(input.wheel, path, jobs);
  mentioned.set(input, byPath.set(path, found));
  return found;
}

function refuseUnknownPaths(input: SplitInput, byPath: readonly string[]): void {
  const unknown = byPath.find((path) => !input.draft.members.has(path));
  if (unknown === undefined) return;
  throw new WheelworksError('split/no-such-member', `The wheel has no file ${unknown}.`, {
    path: input.wheel.path,
    hint: 'Give --by-path the path inside the wheel, as `wheelworks inspect` lists it.',
  });
}
