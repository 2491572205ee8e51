/** Distributions on this machine. */
import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileError } from '../../support/errors.ts';
import { isDistributionName, type FoundFile, type SourceResult } from './found-file.ts';

/** One file that was named. */
export function foundAt(path: string): FoundFile {
  return { filename: basename(path), place: { kind: 'local', path }, told: {} };
}

/**
 * Every wheel and sdist below a folder, by path. Hidden files and folders are left out, and links to folders are not
 * followed, which could lead round.
 * @throws WheelworksError `file/*`.
 */
export async function readDirectory(folder: string): Promise<SourceResult> {
  const files: FoundFile[] = [];
  const pending = [folder];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const current = next;
    for (const entry of await entriesOf(current)) {
      if (entry.name.startsWith('.')) continue;
      const path = join(current, entry.name);
      if (entry.isDirectory()) pending.push(path);
      else if (isDistributionName(entry.name)) files.push(foundAt(path));
    }
  }
  const byPath = (file: FoundFile): string => (file.place.kind === 'local' ? file.place.path : '');
  return {
    files: files.sort((left, right) => (byPath(left) < byPath(right) ? -1 : 1)),
    passedOver: [],
  };
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  return readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    throw fileError(error, folder);
  });
}
