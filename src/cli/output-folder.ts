import { mkdir } from 'node:fs/promises';
import { WheelworksError, fileError, systemErrorCode } from '../support/errors.ts';

/**
 * Makes the folder of `--output` when it is missing.
 * @throws WheelworksError `file/not-a-directory` when something else has its name, `file/*`.
 */
export async function makeOutputFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
  } catch (error) {
    if (systemErrorCode(error) !== 'EEXIST') throw fileError(error, path);
    throw new WheelworksError('file/not-a-directory', `${path} is not a directory.`, {
      path,
      cause: error,
      hint: 'Choose another --output.',
    });
  }
}
