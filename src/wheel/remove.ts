/** Wheels that an earlier run wrote, known by their digests. */
import { rm, stat } from 'node:fs/promises';
import { hashFile } from '../support/hash.ts';

/** Whether a file is there and has this digest, in hexadecimal. @throws WheelworksError `file/*`. */
export async function isIntact(path: string, sha256: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() === true && (await hashFile(path)).sha256 === sha256;
}

/**
 * Takes away a wheel, and the metadata that an index has beside it, unless somebody has put something else in its place.
 * @returns whether it was there.
 * @throws WheelworksError `file/*`.
 */
export async function removeIntact(path: string, sha256: string): Promise<boolean> {
  if (!(await isIntact(path, sha256))) return false;
  await rm(path, { force: true });
  await rm(`${path}.metadata`, { force: true });
  return true;
}
