import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { WheelworksError, fileError, systemErrorCode } from './errors.ts';

/**
 * Makes a folder and those above it; nothing when it is there. As a recursive mkdir, whose error for a read-only or
 * forbidden parent would be that of a missing file.
 * @throws WheelworksError `file/not-a-directory` when something else has its name or that of a folder above it,
 *   `file/read-only`, `file/no-permission`, `file/*`.
 */
export async function makeFolders(path: string): Promise<void> {
  const parent = dirname(path);
  if (parent !== path && (await stat(parent).catch(() => undefined)) === undefined)
    await makeFolders(parent);
  try {
    await mkdir(path);
  } catch (error) {
    const found = await stat(path).catch(() => undefined);
    if (found?.isDirectory() === true) return;
    if (found !== undefined) throw notAFolder(path);
    // The folder above it is there: what is missing is a file system that takes new folders, as /proc is none.
    throw systemErrorCode(error) === 'ENOENT' ? takesNone(path, error) : fileError(error, path);
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
