import { formatVersion } from '../../packaging/index.ts';
import { mapNatives, readRecord, readWheelFile, type Wheel } from '../../wheel/index.ts';
import { WheelworksError } from '../../support/errors.ts';
import { factsReader, type NativeFacts } from '../facts.ts';
import { readPart, splitRole } from '../../wheel/split/index.ts';
import { archivesIn } from './archives.ts';
import type { SetRole, Subject } from '../subject.ts';

/** How a wheel is read. */
export interface WheelSubjectOptions {
  readonly jobs?: number | undefined;
  /** As {@link factsReader} takes it. */
  readonly named?: ReadonlySet<string>;
}

/** Reads every native file of a wheel once. @throws WheelworksError `zip/*` for a damaged archive. */
export async function wheelSubject(
  wheel: Wheel,
  options: WheelSubjectOptions = {},
): Promise<Subject> {
  const { entries } = wheel.archive;
  const read = factsReader(options.named === undefined ? {} : { named: options.named });
  const [natives, archives, recorded, rootIsPurelib, linkTargets] = await Promise.all([
    mapNatives(wheel, read, { jobs: options.jobs }),
    archivesIn(wheel.archive),
    orUndefined(async () => new Set((await readRecord(wheel)).entries.map(({ path }) => path))),
    orUndefined(async () => (await readWheelFile(wheel)).rootIsPurelib),
    readLinks(wheel),
  ]);
  const inSet = await roleOf(wheel);
  return {
    path: wheel.path,
    kind: 'wheel',
    name: `${wheel.filename.name} ${formatVersion(wheel.filename.version)}`,
    tags: wheel.filename.tags,
    natives,
    members: membersOf(wheel),
    archives,
    symlinks: entries.filter(({ isSymlink }) => isSymlink).map(({ path }) => path),
    linkTargets,
    recorded,
    rootIsPurelib,
    ...(inSet === undefined ? {} : { inSet }),
  };
}

/** A part whose description is damaged is judged as any wheel; `check` names what is wrong with it. */
async function roleOf(wheel: Wheel): Promise<SetRole | undefined> {
  const role = splitRole(wheel);
  if (role !== 'part') return role === undefined ? undefined : { role };
  const description = await orUndefined(async () => readPart(wheel));
  if (description === undefined) return undefined;
  const { of, part } = description;
  return { role, of: `${of.distribution} ${of.version}`, part };
}

/** How a wheel was made from another one that was read already. */
export interface Derivation {
  readonly origin: Subject;
  /** Members whose native files are new or changed. */
  readonly changed: ReadonlySet<string>;
  /** Old path to new one, of members that moved. */
  readonly moved: ReadonlyMap<string, string>;
  /** Native files that came from another wheel and were read there, under their paths in this one. */
  readonly taken?: readonly NativeFacts[];
}

/** The subject of a wheel that was made from another one: only what changed is read. @throws WheelworksError `zip/*`. */
export async function derivedSubject(
  wheel: Wheel,
  { origin, changed, moved, taken = [] }: Derivation,
  options: WheelSubjectOptions = {},
): Promise<Subject> {
  const read = factsReader(options.named === undefined ? {} : { named: options.named });
  const known = origin.natives.flatMap((facts) => {
    const path = moved.get(facts.path) ?? facts.path;
    return changed.has(path) || wheel.archive.get(path) === undefined ? [] : [{ ...facts, path }];
  });
  const fresh = await mapNatives(wheel, read, { jobs: options.jobs, only: changed });
  const { rootIsPurelib } = await readWheelFile(wheel);
  return {
    ...origin,
    path: wheel.path,
    tags: wheel.filename.tags,
    natives: [...known, ...taken, ...fresh].sort((left, right) =>
      left.path < right.path ? -1 : 1,
    ),
    members: membersOf(wheel),
    recorded: new Set((await readRecord(wheel)).entries.map(({ path }) => path)),
    rootIsPurelib,
  };
}

function membersOf({ archive }: Wheel): Subject['members'] {
  return archive.entries
    .filter(({ isDirectory, isSymlink }) => !isDirectory && !isSymlink)
    .map(({ path, size, compressedSize, crc32 }) => ({ path, size, compressedSize, crc32 }));
}

/** PATH_MAX; no link leads to a longer one. */
const LONGEST_TARGET = 4096;

async function readLinks({ archive }: Wheel): Promise<ReadonlyMap<string, string>> {
  const targets = new Map<string, string>();
  for (const entry of archive.entries) {
    if (!entry.isSymlink || entry.size > LONGEST_TARGET) continue;
    const bytes = await orUndefined(async () => archive.read(entry));
    if (bytes !== undefined) targets.set(entry.path, Buffer.from(bytes).toString('utf8'));
  }
  return targets;
}

/** A wheel without a readable RECORD or WHEEL is judged all the same; `check` names what is wrong with those. */
async function orUndefined<Value>(read: () => Promise<Value>): Promise<Value | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof WheelworksError) return undefined;
    throw error;
  }
}
