/**
 * What was known of the files of a folder after the last run. A file is taken to be the same when its size and times are;
 * when only its times differ, when its digest is.
 */
import { readFileSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { comparePaths } from '../../archive/tree/index.ts';
import type { Cache } from '../../support/cache.ts';
import { WheelworksError, fileError } from '../../support/errors.ts';
import { sha256 } from '../../support/hash.ts';
import { mapParallel } from '../../support/parallel.ts';
import { readEntry, type FeedEntry } from './entry.ts';
import type { FeedFolder } from './folders.ts';

/** A file as it was when it was read. */
interface KnownFile {
  readonly entry: FeedEntry;
  /** Milliseconds since 1970, with their fraction. */
  readonly modified: number;
  readonly changed: number;
  /** When it was looked at. */
  readonly seen: number;
}

/** The entries of a folder, and how many of its files had to be read for them. */
export interface FolderEntries {
  readonly entries: readonly FeedEntry[];
  readonly read: number;
}

/** Two changes within this time may leave a file the same times; a file that is as new as that is read again. */
const CLOCK_GRAIN = 2000;

/** Bytes of a file that is read without going to the thread pool. */
const LARGEST_AT_ONCE = 4 << 20;

/** Of another layout than this program's they are not found; 2: the files inside packages were gone through as well. */
const LAYOUT = 'openwrt-feed/2';

/** Where things are kept, and how much is done at once. */
export interface KnownOptions {
  readonly cache: Cache;
  readonly jobs: number;
  /** Milliseconds since 1970. Default `Date.now`. */
  readonly now?: () => number;
}

/**
 * What the files of a folder say.
 * @param cache keeps it for the next run
 * @throws WheelworksError of the file that is no package; of several `feed/unreadable-packages`, with what is wrong with each.
 */
export async function folderEntries(
  folder: FeedFolder,
  { cache, jobs, now = Date.now }: KnownOptions,
): Promise<FolderEntries> {
  const key = `${LAYOUT} ${folder.directory}`;
  const known = new Map(
    (await cache.readJson(key, (value) => value as [string, KnownFile][])) ?? [],
  );
  let read = 0;
  const unreadable: WheelworksError[] = [];
  const found = await mapParallel(folder.files, jobs, async (filename) => {
    const path = join(folder.directory, filename);
    try {
      // Not `fs/promises`: where nothing changed, trips to the thread pool would be most of the time.
      const { size, mtimeMs: modified, ctimeMs: changed } = statSync(path);
      const times = { modified, changed, seen: now() };
      const old = known.get(filename);
      if (old !== undefined && isSame(old, { size, modified, changed })) return [old];
      const bytes = size > LARGEST_AT_ONCE ? await readFile(path) : readFileSync(path);
      if (old !== undefined && old.entry.sha256 === sha256(bytes))
        return [{ ...times, entry: old.entry }];
      read += 1;
      return [{ ...times, entry: await readEntry(bytes, filename, path) }];
    } catch (error) {
      const problem = fileError(error, path);
      if (!(problem instanceof WheelworksError)) throw problem;
      unreadable.push(problem);
      return [];
    }
  });
  if (unreadable.length > 0) throw together(unreadable, folder.directory);
  const files: readonly KnownFile[] = found.flat();
  const isChanged =
    known.size !== files.length || files.some((file) => known.get(file.entry.filename) !== file);
  if (isChanged)
    await cache.writeJson(
      key,
      files.map((file) => [file.entry.filename, file]),
    );
  return { entries: files.map(({ entry }) => entry), read };
}

/** One error as it is; several as one that names them all, in the order of their files. */
function together(problems: readonly WheelworksError[], directory: string): WheelworksError {
  const sorted = problems.toSorted((one, other) => comparePaths(one.path ?? '', other.path ?? ''));
  const [only] = sorted;
  if (only !== undefined && sorted.length === 1) return only;
  return new WheelworksError(
    'feed/unreadable-packages',
    `${sorted.length} packages of ${directory} cannot be read.`,
    {
      path: directory,
      evidence: sorted.map(({ code, message }) => `${code}: ${message}`).join('\n'),
      hint: 'Make or fetch them anew, or take them out of the folder.',
    },
  );
}

function isSame(
  old: KnownFile,
  now: { readonly size: number; readonly modified: number; readonly changed: number },
): boolean {
  return (
    old.entry.size === now.size &&
    old.modified === now.modified &&
    old.changed === now.changed &&
    old.seen - Math.max(old.modified, old.changed) > CLOCK_GRAIN
  );
}
