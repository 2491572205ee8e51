import { rmdirSync } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { WheelworksError, fileError, systemErrorCode } from './errors.ts';
import { onInterrupt } from './interrupt.ts';
import { removeTemporariesSync } from './temporary.ts';

/**
 * Makes a folder and those above it; nothing when it is there. As a recursive mkdir, whose error for a read-only or
 * forbidden parent would be that of a missing file.
 * @returns the folders that were made, the outermost first
 * @throws WheelworksError `file/not-a-directory` when something else has its name or that of a folder above it,
 *   `file/read-only`, `file/no-permission`, `file/*`.
 */
export async function makeFolders(path: string): Promise<readonly string[]> {
  const parent = dirname(path);
  const isNew = parent !== path && (await stat(parent).catch(() => undefined)) === undefined;
  const above = isNew ? await makeFolders(parent) : [];
  try {
    await mkdir(path);
    return [...above, path];
  } catch (error) {
    const found = await stat(path).catch(() => undefined);
    if (found?.isDirectory() === true) return above;
    if (found !== undefined) throw notAFolder(path);
    // The folder above it is there: what is missing is a file system that takes new folders, as /proc is none.
    throw systemErrorCode(error) === 'ENOENT' ? takesNone(path, error) : fileError(error, path);
  }
}

/**
 * Makes a folder for `work`. What was made for it and is empty afterwards goes again: after a failure, and on an interrupt.
 * @throws WheelworksError as {@link makeFolders}, and whatever `work` throws.
 */
export async function withFolder<Result>(
  path: string,
  work: () => Promise<Result>,
): Promise<Result> {
  const made = await makeFolders(path);
  const forget = onInterrupt('remove', () => {
    // What is temporary in it goes first, whoever was registered before.
    removeTemporariesSync();
    removeEmptySync(made);
  });
  try {
    return await work();
  } finally {
    forget();
    removeEmptySync(made);
  }
}

/** The innermost first; one that is not empty stays, with those above it. */
function removeEmptySync(folders: readonly string[]): void {
  for (const folder of folders.toReversed()) {
    try {
      rmdirSync(folder);
    } catch {
      return;
    }
  }
}

function takesNone(path: string, cause: unknown): WheelworksError {
  return new WheelworksError('file/read-only', `The folder ${path} could not be made.`, {
    path,
    cause,
    evidence: `mkdir: ENOENT, although ${dirname(path)} is there`,
    hint: 'The file system there takes no new folders; choose another place.',
  });
}

function notAFolder(path: string): WheelworksError {
  return new WheelworksError('file/not-a-directory', `${path} is not a directory.`, {
    path,
    hint: 'Choose another folder, or a name that is not taken.',
  });
}
