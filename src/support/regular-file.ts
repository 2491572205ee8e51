/**
 * Opens regular files and nothing else. Opening a named pipe waits for whoever writes to it, which may be nobody, and
 * opening a device may do something: both are refused by what the path names, before it is opened. Between that look
 * and the opening another file may have taken the name, so that it is opened without waiting, and looked at again.
 */
import { closeSync, constants, fstatSync, openSync, statSync, type Stats } from 'node:fs';
import { open, stat, type FileHandle } from 'node:fs/promises';
import { WheelworksError, fileError } from './errors.ts';

/** A regular file that was opened for reading; whoever opened it closes it. */
export interface OpenedFile {
  readonly handle: FileHandle;
  /** Bytes, when it was opened. */
  readonly size: number;
}

/**
 * Opens a file for reading.
 * @throws WheelworksError `file/is-a-directory`, `file/not-regular`, `file/*`.
 */
export async function openRegularFile(path: string): Promise<OpenedFile> {
  let handle: FileHandle | undefined;
  try {
    requireRegular(await stat(path), path);
    handle = await open(path, WITHOUT_WAITING);
    const found = await handle.stat();
    requireRegular(found, path);
    return { handle, size: found.size };
  } catch (error) {
    await handle?.close();
    throw fileError(error, path);
  }
}

/** As {@link OpenedFile}, for what is read without leaving the thread. */
export interface OpenedFileSync {
  readonly descriptor: number;
  readonly size: number;
}

/**
 * As {@link openRegularFile}, at once: for very many small files, where a trip to the thread pool costs more than what
 * is done there.
 * @throws WheelworksError as {@link openRegularFile}.
 */
export function openRegularFileSync(path: string): OpenedFileSync {
  try {
    requireRegular(statSync(path), path);
  } catch (error) {
    throw fileError(error, path);
  }
  return openSeenFileSync(path);
}

/**
 * As {@link openRegularFileSync}, of what {@link requireRegular} has passed a moment ago.
 * @throws WheelworksError as {@link openRegularFile}.
 */
export function openSeenFileSync(path: string): OpenedFileSync {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, WITHOUT_WAITING);
    const found = fstatSync(descriptor);
    requireRegular(found, path);
    return { descriptor, size: found.size };
  } catch (error) {
    if (descriptor !== undefined) closeSync(descriptor);
    throw fileError(error, path);
  }
}

/** Windows has no such flag, and no named pipes among its files. */
const WITHOUT_WAITING = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/**
 * Refuses what is no regular file.
 * @throws WheelworksError `file/is-a-directory`, `file/not-regular`.
 */
export function requireRegular(found: Stats, path: string): void {
  if (found.isFile()) return;
  if (found.isDirectory())
    throw new WheelworksError('file/is-a-directory', `${path} is a directory.`, { path });
  // It has no size and cannot be read at an offset.
  throw new WheelworksError('file/not-regular', `${path} is not a regular file.`, { path });
}
