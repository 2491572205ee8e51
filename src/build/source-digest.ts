/** One digest over the sources, by which a later run knows that nothing changed. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { hashFile } from '../support/hash.ts';
import { mapParallel } from '../support/parallel.ts';
import { isInsideGit, versionState } from './git-directory.ts';
import type { SourceEntry, SourceListing } from './source-entry.ts';

/** Files read at once; hashing is bound by the disk. */
const READERS = 8;

/**
 * SHA-256 over paths, contents, link targets and whether a file is executable; times do not count. Of git repositories
 * counts what decides a version, so that neither a fetch nor a garbage collection changes it.
 * @throws WheelworksError `file/*` for a file that cannot be read.
 */
export async function digestSources(root: string, sources: SourceListing): Promise<string> {
  const counted = sources.entries.filter((entry) => !isInsideGit(entry.path));
  const lines = await mapParallel(counted, READERS, digestEntry);
  const states = await mapParallel(sources.repositories, READERS, async (folder) =>
    ['git', folder, await versionState(join(root, folder))].join('\0'),
  );
  const hash = createHash('sha256');
  for (const line of [...lines, ...states]) hash.update(`${line}\n`);
  return hash.digest('hex');
}

async function digestEntry(entry: SourceEntry): Promise<string> {
  switch (entry.kind) {
    case 'file': {
      const { sha256 } = await hashFile(entry.content);
      return [entry.executable ? 'executable' : 'file', entry.path, sha256].join('\0');
    }
    case 'link':
      return ['link', entry.path, entry.target].join('\0');
    case 'folder':
    case 'git-objects':
      return [entry.kind, entry.path].join('\0');
  }
}
