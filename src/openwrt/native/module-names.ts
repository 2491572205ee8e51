/** Names of extension modules: those that the target's Python looks for. */
import type { FileTree } from '../../archive/tree/index.ts';
import type { OpenWrtRelease } from '../targets/index.ts';

const FULL_NAME = /^(.*\/)?([^/.]+)\.cpython-(\d+)([a-z]*)-([a-z0-9_]+)-linux-([a-z0-9]+)\.so$/;

/** Releases whose Python was patched to look for modules without a platform in their names. */
const PATCHED = new Set(['18.06', '19.07']);

/**
 * Renames the modules of a tree whose names the target's Python does not look for. Since 3.11 a Python on musl looks for
 * `.cpython-313-x86_64-linux-musl.so`, as wheels have it; older ones did not tell the C library apart and named it gnu, so
 * that such a module gets the name without a platform, which every Python looks for. Those of 18.06 and 19.07 look for
 * `.cpython-37.so`.
 * @returns the tree, and old and new paths
 */
export function renameModules(
  tree: FileTree,
  release: OpenWrtRelease,
): { tree: FileTree; renamed: ReadonlyMap<string, string> } {
  const renamed = new Map<string, string>();
  for (const [path] of tree.files()) {
    const match = FULL_NAME.exec(path);
    if (match === null) continue;
    const [, folder = '', name = '', version = '', , , libc = ''] = match;
    if (PATCHED.has(release.name)) renamed.set(path, `${folder}${name}.cpython-${version}.so`);
    else if (libc !== 'musl' || Number(release.python.minor.split('.')[1]) < 11)
      renamed.set(path, `${folder}${name}.so`);
  }
  if (renamed.size === 0) return { tree, renamed };
  const copy = tree.clone();
  for (const [from, to] of renamed) {
    const entry = copy.get(from);
    copy.delete(from);
    if (entry !== undefined) copy.set(to, entry);
  }
  return { tree: copy, renamed };
}
