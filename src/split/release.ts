/** One release, open: its wheels over the limit, and the plan of their set. */
import { stat } from 'node:fs/promises';
import { WheelworksError, fileError } from '../support/errors.ts';
import type { Finding } from '../support/finding.ts';
import { defaultJobs } from '../support/parallel.ts';
import { windowsLength } from './segments.ts';
import { formatSizeExact } from './sizes.ts';
import type { SplitOptions } from './options.ts';
import type { SplitPlan } from './plan.ts';
import { EMPTY_WHEEL, describedCost, memberCost } from './planning/costs.ts';
import { cutsOf, type Cuts } from './planning/cuts.ts';
import { assemblePlan, type ReleaseFile } from './planning/plan-split.ts';
import { neededLibraries, relocatableLibraries } from './planning/relocatable.ts';
import { placeRelease } from './planning/plan-release.ts';
import { wheelState, type WheelState } from './planning/state.ts';
import { inputName, openInput, type SplitInput } from './reading/input.ts';
import { mentionsOf, namesInCode } from './reading/mentions.ts';
import { streamOf } from './reading/streams.ts';
import { JOINER_FILES } from './writing/joiner-files.ts';
import { licencePaths, partTextLengths } from './writing/part-texts.ts';
import type { StreamPlace } from './writing/slices.ts';

/** A release and its plan; undefined when no wheel is over the limit. */
export interface OpenRelease {
  readonly plan: SplitPlan | undefined;
  /** Path to open wheel, of those over the limit. */
  readonly inputs: ReadonlyMap<string, SplitInput>;
  readonly streamOf: (input: string, member: string) => StreamPlace;
}

/** How a release is opened. */
export interface ReleaseOptions {
  readonly options: SplitOptions;
  /** An empty folder for streams that have to be made. */
  readonly scratch: string;
}

/**
 * Opens the wheels of a release that are over the limit, plans their set, and closes them when `work` is done.
 * @throws WheelworksError as `openInput`, `cutsOf`, `placeRelease`; `split/no-such-member`, `split/limit-too-small`.
 */
export async function withRelease(
  paths: readonly string[],
  { options, scratch }: ReleaseOptions,
  work: (release: OpenRelease) => Promise<void>,
): Promise<void> {
  const inputs = new Map<string, SplitInput>();
  const streams = new Map<string, StreamPlace>();
  const jobs = options.jobs ?? defaultJobs();
  try {
    const files: ReleaseFile[] = [];
    for (const path of paths) {
      options.signal?.throwIfAborted();
      const size = await sizeOf(path);
      let state: WheelState | undefined;
      if (size > options.maxSize) {
        const input = await openInput(path, jobs);
        inputs.set(path, input);
        state = await stateOf(input, options);
        for (const { member } of state.cuts.files)
          streams.set(key(path, member.path), await streamOf(input, member, { scratch, jobs }));
      }
      files.push({ path, size, state });
    }
    const place = (input: string, member: string): StreamPlace => {
      const found = streams.get(key(input, member));
      if (found === undefined) throw new TypeError(`${member} is not cut`);
      return found;
    };
    await work({ plan: planOf(files, { options, place }), inputs, streamOf: place });
  } finally {
    for (const { wheel } of inputs.values()) await wheel.archive.close();
    for (const { source } of streams.values()) await source.close();
  }
}

function key(input: string, member: string): string {
  return `${input}\n${member}`;
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    throw fileError(error, path);
  }
}

async function stateOf(input: SplitInput, options: SplitOptions): Promise<WheelState> {
  const { maxSize, byPath } = options;
  refuseUnknownPaths(input, byPath);
  const room = capacityOf(input, options);
  const jobs = options.jobs ?? defaultJobs();
  const cuts = await cutsOf(input, {
    room,
    byPath: new Set(byPath),
    mentions: (path) => mentionsOf(input.wheel, path, jobs),
  });
  const inPlace = new Set(options.inPlace);
  const names = neededLibraries(input).map(({ path }) => path.slice(path.lastIndexOf('/') + 1));
  const named = await namesInCode(input.wheel, names, jobs);
  return wheelState(input, cuts, {
    maxSize,
    texts: textsOf(input, cuts, maxSize),
    libraries: relocatableLibraries(input, { cuts, named, inPlace }),
    inPlace,
  });
}

/** Bytes that an empty part has room for. @throws WheelworksError `split/limit-too-small`. */
function capacityOf(input: SplitInput, { maxSize, generator }: SplitOptions): number {
  const { draft, names } = input;
  const texts = partTextLengths(draft, names, generator).map((length) =>
    memberCost(LONG_NAME, length),
  );
  const licences = licencePaths(draft).map((path) =>
    memberCost(`${LONG_NAME}${path}`, draft.members.get(path)?.row?.size ?? 0),
  );
  const description = memberCost(LONG_NAME, 512);
  const used = [...texts, ...licences, description].reduce((sum, each) => sum + each, EMPTY_WHEEL);
  const capacity = maxSize - used;
  if (capacity >= LEAST_CAPACITY) return capacity;
  throw new WheelworksError(
    'split/limit-too-small',
    'The limit leaves no room for the metadata of a part and something in it.',
    {
      path: input.wheel.path,
      evidence: `${maxSize} bytes; metadata and licences take ${used}`,
      hint: `Give a --max-size of at least ${formatSizeExact(used + LEAST_CAPACITY)}.`,
    },
  );
}

/** As long as the path of a text of a part gets. */
const LONG_NAME = 'x'.repeat(160);
const LEAST_CAPACITY = 64 << 10;

/** Bytes of what is new in a main wheel, at most: the descriptions of parts, and the joiner where something is cut. */
function textsOf({ wheel, names }: SplitInput, cuts: Cuts, maxSize: number): number {
  const parts = 2 * Math.ceil(wheel.archive.size / maxSize) + 4;
  const description = 4096 + parts * (DESCRIBED_PART + describedCost(names.stem));
  if (cuts.groups.length === 0) return description;
  const joiner = [...JOINER_FILES].map(([name, text]) =>
    memberCost(`${names.cache}/${name}`, Buffer.byteLength(text)),
  );
  const tied = cuts.groups.flatMap(({ files }) => files);
  const listed = tied.map(({ member: { path } }) => 4 * memberCost(path, 400));
  const chunks = cuts.files.length * parts * DESCRIBED_CHUNK;
  const windows = cuts.files.map(({ member: { entry } }) =>
    memberCost(LONG_NAME, windowsLength(entry.size)),
  );
  return [...joiner, ...listed, ...windows, chunks].reduce((sum, each) => sum + each, description);
}

const DESCRIBED_PART = 700;
const DESCRIBED_CHUNK = 700;

function refuseUnknownPaths(input: SplitInput, byPath: readonly string[]): void {
  const unknown = byPath.find((path) => !input.draft.members.has(path));
  if (unknown === undefined) return;
  throw new WheelworksError('split/no-such-member', `The wheel has no file ${unknown}.`, {
    path: input.wheel.path,
    hint: 'Give --by-path the path inside the wheel, as `wheelworks inspect` lists it.',
  });
}

function planOf(
  files: readonly ReleaseFile[],
  {
    options,
    place,
  }: {
    readonly options: SplitOptions;
    readonly place: (input: string, member: string) => StreamPlace;
  },
): SplitPlan | undefined {
  const states = files.flatMap(({ state }) => state ?? []);
  const [first] = states;
  if (first === undefined) return undefined;
  refuseUnknownInPlace(states, options.inPlace ?? []);
  const capacity = Math.min(...states.map(({ input }) => capacityOf(input, options)));
  const owner = new Map(
    states.flatMap(({ input, cuts }) =>
      cuts.files.map(({ member }) => [member, input.wheel.path] as const),
    ),
  );
  const placement = placeRelease(states, {
    capacity,
    streamLength: (member) => place(owner.get(member) ?? '', member.path).length,
  });
  const { maxSize, byPath, inPlace = [], cacheVariable, cacheDirectory } = options;
  return assemblePlan(files, placement, {
    choices: {
      maxSize,
      byPath,
      ...(inPlace.length === 0 ? {} : { inPlace }),
      ...(cacheVariable === undefined ? {} : { cacheVariable }),
      ...(cacheDirectory === undefined ? {} : { cacheDirectory }),
    },
    capacity,
    findings: findingsOf(states),
  });
}

/** Modules are called otherwise in every wheel of a release: it is enough that one has the file. */
function refuseUnknownInPlace(states: readonly WheelState[], paths: readonly string[]): void {
  const unknown = paths.find((path) => !states.some(({ input }) => input.draft.members.has(path)));
  if (unknown === undefined) return;
  throw new WheelworksError('split/no-such-member', `No wheel over the limit has ${unknown}.`, {
    ...(states[0] === undefined ? {} : { path: states[0].input.wheel.path }),
    hint: 'Give --in-place the path inside the wheel, as `wheelworks inspect` lists it.',
  });
}

function findingsOf(states: readonly WheelState[]): readonly Finding[] {
  const first = states.find(({ moved, libraries }) =>
    [...moved].some((path) => !libraries.has(path)),
  );
  if (first === undefined) return [];
  return [
    {
      code: 'split/upgrade-removes',
      severity: 'warning',
      effect: 'users-break',
      message:
        'Parts carry files where they are installed. pip installs the parts of a new version before it removes the old main wheel, and with that the files that the old one had at the same paths.',
      path: inputName(first.input),
      hint: 'After an upgrade from a version that has these files elsewhere users need: pip install --force-reinstall. uv is not concerned.',
    },
  ];
}
