/** Gives the wheels of a set their names: all of them, or none. */
import { copyFile, link, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { WheelworksError, fileError, systemErrorCode } from '../../support/errors.ts';

/** A wheel that has its bytes, and not yet its name. */
export interface Unplaced {
  readonly path: string;
  readonly filename: string;
}

/** Where wheels come from and go to; one file system. */
export interface Places {
  readonly directory: string;
  /** A folder that goes away. */
  readonly scratch: string;
}

/** A name that was taken, and the file that had it before. */
interface Placed {
  readonly path: string;
  readonly before: string | undefined;
}

/**
 * Renames wheels into the folder, in their order. When one fails, those before are taken away, and what had their names
 * has them again.
 * @returns the wheels under their new paths
 * @throws WheelworksError `file/*`; its evidence names files that could not be taken back.
 */
export async function putInPlace<File extends Unplaced>(
  files: readonly File[],
  places: Places,
): Promise<readonly File[]> {
  const placed: Placed[] = [];
  for (const file of files) {
    const path = join(places.directory, file.filename);
    try {
      const before = await keepBefore(path, join(places.scratch, `before-${placed.length}`));
      placed.push({ path, before });
      await rename(file.path, path);
    } catch (error) {
      throw withLeft(fileError(error, path), await takeBack(placed));
    }
  }
  return files.map((file) => ({ ...file, path: join(places.directory, file.filename) }));
}

/** A second name for what stands there, so that the first is never without a file. */
async function keepBefore(path: string, kept: string): Promise<string | undefined> {
  try {
    await link(path, kept);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    // File systems without links.
    await copyFile(path, kept);
  }
  return kept;
}

/** @returns what stands where it should not */
async function takeBack(placed: readonly Placed[]): Promise<readonly string[]> {
  const left: string[] = [];
  for (const { path, before } of placed.toReversed()) {
    try {
      if (before === undefined) await rm(path, { force: true });
      else await rename(before, path);
    } catch {
      left.push(path);
    }
  }
  return left;
}

function withLeft(error: unknown, left: readonly string[]): unknown {
  if (!(error instanceof WheelworksError) || left.length === 0) return error;
  return new WheelworksError(error.code, error.message, {
    evidence: `new wheels that could not be taken back: ${left.join(', ')}`,
    hint: 'Remove them: without the others they do not install.',
    cause: error.cause,
    ...(error.path === undefined ? {} : { path: error.path }),
  });
}
