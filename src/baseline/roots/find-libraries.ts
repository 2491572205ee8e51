import type { RootView } from '../../distro/index.ts';

/** A library of a root that a loader may find. */
export interface FoundLibrary {
  /** The name it is found by; musl's loader, which is its libc, is found as `libc.so`. */
  readonly soname: string;
  /** Where the name stands. */
  readonly path: string;
  /** The file behind the links. */
  readonly realPath: string;
}

/** Folders that loaders search without configuration, in their order; each may have folders for architectures in it. */
const FOLDERS = ['/lib', '/usr/lib', '/lib64', '/usr/lib64', '/lib32', '/usr/lib32'];

/** Debian's multiarch folders (`x86_64-linux-gnu`) and RISC-V's folders for calling conventions (`lp64d`). */
const ARCHITECTURE_FOLDER = /^[a-z0-9_]+-linux-[a-z0-9_]+$|^i?lp(?:32|64)[a-z]*$/;

const MUSL_LOADER = /^ld-musl-[\w.-]+\.so\.1$/;

/** glibc's loaders, from `ld-linux-x86-64.so.2` to the `ld.so.1` of LoongArch's old world and of 32-bit s390. */
const GLIBC_LOADER = /^ld-linux[\w.-]*\.so\.\d+$|^ld64\.so\.[12]$|^ld\.so\.1$/;

/** glibc's C library. */
export const GLIBC_LIBC = 'libc.so.6';

/** What musl's one library is called in the tables. */
export const MUSL_LIBC = 'libc.so';

/** Whether a file name is that of a program loader of glibc. */
export function isGlibcLoader(name: string): boolean {
  return GLIBC_LOADER.test(name);
}

/**
 * The libraries of some names, the C libraries and the loaders, in the order of the search. A name comes once for each different file that
 * answers to it: those of other architectures lie beside each other.
 * @throws WheelworksError `distro/link-loop`, `file/*`.
 */
export async function findLibraries(
  root: RootView,
  wanted: ReadonlySet<string>,
): Promise<readonly FoundLibrary[]> {
  const found: FoundLibrary[] = [];
  const known = new Set<string>();
  for (const folder of await searchedFolders(root)) {
    for (const name of await root.list(folder)) {
      const soname = MUSL_LOADER.test(name) ? MUSL_LIBC : name;
      // The libc.so of a glibc system is a script for linkers.
      const isWanted =
        soname !== name ||
        name === GLIBC_LIBC ||
        isGlibcLoader(name) ||
        (wanted.has(name) && name !== MUSL_LIBC);
      if (!isWanted) continue;
      const path = `${folder}/${name}`;
      const entry = await root.resolve(path);
      if (entry === undefined || known.has(`${soname} ${entry.path}`)) continue;
      known.add(`${soname} ${entry.path}`);
      found.push({ soname, path, realPath: entry.path });
    }
  }
  return found;
}

async function searchedFolders(root: RootView): Promise<readonly string[]> {
  const folders: string[] = [];
  const known = new Set<string>();
  for (const folder of FOLDERS) {
    const names = await root.list(folder);
    const inner = names.filter((name) => ARCHITECTURE_FOLDER.test(name));
    for (const place of [...inner.map((name) => `${folder}/${name}`), folder]) {
      const entry = await root.resolve(place);
      if (entry?.kind !== 'folder' || known.has(entry.path)) continue;
      known.add(entry.path);
      folders.push(place);
    }
  }
  return folders;
}
