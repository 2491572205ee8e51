/**
 * An index in a folder. Every object is replaced by a rename, so that a reader gets the old one or the new one, never
 * half of either, and never nothing.
 */
import { constants, statSync } from 'node:fs';
import { copyFile, link, open, readFile, rename, rm, rmdir, unlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { writeBytesAtomic, writeFileAtomic } from '../../support/atomic-file.ts';
import { WheelworksError, fileError, systemErrorCode } from '../../support/errors.ts';
import { makeFolders } from '../../support/folders.ts';
import { hashFile } from '../../support/hash.ts';
import { temporaryBeside } from '../../support/temporary.ts';
import { bytesOf } from './object-bytes.ts';
import { formatManifest, parseManifest } from './manifest.ts';
import type { IndexObject, Manifest } from './objects.ts';
import { MANIFEST, type Target } from './target.ts';

const LOCK = '.wheelworks-index.lock';

/** How files come into the folder: copied, or as a second name of the same file where the file system allows it. */
export interface FolderTargetOptions {
  readonly link?: boolean;
}

/** A target in a folder, which is made when something is written. */
export function folderTarget(folder: string, options: FolderTargetOptions = {}): Target {
  const root = resolve(folder);
  const at = (path: string): string => join(root, ...path.split('/'));
  const made = new Set<string>();
  let parsed: { readonly text: string; readonly manifest: Manifest } | undefined;
  const makeFolderOf = async (path: string): Promise<void> => {
    const parent = dirname(path);
    if (made.has(parent)) return;
    await makeFolders(parent);
    made.add(parent);
  };
  return {
    name: folder,
    async lock() {
      await makeFolders(root);
      return lockFolder(join(root, LOCK));
    },
    async readManifest() {
      const path = at(MANIFEST);
      const text = await readFile(path, 'utf8').catch((error: unknown) => {
        if (systemErrorCode(error) === 'ENOENT' || systemErrorCode(error) === 'ENOTDIR')
          return undefined;
        throw fileError(error, path);
      });
      if (text === undefined) return new Map();
      // Asked for before the lock and with it: mostly it is the same.
      if (parsed?.text !== text) parsed = { text, manifest: parseManifest(text, path) };
      return parsed.manifest;
    },
    async sizes(paths) {
      const found = new Map<string, number>();
      // At once: a trip to the thread pool costs more than the look.
      for (const path of paths) {
        const stats = statSync(at(path), { throwIfNoEntry: false });
        if (stats !== undefined) found.set(path, stats.isFile() ? stats.size : -1);
      }
      return found;
    },
    holds: async ({ path, sha256, size }) => {
      const stats = statSync(at(path), { throwIfNoEntry: false });
      return (
        stats?.isFile() === true &&
        stats.size === size &&
        (await hashFile(at(path))).sha256 === sha256
      );
    },
    async put(object) {
      const path = at(object.path);
      await makeFolderOf(path);
      if (object.source.kind === 'file') await putFile(object.source.path, path, options);
      else {
        const bytes = await bytesOf(object);
        await writeBytesAtomic(path, bytes);
      }
      if (object.stage === 'file') await requireSame(path, object);
    },
    async remove(paths) {
      for (const path of paths) {
        await rm(at(path), { force: true }).catch((error: unknown) => {
          throw fileError(error, at(path));
        });
        await removeEmptyFolders(dirname(at(path)), root);
      }
    },
    async writeManifest(manifest) {
      const text = formatManifest(manifest);
      await makeFolders(root);
      await writeFileAtomic(at(MANIFEST), (handle) => handle.writeFile(text));
    },
  };
}

async function putFile(
  from: string,
  to: string,
  { link: links }: FolderTargetOptions,
): Promise<void> {
  if (links === true && (await tryLink(from, to))) return;
  await writeFileAtomic(to, async (_, temporary) => {
    await copyFile(from, temporary, constants.COPYFILE_FICLONE);
  }).catch((error: unknown) => {
    throw fileError(error, from);
  });
}

async function tryLink(from: string, to: string): Promise<boolean> {
  const temporary = temporaryBeside(to);
  try {
    await link(from, temporary);
  } catch {
    return false;
  }
  try {
    await rename(temporary, to);
  } finally {
    // Two names of one file are not renamed over each other (POSIX), and the temporary one would stay.
    await rm(temporary, { force: true });
  }
  return true;
}

/** A file that changed while it was copied would be offered with the digest of another. */
async function requireSame(path: string, { sha256, size }: IndexObject): Promise<void> {
  if (statSync(path).size === size && (await hashFile(path)).sha256 === sha256) return;
  await unlink(path);
  throw new WheelworksError('index/changed-meanwhile', `${path} changed while it was copied.`, {
    path,
    hint: 'Run the command again when nothing writes to the files.',
  });
}

async function removeEmptyFolders(folder: string, root: string): Promise<void> {
  for (let next = folder; next !== root && next.startsWith(root); next = dirname(next)) {
    try {
      await rmdir(next);
    } catch {
      return;
    }
  }
}

async function lockFolder(path: string): Promise<() => Promise<void>> {
  const owner = JSON.stringify({ pid: process.pid, host: hostname() });
  for (let attempt = 0; ; attempt += 1) {
    try {
      const handle = await open(path, 'wx');
      await handle.writeFile(owner);
      await handle.close();
      return () => rm(path, { force: true });
    } catch (error) {
      if (systemErrorCode(error) !== 'EEXIST') throw fileError(error, path);
    }
    const text = await readFile(path, 'utf8').catch(() => '');
    if (attempt > 0 || !isGone(text))
      throw new WheelworksError('index/locked', 'Another run is writing this index.', {
        path,
        evidence: text,
        hint: 'Wait for it. If none is running, remove the file.',
      });
    await rm(path, { force: true });
  }
}

/** Only of a process of this machine it can be told that it runs no more. */
function isGone(text: string): boolean {
  const [, pid, host] = /^\{"pid":(\d+),"host":"([^"]*)"\}$/.exec(text) ?? [];
  if (pid === undefined || host !== hostname()) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return systemErrorCode(error) === 'ESRCH';
  }
}
