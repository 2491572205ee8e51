/**
 * Sets that stand in the output folder already. Parts have the same names in every run, so a run could take the parts of
 * a set that it does not write; and a set that becomes smaller leaves parts that nothing needs.
 */
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { normalizeName, formatVersion, parseWheelFilename } from '../../packaging/index.ts';
import { WheelworksError } from '../../support/errors.ts';
import { isIntact, removeIntact, withWheel, type Wheel } from '../../wheel/index.ts';
import {
  CHUNK_HEADER_LENGTH,
  readPart,
  readSplit,
  type FileIdentity,
  type SplitPart,
} from '../../wheel/split/index.ts';
import type { PartPlan, SplitPlan } from '../plan.ts';

/** What a folder holds of a release. */
export interface Standing {
  readonly directory: string;
  /** Parts that main wheels need which this run does not write, with the file names of these. */
  readonly needed: readonly { readonly part: SplitPart; readonly by: string }[];
  /** Parts of main wheels that this run writes anew, and that nothing needs then. */
  readonly stale: readonly SplitPart[];
}

/** The same as in the plan, as far as the folder is concerned. */
type Planned = Pick<SplitPlan, 'project' | 'version' | 'wheels' | 'parts'>;

/** Looks through a folder; one that is not there holds nothing. @throws WheelworksError `file/*`. */
export async function readStanding(plan: Planned, directory: string): Promise<Standing> {
  const written = new Set([...plan.wheels, ...plan.parts].map(({ filename }) => filename));
  const needed: { part: SplitPart; by: string }[] = [];
  const former = new Map<string, SplitPart>();
  let isAllKnown = true;
  for (const name of await mainWheels(plan, directory)) {
    const parts = await partsOf(join(directory, name));
    const isWritten = written.has(name);
    // What it needs cannot be told, so that nothing is certain to be of no use.
    if (parts === undefined && !isWritten) isAllKnown = false;
    for (const part of parts ?? [])
      if (isWritten) former.set(part.filename, part);
      else needed.push({ part, by: name });
  }
  const isUsed = new Set([...written, ...needed.map(({ part }) => part.filename)]);
  const stale: SplitPart[] = [];
  for (const part of isAllKnown ? former.values() : [])
    if (!isUsed.has(part.filename) && (await isOwnPart(plan, part, directory))) stale.push(part);
  return { directory, needed, stale };
}

/** File names of wheels that have the name and version of the release: its main wheels, and what was never split. */
async function mainWheels(plan: Planned, directory: string): Promise<readonly string[]> {
  const names = await readdir(directory).catch((): string[] => []);
  const wanted = new Set(plan.wheels.map(({ filename }) => releaseOf(filename)));
  return names.filter((name) => wanted.has(releaseOf(name) ?? '')).sort();
}

function releaseOf(filename: string): string | undefined {
  try {
    const { normalizedName, version } = parseWheelFilename(filename);
    return `${normalizedName} ${formatVersion(version)}`;
  } catch {
    return undefined;
  }
}

/** None for a wheel that was not split; undefined for a file that cannot be read. */
async function partsOf(path: string): Promise<readonly SplitPart[] | undefined> {
  return orUndefined(path, async (wheel) => (await readSplit(wheel))?.parts ?? []);
}

async function orUndefined<Result>(
  path: string,
  read: (wheel: Wheel) => Promise<Result>,
): Promise<Result | undefined> {
  try {
    return await withWheel(path, read);
  } catch (error) {
    if (!(error instanceof WheelworksError)) throw error;
    return undefined;
  }
}

/** Whether the file has the bytes that its main wheel knows, and says of itself that it is a part of this release. */
async function isOwnPart(
  { project, version }: Planned,
  { filename, sha256 }: SplitPart,
  directory: string,
): Promise<boolean> {
  const path = join(directory, filename);
  if (!(await isIntact(path, sha256))) return false;
  const of = (await orUndefined(path, readPart))?.of;
  return (
    of !== undefined &&
    normalizeName(of.distribution) === normalizeName(project) &&
    of.version === version
  );
}

/**
 * Refuses a plan of which a part is certain to come out other than the one of its name that another set needs; as much
 * as can be told before anything is written.
 * @throws WheelworksError `split/part-in-use`, `file/*`.
 */
export async function refusePlanned(plan: SplitPlan, standing: Standing): Promise<void> {
  const parts = new Map(plan.parts.map((part) => [part.filename, part]));
  await refuseWhere(standing, async ({ filename }, path) => {
    const part = parts.get(filename);
    return part !== undefined && !(await mayBeSame(plan, part, path));
  });
}

/** The same of files that have their bytes. @throws WheelworksError `split/part-in-use`, `file/*`. */
export async function refuseWritten(
  files: readonly FileIdentity[],
  standing: Standing,
): Promise<void> {
  const digests = new Map(files.map(({ filename, sha256 }) => [filename, sha256]));
  await refuseWhere(standing, async ({ filename, sha256 }) => {
    const digest = digests.get(filename);
    return digest !== undefined && digest !== sha256;
  });
}

/** A file that has not the bytes which the other set needs is no loss. */
async function refuseWhere(
  { directory, needed }: Standing,
  isChanged: (part: SplitPart, path: string) => Promise<boolean>,
): Promise<void> {
  const lost: (typeof needed)[number][] = [];
  for (const each of needed) {
    const path = join(directory, each.part.filename);
    const isLost = (await isChanged(each.part, path)) && (await isIntact(path, each.part.sha256));
    if (isLost) lost.push(each);
  }
  if (lost.length === 0) return;
  const mains = [...new Set(lost.map(({ by }) => by))];
  const lines = mains.map((main) => {
    const names = lost.flatMap(({ part, by }) => (by === main ? [part.filename] : []));
    const more = names.length - MOST_SHOWN;
    const text = names.slice(0, MOST_SHOWN).join(', ');
    return `${main} needs ${more > 0 ? `${text} and ${more} more` : text}`;
  });
  throw new WheelworksError(
    'split/part-in-use',
    `${basename(directory)} holds another set of the release, and the new parts would take the place of its own: ${mains.slice(0, MOST_SHOWN).join(', ')} could not be installed any more.`,
    {
      path: directory,
      evidence: lines.slice(0, MOST_SHOWN).join('\n'),
      hint: 'Give another folder with --output, or split all wheels of the release together.',
    },
  );
}

const MOST_SHOWN = 6;

/** Whether a part that stands could be the planned one, by the files and slices that it holds and by their sizes. */
async function mayBeSame(
  { wheels }: SplitPlan,
  { filename, members, chunks }: PartPlan,
  path: string,
): Promise<boolean> {
  const moved = wheels.flatMap(({ split }) => split?.moved ?? []);
  const slices = wheels.flatMap(({ split }) => split?.chunked ?? []).flatMap((cut) => cut.chunks);
  const sizes = new Map([
    ...moved.flatMap(({ to, size, part }) => (part === filename ? [[to, size] as const] : [])),
    ...slices.flatMap(({ part, member, length }) =>
      part === filename ? [[member, CHUNK_HEADER_LENGTH + length] as const] : [],
    ),
  ]);
  const planned = [...members.map(({ to }) => to), ...chunks.map(({ member }) => member)];
  const isSame = await orUndefined(path, async (wheel) => {
    const contents = (await readPart(wheel))?.contents.map((each) => each.path) ?? [];
    return (
      contents.length === planned.length &&
      contents.every((each) => wheel.archive.get(each)?.size === sizes.get(each))
    );
  });
  return isSame ?? true;
}

/** Takes away what no set needs any more. @returns file names */
export async function removeStale({ directory, stale }: Standing): Promise<readonly string[]> {
  const removed: string[] = [];
  for (const { filename, sha256 } of stale)
    if (await removeIntact(join(directory, filename), sha256)) removed.push(filename);
  return removed.sort();
}
