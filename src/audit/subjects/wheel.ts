import { formatVersion } from '../../packaging/index.ts';
import { mapNatives, readRecord, readWheelFile, type Wheel } from '../../wheel/index.ts';
import { WheelworksError } from '../../support/errors.ts';
import { factsReader } from '../facts.ts';
import { archivesIn } from './archives.ts';
import type { Subject } from '../subject.ts';

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
    mapNatives(wheel, read, options.jobs),
    archivesIn(wheel.archive),
    orUndefined(async () => new Set((await readRecord(wheel)).entries.map(({ path }) => path))),
    orUndefined(async () => (await readWheelFile(wheel)).rootIsPurelib),
    readLinks(wheel),
  ]);
  return {
    path: wheel.path,
    kind: 'wheel',
    name: `${wheel.filename.name} ${formatVersion(wheel.filename.version)}`,
    tags: wheel.filename.tags,
    natives,
    members: entries
      .filter(({ isDirectory, isSymlink }) => !isDirectory && !isSymlink)
      .map(({ path, size, compressedSize, crc32 }) => ({ path, size, compressedSize, crc32 })),
    archives,
    symlinks: entries.filter(({ isSymlink }) => isSymlink).map(({ path }) => path),
    linkTargets,
    recorded,
    rootIsPurelib,
  };
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
