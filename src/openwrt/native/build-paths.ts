/** Folders of the machine that built a file, which its loader would look into on the device. */
import { posix } from 'node:path';
import type { FileTree } from '../../archive/tree/index.ts';
import { applyPatch, planElfEdit, readElf, type ElfFile } from '../../binary/elf/index.ts';
import { WheelworksError } from '../../support/errors.ts';
import type { Finding } from '../../support/finding.ts';

/** What became of the search path of a file. */
export interface DroppedPaths {
  readonly path: string;
  /** Entries that name nothing on the device, as the file has them. */
  readonly entries: readonly string[];
  /** Whether they are gone, or the file could not be changed. */
  readonly isGone: boolean;
}

/** All folders that something of a tree lies in, without a slash in front. */
export function foldersOf(tree: FileTree): ReadonlySet<string> {
  const folders = new Set<string>();
  for (const [path] of tree.entries())
    for (let at = posix.dirname(path); at !== '.' && !folders.has(at); at = posix.dirname(at))
      folders.add(at);
  return folders;
}

/**
 * Takes out of a file's DT_RUNPATH and DT_RPATH what names nothing on the device: absolute folders that are neither in the
 * package nor where a device has libraries, and paths from wherever a program happens to be started. `$ORIGIN` stays.
 * @param folders of the package, as `foldersOf` gives them
 * @returns the bytes to write, and what was found; undefined for a file with nothing of the kind
 */
export function dropBuildPaths(
  elf: ElfFile,
  bytes: Uint8Array,
  { path, folders }: { readonly path: string; readonly folders: ReadonlySet<string> },
): { readonly bytes: Uint8Array; readonly dropped: DroppedPaths } | undefined {
  const isKept = (entry: string): boolean => isOfDevice(entry, folders);
  const entries = [...new Set([...elf.rpath, ...elf.runpath])].filter((each) => !isKept(each));
  if (entries.length === 0) return undefined;
  try {
    const patch = planElfEdit(elf, [
      { kind: 'rpath', entries: elf.rpath.filter(isKept) },
      { kind: 'runpath', entries: elf.runpath.filter(isKept) },
    ]);
    const edited = applyPatch(bytes, patch);
    readElf(edited, { path });
    return { bytes: edited, dropped: { path, entries, isGone: true } };
  } catch (error) {
    if (!(error instanceof WheelworksError)) throw error;
    return { bytes, dropped: { path, entries, isGone: false } };
  }
}

/** Where packages of the feed have libraries. */
const LIBRARIES = /^\/(?:usr\/)?lib(?:\/|$)/;
/** Debian's folders of one architecture, which no device has. */
const MULTIARCH = /^\/(?:usr\/)?lib\/[\w]+-linux-\w+(?:\/|$)/;

function isOfDevice(entry: string, folders: ReadonlySet<string>): boolean {
  if (/^\$(?:ORIGIN|\{ORIGIN\})(?:\/|$)/.test(entry)) return true;
  if (!entry.startsWith('/')) return false;
  const folder = posix.resolve(entry);
  return folders.has(folder.slice(1)) || (LIBRARIES.test(folder) && !MULTIARCH.test(folder));
}

/** One finding for each path and what became of it: all modules of an interpreter have the same. */
export function buildPathFindings(all: readonly DroppedPaths[]): Finding[] {
  const groups = new Map<string, { entry: string; isGone: boolean; files: string[] }>();
  for (const { path, entries, isGone } of all)
    for (const entry of entries) {
      const key = `${isGone ? 'gone' : 'there'} ${entry}`;
      const group = groups.get(key) ?? { entry, isGone, files: [] };
      group.files.push(path);
      groups.set(key, group);
    }
  return [...groups.values()].map(({ entry, isGone, files }): Finding => {
    const count = files.length === 1 ? 'A file looks' : `${files.length} files look`;
    const where = entry === '' ? 'the folder that they are started in' : entry;
    return {
      code: 'openwrt/build-path',
      severity: isGone ? 'info' : 'warning',
      effect: 'advice',
      message: `${count} for libraries in ${where}, which is of the machine that built ${files.length === 1 ? 'it' : 'them'}${isGone ? '; the entry is taken out' : ''}.`,
      path: files[0] ?? '',
      evidence: [
        ...files.slice(0, MOST_SHOWN),
        ...(files.length > MOST_SHOWN ? [`and ${files.length - MOST_SHOWN} more`] : []),
      ].join(', '),
      ...(isGone
        ? {}
        : {
            hint: 'The entry could not be taken out. Remove it with `patchelf --remove-rpath`, or build without -Wl,-rpath (configure --disable-rpath, CMAKE_SKIP_INSTALL_RPATH).',
          }),
    };
  });
}

const MOST_SHOWN = 5;
