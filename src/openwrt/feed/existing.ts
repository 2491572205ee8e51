import { readFile } from 'node:fs/promises';
import { fileError, systemErrorCode } from '../../support/errors.ts';

/**
 * The bytes of a file that may be absent.
 * @throws WheelworksError `file/*` when it is there and cannot be read.
 */
export async function existingFile(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw fileError(error, path);
  }
}
