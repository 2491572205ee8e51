/** Carries a plan out: parts, then main wheels, then a look at all of them, and only then their names. */
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { WheelworksError, fileError } from '../../support/errors.ts';
import { hashFile } from '../../support/hash.ts';
import { defaultJobs, mapParallel } from '../../support/parallel.ts';
import { ignoreEvents, runTask } from '../../support/progress/events.ts';
import { writeWheel, type WheelDraft, type WriteWheelOptions } from '../../wheel/index.ts';
import type { FileIdentity, SplitPart } from '../../wheel/split/index.ts';
import type { SplitOptions } from '../options.ts';
import type { PartPlan, SplitPlan, WheelPlan } from '../plan.ts';
import type { SplitInput } from '../reading/input.ts';
import { editNatives } from './edit-natives.ts';
import { mainDraft } from './main-wheel.ts';
import { partDraft } from './part-wheel.ts';
import { meter, workOf, type Meter } from './meter.ts';
import { putInPlace } from './put-in-place.ts';
import { readCut, type ReadCut } from './read-cuts.ts';
import type { StreamPlace } from './slices.ts';
import { refuseWritten, removeStale, type Standing } from './standing.ts';
import { verifySet } from './verify.ts';

/** A wheel of a set that was written. */
export interface WrittenFile extends FileIdentity {
  readonly path: string;
}

/** What was written for one release. */
export interface WrittenRelease {
  readonly plan: SplitPlan;
  /** Parts first, main wheels last: the order for an upload. */
  readonly files: readonly WrittenFile[];
  /** File names of parts of earlier runs that were taken away, since no set needs them any more. */
  readonly removed: readonly string[];
}

/** What carrying a plan out needs. */
export interface WriteRequest {
  readonly plan: SplitPlan;
  /** Path of a wheel over the limit to the open wheel. */
  readonly inputs: ReadonlyMap<string, SplitInput>;
  /** Where the stream of a cut file lies: by wheel, then by member path. */
  readonly streamOf: (input: string, member: string) => StreamPlace;
  readonly options: SplitOptions;
  /** What the folder holds that the wheels go to. */
  readonly standing: Standing;
  /** An empty folder of the same file system. */
  readonly scratch: string;
}

interface Writing extends WriteRequest {
  readonly meter: Meter;
}

/**
 * Writes the wheels of a plan: all of them, verified, or none. What then no set of the folder needs any more goes.
 * @throws WheelworksError `split/unverified`, `split/part-in-use`, `split/broken-wheel`, `zip/*`, `wheel/*`, `file/*`.
 */
export async function writeRelease(request: WriteRequest): Promise<WrittenRelease> {
  const { plan, options } = request;
  const { events = ignoreEvents } = options;
  const id = `split ${plan.project} ${plan.version}`;
  const task = { id, label: id, unit: 'bytes', total: workOf(plan) } as const;
  return runTask(events, task, async () => {
    const writing = { ...request, meter: meter(events, id) };
    const cuts = await readCuts(writing);
    const parts = await mapParallel(plan.parts, jobsOf(options), async (part) =>
      writePart(part, cuts, writing),
    );
    const known = new Map(parts.map((part) => [part.filename, part]));
    const mains = await mapParallel(plan.wheels, jobsOf(options), async (wheel) =>
      writeMain(wheel, { cuts, parts: known }, writing),
    );
    const files = [...parts, ...mains.map(({ file }) => file)];
    await verifySet(
      files,
      mains.flatMap(({ file, isSplit }) => (isSplit ? [file] : [])),
      { maxSize: plan.choices.maxSize, jobs: jobsOf(options), meter: writing.meter },
    );
    const { standing, scratch } = request;
    await refuseWritten(files, standing);
    // Parts first, so that a main wheel never stands where its parts are not.
    const placed = await putInPlace(files, { directory: standing.directory, scratch });
    return { plan, files: placed, removed: await removeStale(standing) };
  });
}

function jobsOf({ jobs }: SplitOptions): number {
  return jobs ?? defaultJobs();
}

/** By wheel, then by member path; a cut that several wheels share is read in the first. */
type Cuts = ReadonlyMap<string, ReadonlyMap<string, ReadCut>>;

async function readCuts({
  plan,
  inputs,
  streamOf,
  options,
  meter: progress,
}: Writing): Promise<Cuts> {
  const shared = new Map<string, Promise<ReadCut>>();
  const all = new Map<string, ReadonlyMap<string, ReadCut>>();
  for (const { path, split } of plan.wheels) {
    const input = inputs.get(path);
    if (input === undefined || split === undefined) continue;
    const own = new Map<string, ReadCut>();
    for (const cut of split.chunked) {
      options.signal?.throwIfAborted();
      const key = cut.chunks.map(({ part }) => part ?? path).join('\n') + cut.path;
      const known = shared.get(key);
      const reading =
        known ?? readCut(input, cut, { stream: streamOf(path, cut.path), meter: progress });
      shared.set(key, reading);
      own.set(cut.path, await reading);
    }
    all.set(path, own);
  }
  return all;
}

async function writePart(
  part: PartPlan,
  cuts: Cuts,
  { inputs, options, scratch, plan, meter: progress }: Writing,
): Promise<WrittenFile & SplitPart> {
  const [first = ''] = part.serves;
  const input = inputs.get(first);
  if (input === undefined) throw new TypeError(`${part.filename} serves no wheel`);
  const own = [...(cuts.get(first)?.values() ?? [])];
  const wanted = new Set(part.chunks.map(({ member }) => member));
  const folder = `${input.names.stem}_part${part.number}/`;
  const draft = partDraft(input, part, {
    chunks: new Map(
      own.flatMap(({ chunks }) => [...chunks].filter(([member]) => wanted.has(member))),
    ),
    windows: new Map(
      own.flatMap(({ windows }) =>
        windows?.member.startsWith(folder) === true ? [[windows.member, windows.bytes]] : [],
      ),
    ),
    generator: options.generator,
  });
  const limit = plan.choices.maxSize;
  const onProgress = progress.counter(`write ${part.filename}`);
  const file = await writeDraft(draft, { options, scratch, limit, onProgress });
  return { ...file, distribution: part.distribution };
}

interface WrittenMain {
  readonly file: WrittenFile;
  /** False for one that was copied as it is. */
  readonly isSplit: boolean;
}

async function writeMain(
  { path, filename, split }: WheelPlan,
  { cuts, parts }: { readonly cuts: Cuts; readonly parts: ReadonlyMap<string, SplitPart> },
  { inputs, options, plan, scratch, meter: progress }: Writing,
): Promise<WrittenMain> {
  const input = inputs.get(path);
  const { sha256, size } = await hashFile(path);
  const original = { filename, size, sha256 };
  if (input === undefined || split === undefined) {
    const copy = join(scratch, filename);
    await copyFile(path, copy).catch((error: unknown) => {
      throw fileError(error, copy);
    });
    return { file: { ...original, path: copy }, isSplit: false };
  }
  const own = cuts.get(path) ?? new Map<string, ReadCut>();
  const folder = `${input.names.cache}/`;
  const draft = await mainDraft(input, {
    split,
    choices: plan.choices,
    original,
    parts,
    edited: await editNatives(input, split),
    cuts: new Map([...own].map(([member, { facts }]) => [member, facts])),
    chunks: new Map(
      [...own.values()].flatMap(({ chunks }) =>
        [...chunks].filter(([member]) => member.startsWith(folder)),
      ),
    ),
    windows: new Map(
      [...own.values()].flatMap(({ windows }) =>
        windows?.member.startsWith(folder) === true ? [[windows.member, windows.bytes]] : [],
      ),
    ),
  });
  const limit = plan.choices.maxSize;
  const onProgress = progress.counter(`write ${filename}`);
  const file = await writeDraft(draft, { options, scratch, limit, onProgress });
  return { file, isSplit: true };
}

async function writeDraft(
  draft: WheelDraft,
  {
    options,
    scratch,
    limit,
    onProgress,
  }: Pick<Writing, 'options' | 'scratch'> & {
    readonly limit: number;
    readonly onProgress: (writtenBytes: number) => void;
  },
): Promise<WrittenFile> {
  const { modified, signal } = options;
  const writeOptions: WriteWheelOptions = {
    jobs: jobsOf(options),
    onProgress,
    ...(modified === undefined ? {} : { modified }),
    ...(signal === undefined ? {} : { signal }),
  };
  const { path, filename } = await writeWheel(draft, scratch, writeOptions);
  const { size, sha256 } = await hashFile(path);
  if (size > limit) throw tooLarge(filename, { size, limit });
  return { path, filename, size, sha256 };
}

function tooLarge(
  filename: string,
  { size, limit }: { readonly size: number; readonly limit: number },
): WheelworksError {
  return new WheelworksError(
    'split/unverified',
    `${filename} came out larger than it was planned, and was not kept.`,
    {
      path: filename,
      evidence: `${size} bytes; at most ${limit} are allowed`,
      hint: 'This is a fault of wheelworks: please report it with this wheel.',
    },
  );
}
