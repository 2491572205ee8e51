import { closeSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import {
  link,
  lstat,
  mkdir,
  open,
  readdir,
  realpath,
  rename,
  rmdir,
  unlink,
  type FileHandle,
} from 'node:fs/promises';
import { dirname, resolve, sep } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { WheelworksError, fileError, systemErrorCode } from './errors.ts';
import { removeTemporary, temporaryBeside, trackTemporary } from './temporary.ts';

/** How `writeFileAtomic` puts the finished file in its place. */
export interface AtomicFileOptions {
  /** Whether a file that is there already is replaced. Default true; otherwise it is `file/exists`. */
  readonly replace?: boolean;
  /** Permission bits, set whatever the umask. Default: those of any new file. */
  readonly mode?: number;
  /** Flush the contents to the disk before the rename. Default true; false for what can be made again, as a cache. */
  readonly flush?: boolean;
  /**
   * Flush the folder too, so that the new name itself survives a power cut. Default false: after one, the target is
   * then the old file or the new one, never half of either.
   */
  readonly fsyncDirectory?: boolean;
}

/**
 * Writes a file so that its name never stands for half of it: into a temporary beside the target, flushed, renamed.
 *
 * `write` gets the open temporary and its path. It must leave the handle open and must not rename the file. When it
 * throws, or the run is interrupted, the temporary is removed and the target is as it was. A target that is a symbolic
 * link is replaced itself; what it points to stays.
 * @throws WheelworksError `file/exists` when `replace` is false and the target is there, `file/disk-full`, or any
 *   other `file/*`; and whatever `write` throws.
 */
export async function writeFileAtomic<Result>(
  target: string,
  write: (handle: FileHandle, temporaryPath: string) => Promise<Result>,
  options: AtomicFileOptions = {},
): Promise<Result> {
  await checkTarget(target, options.replace ?? true);
  const temporary = temporaryBeside(target);
  const forget = trackTemporary(temporary);
  try {
    const result = await writeTemporary(temporary, write, options);
    if (options.replace ?? true) await renameOver(temporary, target);
    else await renameToNew(temporary, target);
    if (options.fsyncDirectory === true) await flushDirectory(dirname(target));
    return result;
  } catch (error) {
    throw aboutTarget(error, temporary, target);
  } finally {
    if (await removeTemporary(temporary)) forget();
  }
}

/**
 * As {@link writeFileAtomic}, of a few bytes that can be made again, without flushing: at once, since for thousands of
 * small files the trips to the thread pool cost more than the writing.
 * @throws WheelworksError `file/*`.
 */
export async function writeBytesAtomic(target: string, bytes: Uint8Array): Promise<void> {
  if (process.platform === 'win32') {
    await writeFileAtomic(target, (handle) => handle.writeFile(bytes), { flush: false });
    return;
  }
  const temporary = temporaryBeside(target);
  try {
    const descriptor = openSync(temporary, 'wx', 0o666);
    try {
      writeFileSync(descriptor, bytes);
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, target);
  } catch (error) {
    // No handler of a signal runs in between: it needs no place on the list of temporaries.
    rmSync(temporary, { force: true });
    throw aboutTarget(error, temporary, target);
  }
}

/** Fails before the work rather than after it; what decides is still the rename. */
async function checkTarget(target: string, replace: boolean): Promise<void> {
  const stat = await lstat(target).catch(() => undefined);
  if (stat?.isDirectory() === true)
    throw new WheelworksError('file/is-a-directory', `${target} is a directory.`, { path: target });
  if (stat !== undefined && !replace) throw alreadyExists(target);
}

async function writeTemporary<Result>(
  temporary: string,
  write: (handle: FileHandle, temporaryPath: string) => Promise<Result>,
  options: AtomicFileOptions,
): Promise<Result> {
  const handle = await open(temporary, 'wx', options.mode ?? 0o666);
  try {
    const result = await write(handle, temporary);
    if (options.mode !== undefined) await handle.chmod(options.mode);
    if (options.flush ?? true) await handle.sync();
    return result;
  } finally {
    await handle.close();
  }
}

/** Pauses in milliseconds before trying again what Windows refuses while somebody has the target open. */
const BUSY_PAUSES = [20, 50, 100, 200, 400];

async function renameOver(from: string, to: string): Promise<void> {
  for (const pause of process.platform === 'win32' ? BUSY_PAUSES : []) {
    try {
      await rename(from, to);
      return;
    } catch (error) {
      if (!['EPERM', 'EACCES', 'EBUSY'].includes(systemErrorCode(error) ?? '')) throw error;
      await sleep(pause);
    }
  }
  await rename(from, to);
}

const LINKS_UNSUPPORTED = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EINVAL']);

/** A rename that never replaces: POSIX `rename` would, but `link` fails when the name is taken, in one step. */
async function renameToNew(temporary: string, target: string): Promise<void> {
  try {
    await link(temporary, target);
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'EEXIST') throw alreadyExists(target);
    if (code === undefined || !LINKS_UNSUPPORTED.has(code)) throw error;
    await renameOverReservation(temporary, target);
  }
}

/** For file systems without links (FAT, some network shares): an empty file takes the name, the rename fills it. */
async function renameOverReservation(temporary: string, target: string): Promise<void> {
  try {
    await (await open(target, 'wx')).close();
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST') throw alreadyExists(target);
    throw error;
  }
  try {
    await renameOver(temporary, target);
  } catch (error) {
    await unlink(target).catch(() => {});
    throw error;
  }
}

function alreadyExists(target: string): WheelworksError {
  return new WheelworksError('file/exists', `${target} exists already.`, {
    path: target,
    hint: 'Choose another name, or remove the file first if it is no longer wanted.',
  });
}

async function flushDirectory(directory: string): Promise<void> {
  // Windows has no such call, and keeps names in its journal.
  if (process.platform === 'win32') return;
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * System errors of the temporary, or of writing to its handle (which name no path), are about the target; so is a full
 * disk wherever in a temporary folder it is met. All other errors are the caller's.
 */
function aboutTarget(error: unknown, temporary: string, target: string): unknown {
  const path = error instanceof Error && 'path' in error ? error.path : undefined;
  const code = systemErrorCode(error);
  const isFull = code === 'ENOSPC' || code === 'EDQUOT';
  const isInside = typeof path === 'string' && path.startsWith(temporary + sep);
  if (path !== undefined && path !== temporary && !(isInside && isFull)) return error;
  if (path === temporary && code === 'ENOENT') {
    return new WheelworksError('file/not-found', `The folder of ${target} does not exist.`, {
      path: dirname(target),
      cause: error,
      hint: 'Make the folder first, or choose another.',
    });
  }
  return fileError(error, target);
}

/** How `replaceDirectoryAtomic` treats a folder that is there already. */
export interface AtomicDirectoryOptions {
  /** Whether a folder with something in it is replaced. Default true; otherwise it is `file/exists`. */
  readonly replace?: boolean;
}

/**
 * Builds a whole folder and swaps it in: `fill` works in a new folder beside the target, which then takes the
 * target's name; the tree that had it is removed afterwards. Readers see the old tree or the new one, never a mixture
 * and never half. When `fill` throws, or the run is interrupted, the target is as it was.
 *
 * Where the target exists, the swap is two renames in a row, between which it is briefly missing; a machine that dies
 * exactly there leaves the old tree as `.wheelworks-*.old` beside it. A target that is a symbolic link to a folder
 * stays one: the folder it points to is replaced.
 * @throws WheelworksError `file/not-a-directory` when the target is something else, `file/exists`, or any other
 *   `file/*`; and whatever `fill` throws.
 */
export async function replaceDirectoryAtomic<Result>(
  target: string,
  fill: (temporaryDirectory: string) => Promise<Result>,
  options: AtomicDirectoryOptions = {},
): Promise<Result> {
  const replace = options.replace ?? true;
  const place = await placeOfDirectory(target, replace);
  const temporary = temporaryBeside(place);
  const forget = trackTemporary(temporary);
  try {
    await mkdir(temporary);
    const result = await fill(temporary);
    if (replace) await swapIn(temporary, place);
    else await moveIn(temporary, place, target);
    return result;
  } catch (error) {
    throw aboutTarget(error, temporary, target);
  } finally {
    if (await removeTemporary(temporary)) forget();
  }
}

async function placeOfDirectory(target: string, replace: boolean): Promise<string> {
  const place = await realpath(target).catch(() => resolve(target));
  const stat = await lstat(place).catch(() => undefined);
  if (stat === undefined) return place;
  if (!stat.isDirectory()) {
    throw new WheelworksError('file/not-a-directory', `${target} is not a directory.`, {
      path: target,
      hint: 'Choose a folder, or a name that is not taken.',
    });
  }
  if (!replace && (await readdir(place)).length > 0) throw alreadyExists(target);
  return place;
}

async function swapIn(temporary: string, place: string): Promise<void> {
  const old = temporaryBeside(place, '.old');
  // Synchronous, so that no signal handler of ours runs between the two renames.
  const hadOld = renameIfThere(place, old);
  try {
    renameSync(temporary, place);
  } catch (error) {
    if (hadOld) renameSync(old, place);
    throw error;
  }
  if (!hadOld) return;
  const forget = trackTemporary(old);
  if (await removeTemporary(old)) forget();
}

function renameIfThere(from: string, to: string): boolean {
  try {
    renameSync(from, to);
    return true;
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return false;
    throw error;
  }
}

async function moveIn(temporary: string, place: string, target: string): Promise<void> {
  try {
    // Removes an empty folder only, and so never what somebody else has put there meanwhile.
    await rmdir(place).catch(() => {});
    await rename(temporary, place);
  } catch (error) {
    const taken = ['EEXIST', 'ENOTEMPTY', 'ENOTDIR', 'EPERM'].includes(
      systemErrorCode(error) ?? '',
    );
    throw taken ? alreadyExists(target) : error;
  }
}
