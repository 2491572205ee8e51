/** Writes the members of a zip archive into an empty folder. Paths were made safe when the archive was opened. */
import { chmod, mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ZipArchive, ZipEntry } from '../archive/zip/index.ts';
import type { RecordHash } from '../packaging/index.ts';
import { WheelworksError, fileError, systemErrorCode } from '../support/errors.ts';
import { mapParallel } from '../support/parallel.ts';
import { hashCheck, symlinkRefused } from '../wheel/index.ts';

export interface ExtractZipOptions {
  readonly jobs: number;
  /** Path to the hash that the content must have; paths without one are written unchecked. */
  readonly hashes?: ReadonlyMap<string, RecordHash>;
  /** Leave out the first folder of every path. */
  readonly stripTopDirectory?: boolean;
  readonly signal?: AbortSignal;
  /** Called after each file with the bytes written so far. */
  readonly onProgress?: (bytes: number) => void;
}

/** Most files are small: more time goes into waiting for the file system than into inflating. */
const FILES_PER_JOB = 4;

/**
 * Unpacks every member, several at a time. Folders get mode 755, files 755 when anyone may execute them and 644
 * otherwise, whatever the umask.
 * @throws WheelworksError `wheel/symlink`, `unpack/record-mismatch`, `unpack/name-collision`, `zip/*`, `file/*`; and
 *   what `signal` is aborted with.
 */
export async function extractZip(
  archive: ZipArchive,
  directory: string,
  options: ExtractZipOptions,
): Promise<{ files: number; size: number }> {
  const link = archive.entries.find((entry) => entry.isSymlink);
  if (link !== undefined) throw symlinkRefused(`${archive.path}!${link.path}`);
  const place = (path: string): string =>
    join(directory, options.stripTopDirectory === true ? path.replace(/^[^/]*\/?/, '') : path);
  await makeFolders(archive, directory, place);
  const files = archive.entries.filter((entry) => !entry.isDirectory);
  let size = 0;
  await mapParallel(files, options.jobs * FILES_PER_JOB, async (entry) => {
    options.signal?.throwIfAborted();
    await extractFile(archive, entry, {
      target: place(entry.path),
      expected: options.hashes?.get(entry.path),
    });
    size += entry.size;
    options.onProgress?.(size);
  });
  // The last files may have been written while the user took it back.
  options.signal?.throwIfAborted();
  return { files: files.length, size };
}

const FOLDER_MODE = 0o755;

async function makeFolders(
  archive: ZipArchive,
  directory: string,
  place: (path: string) => string,
): Promise<void> {
  const folders = new Map<string, ZipEntry>();
  for (const entry of archive.entries) {
    let folder = entry.isDirectory ? place(entry.path.slice(0, -1)) : dirname(place(entry.path));
    for (; folder.length > directory.length && !folders.has(folder); folder = dirname(folder))
      folders.set(folder, entry);
  }
  // Sorted, a folder comes before what lies in it.
  for (const [folder, entry] of [...folders].sort(([left], [right]) => (left < right ? -1 : 1))) {
    try {
      await mkdir(folder, { recursive: true });
      await chmod(folder, FOLDER_MODE);
    } catch (error) {
      throw aboutMember(error, archive, entry);
    }
  }
}

async function extractFile(
  archive: ZipArchive,
  entry: ZipEntry,
  { target, expected }: { readonly target: string; readonly expected: RecordHash | undefined },
): Promise<void> {
  const check = expected === undefined ? undefined : hashCheck(expected);
  const mode = (entry.mode & 0o111) === 0 ? 0o644 : 0o755;
  try {
    // `wx`: two members that a case-insensitive file system takes for one must not overwrite each other.
    const file = await open(target, 'wx', mode);
    try {
      for await (const chunk of archive.stream(entry)) {
        check?.update(chunk);
        // Unlike `write`, goes on until all of it is written.
        await file.writeFile(chunk);
      }
      await file.chmod(mode);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw aboutMember(error, archive, entry);
  }
  const found = check?.finish();
  if (found === undefined || found.matches) return;
  throw new WheelworksError(
    'unpack/record-mismatch',
    `${entry.path} is not the file whose hash RECORD gives.`,
    {
      path: `${archive.path}!${entry.path}`,
      evidence: `RECORD ${expected?.algorithm ?? ''}=${expected?.digest ?? ''}, file ${found.digest}`,
      hint: 'The wheel was changed after it was made. To look at it all the same: --no-verify.',
    },
  );
}

/** What the system says when the name is taken: by a file, by a folder, or by a file where a folder is needed. */
const TAKEN = new Set(['EEXIST', 'EISDIR', 'ENOTDIR']);

/** A system error names a place in a temporary folder that nobody knows: it is about the member. */
function aboutMember(error: unknown, archive: ZipArchive, entry: ZipEntry): unknown {
  const path = `${archive.path}!${entry.path}`;
  const code = systemErrorCode(error) ?? '';
  // A full disk is about the folder that is being made, as whoever makes it knows.
  if (code === 'ENOSPC' || code === 'EDQUOT') return error;
  if (!TAKEN.has(code)) return fileError(error, path);
  return new WheelworksError(
    'unpack/name-collision',
    `${entry.path} and another member have the same name here.`,
    {
      path,
      cause: error,
      hint: 'One is a folder and the other a file, or this file system does not tell upper from lower case, or accents.',
    },
  );
}
