/** A folder as a subject: an unpacked wheel, a build tree, the libraries of a package. */
import { readdir } from 'node:fs/promises';
import { fileError } from '../../support/errors.ts';
import type { FactsCache } from '../libraries/facts-cache.ts';
import type { Subject } from '../subject.ts';
import { describeDistInfo } from './described.ts';
import { readDiskFiles, realFolderOf } from './disk-files.ts';

/**
 * Reads every native file below a folder. Symbolic links are listed, and not followed into other folders. With one
 * `.dist-info` folder at its top it is an unpacked wheel: that has the tags and the RECORD.
 * @throws WheelworksError `file/not-a-directory`, `file/*` for a folder that may not be read.
 */
export async function folderSubject(path: string, facts: FactsCache): Promise<Subject> {
  const folder = await realFolderOf(path);
  const paths = await listFiles(folder);
  const files = await readDiskFiles(folder, paths, facts);
  const distInfo = soleDistInfoOf(paths);
  const described =
    distInfo === undefined ? undefined : await describeDistInfo(`${folder}/${distInfo}`);
  return {
    path,
    kind: 'folder',
    folder,
    name: described?.name,
    tags: described?.tags,
    archives: [],
    ...files,
    recorded: described?.recorded === undefined ? undefined : new Set(described.recorded),
    rootIsPurelib: described?.rootIsPurelib,
  };
}

/** Several would be an installed environment, whose files no one of them describes. */
function soleDistInfoOf(paths: readonly string[]): string | undefined {
  const found = new Set(paths.flatMap((path) => /^[^/]+\.dist-info(?=\/)/.exec(path)?.[0] ?? []));
  const [first, second] = found;
  return second === undefined ? first : undefined;
}

/** Every file and symbolic link below a folder, each folder's in the order of their names. */
async function listFiles(folder: string): Promise<readonly string[]> {
  const files: string[] = [];
  const pending = [''];
  for (let below = pending.pop(); below !== undefined; below = pending.pop()) {
    const place = below === '' ? folder : `${folder}/${below}`;
    const entries = await readdir(place, { withFileTypes: true }).catch((error: unknown) => {
      throw fileError(error, place);
    });
    for (const entry of entries) {
      const path = below === '' ? entry.name : `${below}/${entry.name}`;
      if (entry.isDirectory()) pending.push(path);
      else if (entry.isFile() || entry.isSymbolicLink()) files.push(path);
    }
  }
  return files.sort();
}
