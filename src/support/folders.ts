import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { WheelworksError, fileError } from './errors.ts';

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
    throw found === undefined ? fileError(error, path) : notAFolder(path);
  }
}

function notAFolder(path: string): WheelworksError {
  return new WheelworksError('file/not-a-directory', `${path} is not a directory.`, {
    path,
    hint: 'Choose another folder, or a name that is not taken.',
  });
}
