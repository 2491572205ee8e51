/** Puts a store in order before it is used: what an end in the middle left is removed, what is there is verified. */
import { mkdir, readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileError } from '../../support/errors.ts';
import { hashFile } from '../../support/hash.ts';
import { defaultJobs, mapParallel } from '../../support/parallel.ts';
import type { StoredFile } from '../state.ts';
import type { StoreLayout } from './layout.ts';

/** Makes the folders and empties what is unfinished. */
export async function prepareFolders(layout: StoreLayout): Promise<void> {
  try {
    await rm(layout.incoming, { recursive: true, force: true });
    for (const folder of [layout.incoming, layout.contents, layout.snapshots])
      await mkdir(folder, { recursive: true });
  } catch (error) {
    throw fileError(error, layout.contents);
  }
}

/** Removes contents that no fact names: of uploads that ended before their fact was written. */
export async function removeOrphans(
  layout: StoreLayout,
  named: ReadonlySet<string>,
): Promise<number> {
  const paths = await contentPaths(layout);
  const orphans = paths.filter((path) => !named.has(digestOf(path)));
  for (const path of orphans) await rm(path, { force: true });
  return orphans.length;
}

async function contentPaths(layout: StoreLayout): Promise<readonly string[]> {
  const entries = await readdir(layout.contents, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

function digestOf(path: string): string {
  return basename(path).split('.', 1)[0] ?? '';
}

/** Files whose bytes, or whose METADATA's, are gone or are others than were taken: somebody has been at the folder. */
export async function damagedFiles(
  layout: StoreLayout,
  files: readonly StoredFile[],
): Promise<readonly StoredFile[]> {
  const verdicts = await mapParallel(files, defaultJobs(), async (file) => {
    const digests = await hashFile(layout.content(file.sha256)).catch(() => undefined);
    if (digests?.sha256 !== file.sha256 || digests.size !== file.size) return [file];
    if (file.metadataSha256 === undefined) return [];
    const metadata = await hashFile(layout.metadata(file.sha256)).catch(() => undefined);
    return metadata?.sha256 === file.metadataSha256 ? [] : [file];
  });
  return verdicts.flat();
}
