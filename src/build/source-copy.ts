/** A clean copy of the sources for one build. */
import { constants } from 'node:fs';
import { copyFile, mkdir, symlink, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileError, systemErrorCode } from '../support/errors.ts';
import { mapParallel } from '../support/parallel.ts';
import { borrowObjects } from './git-directory.ts';
import type { SourceEntry } from './source-entry.ts';

/** Files copied at once. */
const COPIERS = 8;

/**
 * Copies sources into an empty folder, times included, since build systems compare them.
 * @throws WheelworksError `file/*` for a file that went away or cannot be read, and for a full disk.
 */
export async function copySources(entries: readonly SourceEntry[], target: string): Promise<void> {
  const folders = new Set(
    entries.map(({ kind, path }) => (kind === 'folder' ? path : dirname(path))),
  );
  for (const folder of [...folders].sort()) {
    const path = join(target, folder);
    await mkdir(path, { recursive: true }).catch((error: unknown) => {
      throw fileError(error, path);
    });
  }
  await mapParallel(entries, COPIERS, async (entry) => copyEntry(entry, join(target, entry.path)));
}

async function copyEntry(entry: SourceEntry, to: string): Promise<void> {
  try {
    switch (entry.kind) {
      case 'file':
        // Copy-on-write where the file system has it: a copy of a large tree then costs next to nothing.
        await copyFile(entry.content, to, constants.COPYFILE_FICLONE);
        await utimes(to, entry.modified, entry.modified);
        break;
      case 'link':
        await symlink(entry.target, to);
        break;
      case 'git-objects':
        await borrowObjects(entry.store, to);
        break;
      case 'folder':
        break;
    }
  } catch (error) {
    const isSource = entry.kind === 'file' && SOURCE_ERRORS.has(systemErrorCode(error) ?? '');
    throw fileError(error, isSource ? entry.content : to);
  }
}

/** Of a copy in a folder of our own only the original can be missing or forbidden. */
const SOURCE_ERRORS = new Set(['ENOENT', 'EACCES', 'EPERM', 'EISDIR']);
