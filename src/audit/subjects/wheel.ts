import { formatVersion } from '../../packaging/index.ts';
import { mapNatives, readRecord, readWheelFile, type Wheel } from '../../wheel/index.ts';
import { WheelworksError } from '../../support/errors.ts';
import { factsReader } from '../facts.ts';
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
  const [natives, recorded, rootIsPurelib] = await Promise.all([
    mapNatives(wheel, read, options.jobs),
    orUndefined(async () => new Set((await readRecord(wheel)).entries.map(({ path }) => path))),
    orUndefined(async () => (await readWheelFile(wheel)).rootIsPurelib),
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
    symlinks: entries.filter(({ isSymlink }) => isSymlink).map(({ path }) => path),
    recorded,
    rootIsPurelib,
  };
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
