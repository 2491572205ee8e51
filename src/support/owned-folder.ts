/**
 * Temporary folders that say whose they are. A run that is killed cannot clear away what it was writing; the next one
 * does, once the process that made it is gone.
 */
import { readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { fileError, systemErrorCode } from './errors.ts';
import { removeTemporary, temporaryBeside } from './temporary.ts';

/** In the folder for as long as it is temporary. */
const OWNER_FILE = '.wheelworks-owner';

/**
 * Says that the folder is this process's.
 * @returns a function that takes the mark away, for the folder to get its final name
 * @throws WheelworksError `file/*`.
 */
export async function markOwner(folder: string): Promise<() => Promise<void>> {
  const path = join(folder, OWNER_FILE);
  try {
    await writeFile(path, JSON.stringify({ pid: process.pid, host: hostname() }), { flag: 'wx' });
  } catch (error) {
    throw fileError(error, path);
  }
  return () => rm(path, { force: true });
}

/**
 * Removes the temporary folders beside `target` that were to become it and whose process runs no more.
 * @returns how many there were
 */
export async function clearAbandoned(target: string): Promise<number> {
  const place = await realpath(target).catch(() => resolve(target));
  const parent = dirname(place);
  const ending = basename(temporaryBeside(place)).replace(PROCESS_PART, '');
  return clearAbandonedIn(
    parent,
    (name) => PROCESS_PART.test(name) && name.replace(PROCESS_PART, '') === ending,
  );
}

/**
 * Removes the folders in `parent` that a process marked, by {@link markOwner}, which runs no more.
 * @param isTemporary tells by its name whether a folder can be such a one
 * @returns how many there were
 */
export async function clearAbandonedIn(
  parent: string,
  isTemporary: (name: string) => boolean,
): Promise<number> {
  const names = await readdir(parent).catch(() => []);
  let removed = 0;
  for (const name of names.filter(isTemporary)) {
    const folder = join(parent, name);
    if ((await isAbandoned(folder)) && (await removeTemporary(folder))) removed += 1;
  }
  return removed;
}

/** What the names of temporary folders begin with. */
const PROCESS_PART = /^\.wheelworks-\d+-[0-9a-f]+/;

/** Only of a process of this machine it can be told that it runs no more. */
async function isAbandoned(folder: string): Promise<boolean> {
  const text = await readFile(join(folder, OWNER_FILE), 'utf8').catch(() => '');
  const [, pid, host] = /^\{"pid":([1-9]\d{0,9}),"host":("(?:[^"\\]|\\.)*")\}$/.exec(text) ?? [];
  if (pid === undefined || host !== JSON.stringify(hostname())) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return systemErrorCode(error) === 'ESRCH';
  }
}
