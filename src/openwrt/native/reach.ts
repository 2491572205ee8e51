/** Libraries that a package brings itself: found as musl's loader finds them. */
import { posix } from 'node:path';
import type { TreeElf } from './elf-files.ts';

/**
 * The libraries that each file needs and that the package has, by the paths that the loader is told. musl searches the
 * paths of a library and of everything that led to it, so that those of any file of the package count for all.
 * @returns the names that are found in the package
 */
export function ownLibraries(files: readonly TreeElf[]): ReadonlySet<string> {
  const folders = new Set(
    files.flatMap(({ path, elf }) =>
      (elf.runpath.length > 0 ? elf.runpath : elf.rpath).map((each) => folderOf(each, path)),
    ),
  );
  return new Set(
    files.flatMap(({ path }) => (folders.has(posix.dirname(path)) ? [posix.basename(path)] : [])),
  );
}

function folderOf(entry: string, path: string): string {
  const origin = `/${posix.dirname(path)}`;
  const absolute = entry.replace(/\$ORIGIN|\$\{ORIGIN\}/g, origin);
  return posix.resolve('/', absolute).slice(1);
}
