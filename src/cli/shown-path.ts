import { isAbsolute, relative, sep } from 'node:path';

/** A path for people: relative when it lies in the current folder, else as it is. */
export function shownPath(path: string, cwd: string): string {
  if (!isAbsolute(path)) return path;
  const way = relative(cwd, path);
  const isOutside = way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way);
  return isOutside || way === '' ? path : way;
}
