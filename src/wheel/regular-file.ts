import { stat } from 'node:fs/promises';
import { WheelworksError, fileError } from '../support/errors.ts';

/**
 * Refuses what is no regular file before anything opens it: opening a named pipe waits for whoever writes to it,
 * which may be nobody.
 * @throws WheelworksError `file/is-a-directory`, `file/not-regular`, `file/*`.
 */
export async function requireRegularFile(path: string): Promise<void> {
  const found = await stat(path).catch((error: unknown) => {
    throw fileError(error, path);
  });
  if (found.isFile()) return;
  if (found.isDirectory())
    throw new WheelworksError('file/is-a-directory', `${path} is a directory.`, { path });
  throw new WheelworksError('file/not-regular', `${path} is not a regular file.`, { path });
}
