/** One server a folder: two would write one journal, each without the facts of the other. */
import { open, readFile, rm } from 'node:fs/promises';
import { fileError, systemErrorCode, WheelworksError } from '../../support/errors.ts';

/** Folders of this process: in a container every server may have the same number. */
const own = new Set<string>();

/** Gives the folder back. */
export type Unlock = () => Promise<void>;

/**
 * Takes the folder of this lock file for this process. What a killed server left is taken over.
 * @throws WheelworksError `serve/in-use`, `file/*`.
 */
export async function lockFolder(path: string): Promise<Unlock> {
  for (let attempt = 0; attempt < 3; attempt += 1) {
    try {
      const handle = await open(path, 'wx', 0o600);
      try {
        await handle.writeFile(`${process.pid}\n`);
      } finally {
        await handle.close();
      }
      own.add(path);
      let isHeld = true;
      return async () => {
        // By now it may be somebody else's.
        if (!isHeld) return;
        isHeld = false;
        own.delete(path);
        await rm(path, { force: true });
      };
    } catch (error) {
      if (systemErrorCode(error) !== 'EEXIST') throw fileError(error, path);
    }
    const pid = Number((await readFile(path, 'utf8').catch(() => '')).trim());
    if (isInUse(path, pid)) throw inUse(path, pid);
    await rm(path, { force: true });
  }
  throw inUse(path);
}

function isInUse(path: string, pid: number): boolean {
  if (pid === process.pid) return own.has(path);
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process is one, too.
    return systemErrorCode(error) === 'EPERM';
  }
}

function inUse(path: string, pid?: number): WheelworksError {
  return new WheelworksError('serve/in-use', 'Another server has this folder.', {
    path,
    ...(pid === undefined ? {} : { evidence: `process ${pid}` }),
    hint: 'End that one, or give this one another folder; remove the file if there is none.',
  });
}
