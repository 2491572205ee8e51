import { randomUUID } from 'node:crypto';
import { chmodSync, lstatSync, readdirSync, rmSync } from 'node:fs';
import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileError } from './errors.ts';
import { onInterrupt } from './interrupt.ts';

/** Where `withTemporaryDirectory` works and what it leaves behind. */
export interface TemporaryDirectoryOptions {
  /** The folder it is made in; made when missing. Default: the system's folder for temporary files. */
  readonly parent?: string;
  /** Leave it: always, or only when the work fails, so that somebody can look. Default: never. */
  readonly keep?: boolean | 'on-failure';
}

/**
 * Gives `work` an empty folder of its own and removes it afterwards: on success, on failure and on an interrupt.
 *
 * A folder that cannot be removed (a file in it is still open on Windows) does not turn a good result into a failure;
 * it stays on the list of `removeTemporariesSync`.
 * @throws WheelworksError `file/*` when the folder cannot be made, and whatever `work` throws.
 */
export async function withTemporaryDirectory<Result>(
  prefix: string,
  work: (directory: string) => Promise<Result>,
  options: TemporaryDirectoryOptions = {},
): Promise<Result> {
  const keep = options.keep ?? false;
  const directory = await makeDirectory(prefix, options.parent);
  const forget = keep === true ? () => {} : trackTemporary(directory);
  let failed = true;
  try {
    const result = await work(directory);
    failed = false;
    return result;
  } finally {
    const stays = keep === true || (keep === 'on-failure' && failed);
    if (stays || (await removeTemporary(directory))) forget();
  }
}

/** A temporary folder without a callback, for what is opened and closed. */
export interface TemporaryDirectory {
  readonly path: string;
  /** Takes it away; never throws. */
  remove(): Promise<void>;
}

/**
 * Makes an empty folder that goes away with `remove`, and on an interrupt.
 * @param parent made when missing; default the system's folder for temporary files.
 * @throws WheelworksError `file/*` when the folder cannot be made.
 */
export async function openTemporaryDirectory(
  prefix: string,
  parent?: string,
): Promise<TemporaryDirectory> {
  const path = await makeDirectory(prefix, parent);
  const forget = trackTemporary(path);
  return {
    path,
    async remove() {
      if (await removeTemporary(path)) forget();
    },
  };
}

async function makeDirectory(prefix: string, parent: string = tmpdir()): Promise<string> {
  try {
    await mkdir(parent, { recursive: true });
    // Tools compare the paths they are given with those they resolve; on macOS the temporary folder is behind a link.
    return await mkdtemp(join(await realpath(parent), prefix));
  } catch (error) {
    throw fileError(error, parent);
  }
}

/** Starts the name of everything wheelworks writes beside a target before it is renamed to it. */
export const TEMPORARY_PREFIX = '.wheelworks-';

/** Leaves room for the prefix and the ending within the 255 bytes that file systems give a name. */
const LONGEST_KEPT_NAME = 150;

/**
 * A path beside `target` that nobody else uses, recognisable as left over if the machine dies:
 * `.wheelworks-<pid>-<random>-<name><ending>`.
 */
export function temporaryBeside(target: string, ending: '.tmp' | '.old' = '.tmp'): string {
  // Of its beginning every digit is random; it costs a tenth of so many random bytes.
  const random = randomUUID().replace('-', '').slice(0, 12);
  const name = shortenName(basename(target));
  return join(dirname(target), `${TEMPORARY_PREFIX}${process.pid}-${random}-${name}${ending}`);
}

function shortenName(name: string): string {
  let kept = '';
  let bytes = 0;
  for (const character of name) {
    bytes += Buffer.byteLength(character);
    if (bytes > LONGEST_KEPT_NAME) break;
    kept += character;
  }
  return kept;
}

const live = new Set<string>();
let watchesInterrupts = false;

/**
 * Puts a file or folder on the list of what an interrupt removes.
 * @returns a function that takes it off again.
 */
export function trackTemporary(path: string): () => void {
  if (!watchesInterrupts) {
    watchesInterrupts = true;
    onInterrupt('remove', removeTemporariesSync);
  }
  live.add(path);
  return () => {
    live.delete(path);
  };
}

/** Removes every temporary that is still there. Never throws; for the handler of an interrupt and the end of a run. */
export function removeTemporariesSync(): void {
  for (const path of live) {
    try {
      removeTreeSync(path);
      live.delete(path);
    } catch {
      // The run is ending; a leftover is recognisable by its name.
    }
  }
}

/** Removes a file or tree, whatever the modes of its folders. Whether it is gone. */
export async function removeTemporary(path: string): Promise<boolean> {
  try {
    // Windows refuses while a virus scanner or a dying child still has a file open.
    await rm(path, { recursive: true, force: true, maxRetries: 4, retryDelay: 50 });
    return true;
  } catch {
    try {
      removeTreeSync(path);
      return true;
    } catch {
      return false;
    }
  }
}

function removeTreeSync(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    // Entries of a folder without write permission cannot be removed; caches of build tools have such folders.
    makeFoldersWritable(path);
    rmSync(path, { recursive: true, force: true });
  }
}

function makeFoldersWritable(path: string): void {
  if (!lstatSync(path).isDirectory()) return;
  chmodSync(path, 0o700);
  for (const entry of readdirSync(path)) makeFoldersWritable(join(path, entry));
}
