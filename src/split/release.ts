/** One release, open: its wheels over the limit, and the plan of their set. */
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileError } from '../support/errors.ts';
import { defaultJobs } from '../support/parallel.ts';
import { ignoreEvents, runTask } from '../support/progress/events.ts';
import { withLeastLimit } from './least-limit.ts';
import type { SplitOptions } from './options.ts';
import type { SplitPlan } from './plan.ts';
import { planRead, type ReadFile } from './planning/plan-read.ts';
import { identitiesOf, type Candidate } from './reading/identities.ts';
import { openInput, type SplitInput } from './reading/input.ts';
import { readWheel } from './reading/read-wheel.ts';
import { streamOf } from './reading/streams.ts';
import { orRefusal, type RefusedRelease, type SplitRefusal } from './refused.ts';
import { weigher } from './writing/weigh.ts';
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
 * @returns what `work` does, or why the release is refused: all wheels with a reason of their own
 * @throws WheelworksError what `work` throws.
 */
export async function withRelease<Result extends object>(
  paths: readonly string[],
  place: ReleaseOptions,
  work: (release: OpenRelease) => Promise<Result>,
): Promise<Result | RefusedRelease> {
  const opened = new Opened(place);
  try {
    const files: ReadFile[] = [];
    const refusals: SplitRefusal[] = [];
    for (const path of paths) {
      place.options.signal?.throwIfAborted();
      const read = await orRefusal(path, () => {
        const id = `read ${path}`;
        const task = { id, label: `read ${basename(path)}` };
        return runTask(place.options.events ?? ignoreEvents, task, () => opened.open(path));
      });
      if ('refusal' in read) refusals.push(read.refusal);
      else files.push(read.value);
    }
    const refused = async (all: readonly SplitRefusal[]): Promise<RefusedRelease> => ({
      plan: undefined,
      paths,
      refusals: await withLeastLimit(all, [...opened.inputs.values()], place.options),
    });
    if (refusals.length > 0) return await refused(refusals);
    const planned = await orRefusal(paths[0] ?? '', async () => {
      const { options } = place;
      const { jobs = defaultJobs(), signal } = options;
      const identities = await identitiesOf(candidatesOf(files, options), { jobs, signal });
      const weigh = weigher(options, place.scratch);
      const streamLength = (input: string, member: string): number =>
        opened.streamOf(input, member).length;
      return planRead(files, { options, streamLength, identities, weigh });
    });
    if ('refusal' in planned) return await refused([planned.refusal]);
    if ('refusals' in planned.value) return await refused(planned.value.refusals);
    const { inputs, streamOf: stream } = opened;
    return await work({ plan: planned.value.plan, inputs, streamOf: stream });
  } finally {
    await opened.close();
  }
}

/** Files that may leave the main wheels. Modules are of one Python, and so never shared. */
function candidatesOf(files: readonly ReadFile[], { inPlace }: SplitOptions): readonly Candidate[] {
  const named = new Set(inPlace);
  return files.flatMap(({ read }) => {
    if (read === undefined) return [];
    const { input, cuts, libraries } = read;
    const cut = new Set(cuts.files.map(({ member }) => member.path));
    return input.members
      .filter(({ path }) => cut.has(path) || libraries.has(path) || named.has(path))
      .filter(({ stub }) => stub === undefined)
      .map((member) => ({ input, member }));
  });
}

/** What was opened for a release, to be closed together. */
class Opened {
  readonly inputs = new Map<string, SplitInput>();
  readonly #streams = new Map<string, StreamPlace>();
  readonly #place: ReleaseOptions;

  constructor(place: ReleaseOptions) {
    this.#place = place;
  }

  /** Reads a wheel; one under the limit stays closed. */
  async open(path: string): Promise<ReadFile> {
    const { options, scratch } = this.#place;
    const size = await sizeOf(path);
    if (size <= options.maxSize) return { path, size, read: undefined };
    const jobs = options.jobs ?? defaultJobs();
    const input = await openInput(path, { jobs, exclude: options.exclude ?? [] });
    this.inputs.set(path, input);
    const read = await readWheel(input, options);
    for (const { member } of read.cuts.files)
      this.#streams.set(key(path, member.path), await streamOf(input, member, { scratch, jobs }));
    return { path, size, read };
  }

  /** Where the stream of a file that is cut lies. */
  readonly streamOf = (input: string, member: string): StreamPlace => {
    const found = this.#streams.get(key(input, member));
    if (found === undefined) throw new TypeError(`${member} is not cut`);
    return found;
  };

  async close(): Promise<void> {
    for (const { wheel } of this.inputs.values()) await wheel.archive.close();
    for (const { source } of this.#streams.values()) await source.close();
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
