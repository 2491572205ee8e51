import { unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '../../support/atomic-file.ts';
import { systemErrorCode } from '../../support/errors.ts';
import type { FeedPlan, PlannedFolder } from './plan.ts';

/**
 * Writes what was planned: each file in one step, those that are the same not at all. A signature that is of no list any
 * more is removed before the list is replaced: a device that comes in between finds none, and not one that is false.
 * @throws WheelworksError `file/*`.
 */
export async function writeFeed(plan: FeedPlan): Promise<void> {
  for (const folder of plan.folders) await writeFolder(folder);
}

async function writeFolder({ directory, files, dropped }: PlannedFolder): Promise<void> {
  for (const name of dropped) await removeIfThere(join(directory, name));
  for (const { name, bytes, state } of files)
    if (state !== 'same')
      await writeFileAtomic(join(directory, name), (handle) => handle.writeFile(bytes), {
        mode: 0o644,
      });
}

async function removeIfThere(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') throw error;
  }
}
