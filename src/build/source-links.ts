/** Symbolic links among the sources: those that stay inside are copied as links, the others must not dangle in a copy. */
import { readlink, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { WheelworksError, fileError } from '../support/errors.ts';
import type { SourceEntry } from './source-entry.ts';

/**
 * How a link is copied. One that leads to a file outside the sources becomes a copy of that file; one that leads
 * nowhere stays as it is, since nothing can depend on it.
 * @throws WheelworksError `build/link-outside` for a link to a folder outside, `file/*`.
 */
export async function describeLink(root: string, path: string): Promise<SourceEntry> {
  const absolute = join(root, path);
  const target = await readlink(absolute).catch((error: unknown) => {
    throw fileError(error, absolute);
  });
  const aim = resolve(dirname(absolute), target);
  if (isInside(root, aim)) {
    // An absolute link would lead from the copy back into the original.
    const inside = isAbsolute(target) ? relative(dirname(absolute), aim) || '.' : target;
    return { kind: 'link', path, target: inside };
  }
  const found = await stat(absolute).catch(() => undefined);
  if (found?.isDirectory() === true) throw leadsOutside(absolute, path, target);
  if (found?.isFile() !== true) return { kind: 'link', path, target };
  const executable = (found.mode & 0o111) !== 0;
  return { kind: 'file', path, executable, modified: found.mtime, content: absolute };
}

/** Whether a path is a folder or something below it; both absolute. */
export function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

function leadsOutside(absolute: string, path: string, target: string): WheelworksError {
  return new WheelworksError(
    'build/link-outside',
    `${path} is a link to the folder ${target}, outside the sources that are copied.`,
    { path: absolute, hint: 'Give a folder that holds both with --source-root.' },
  );
}
