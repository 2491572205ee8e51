/**
 * The output folder of a release.
 *
 * Wheels are finished in a folder that only wheelworks reads, and moved to where the index names them when all are there:
 * until then the index of the last run stays whole and true, and an interrupted run loses nothing.
 */
import { readdir, rename, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileError } from '../../support/errors.ts';
import { makeFolders } from '../../support/folders.ts';
import { isIntact, removeIntact } from '../../wheel/index.ts';
import { STATE_FOLDER, type BuildRecord } from './state.ts';

/** Where the wheels of one project lie. */
export interface Store {
  readonly output: string;
  /** Holds a folder for each job whose wheel is finished and not published as it is, and one for sets. */
  readonly staged: string;
}

/** What identifies a wheel's file. */
export type StoredWheel = Pick<BuildRecord, 'filename' | 'sha256'>;

/** One that goes out. */
export interface StagedWheel extends StoredWheel {
  /** Names the folder in which it was finished. */
  readonly stage: string;
}

/**
 * Opens the output folder for a project; made when it is not there.
 * @throws WheelworksError `file/*` when it cannot be made.
 */
export async function openStore(output: string, name: string): Promise<Store> {
  const staged = join(output, STATE_FOLDER, 'built', name);
  await makeFolders(dirname(staged));
  return { output, staged };
}

/** The folder in which a job's wheel, or whatever else an id stands for, is finished. */
export function stageFolder(store: Store, id: string): string {
  return join(store.staged, id);
}

/** Where a wheel lies, staged or published, when it is still the one that was made; undefined otherwise. */
export async function findWheel(
  store: Store,
  id: string,
  wheel: StoredWheel,
): Promise<string | undefined> {
  for (const folder of [stageFolder(store, id), store.output]) {
    const path = join(folder, wheel.filename);
    if (await isIntact(path, wheel.sha256)) return path;
  }
  return undefined;
}

/**
 * Moves finished wheels to where the index names them, in their order.
 * @param waiting stages that stay; what else is there nobody wants any more.
 * @throws WheelworksError `file/*`.
 */
export async function publishWheels(
  store: Store,
  wheels: readonly StagedWheel[],
  waiting: ReadonlySet<string>,
): Promise<void> {
  for (const { stage, filename } of wheels) {
    const from = join(stageFolder(store, stage), filename);
    const to = join(store.output, filename);
    if ((await stat(from).catch(() => undefined)) === undefined) continue;
    await rename(from, to).catch((error: unknown) => {
      throw fileError(error, to);
    });
  }
  for (const id of await readdir(store.staged).catch(() => []))
    if (!waiting.has(id)) await rm(stageFolder(store, id), { recursive: true, force: true });
  // Goes only when it is empty.
  await rmdir(store.staged).catch(() => {});
}

/** Of file names, those that are published. */
export async function publishedAmong(
  store: Store,
  filenames: readonly string[],
): Promise<readonly string[]> {
  const found = await Promise.all(
    filenames.map(async (filename) => stat(join(store.output, filename)).catch(() => undefined)),
  );
  return filenames.filter((_, index) => found[index]?.isFile() === true);
}

/**
 * Takes away a published wheel of an earlier run, unless somebody has put something else in its place.
 * @returns whether it was there.
 */
export async function removeWheel(store: Store, wheel: StoredWheel): Promise<boolean> {
  return removeIntact(join(store.output, wheel.filename), wheel.sha256);
}
