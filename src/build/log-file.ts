/** The log of a build or test: on disk while it runs, so that somebody can watch, and in bounded memory. */
import { closeSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileError } from '../support/errors.ts';
import { makeFolders } from '../support/folders.ts';

export interface LogFile {
  readonly path: string;
  /** Adds a line. @throws WheelworksError `file/disk-full` and other `file/*`. */
  line(text: string): void;
  /** Writes what is left; once. @throws WheelworksError `file/*`. */
  close(): void;
}

/** Bytes and milliseconds that are kept back, so that a talkative compiler does not cost a write a line. */
const BUFFER = 32 * 1024;
const PAUSE = 250;

/**
 * Starts a log anew, or goes on with one; with the folders above it.
 * @throws WheelworksError `file/*`.
 */
export async function openLog(path: string, how: 'anew' | 'append' = 'anew'): Promise<LogFile> {
  await makeFolders(dirname(path));
  const handle = attempt(path, () => openSync(path, how === 'anew' ? 'w' : 'a'));
  let waiting: string[] = [];
  let size = 0;
  let written = performance.now();
  const flush = (): void => {
    const text = waiting.join('');
    waiting = [];
    size = 0;
    written = performance.now();
    attempt(path, () => writeAll(handle, Buffer.from(text)));
  };
  return {
    path,
    line(text) {
      waiting.push(`${text}\n`);
      size += text.length;
      if (size >= BUFFER || performance.now() - written >= PAUSE) flush();
    },
    close() {
      try {
        flush();
      } finally {
        closeSync(handle);
      }
    },
  };
}

/** On a full disk a write may take only some of the bytes before the next one fails. */
function writeAll(handle: number, bytes: Uint8Array): void {
  let done = 0;
  while (done < bytes.length) done += writeSync(handle, bytes, done);
}

function attempt<Result>(path: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw fileError(error, path);
  }
}
