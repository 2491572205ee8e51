import type { FileTree } from '../../archive/tree/index.ts';
import { contentOf } from '../../archive/tree/index.ts';
import { readElf } from '../../binary/elf/index.ts';
import { WheelworksError } from '../../support/errors.ts';

/** A library that a native file of the package wants from outside of it. */
export interface NeededLibrary {
  /** The file that wants it. */
  readonly path: string;
  /** As NEEDED has it. */
  readonly library: string;
}

const ELF_MAGIC = Buffer.from([0x7f, 0x45, 0x4c, 0x46]);

/**
 * The libraries that the native files of a tree need and that the tree does not carry itself, sorted by name; each with the
 * first file that wants it. What is no ELF file, or a damaged one, needs nothing: others judge it.
 * @throws WheelworksError `file/*`.
 */
export async function neededLibraries(tree: FileTree): Promise<readonly NeededLibrary[]> {
  const carried = new Set<string>();
  const wanted = new Map<string, string>();
  for (const [path, file] of tree.files()) {
    if (file.size < ELF_MAGIC.length) continue;
    if (!/\.so(?:\.|$)/.test(path) && (file.mode & 0o111) === 0) continue;
    const bytes = await contentOf(file);
    if (!ELF_MAGIC.equals(bytes.subarray(0, ELF_MAGIC.length))) continue;
    const linking = linkingOf(bytes, path);
    carried.add(linking?.soname ?? path.slice(path.lastIndexOf('/') + 1));
    for (const library of linking?.needed ?? [])
      if (!wanted.has(library)) wanted.set(library, path);
  }
  return [...wanted]
    .filter(([library]) => !carried.has(library))
    .map(([library, path]) => ({ path, library }))
    .sort((one, other) => (one.library < other.library ? -1 : 1));
}

function linkingOf(
  bytes: Uint8Array,
  path: string,
): { readonly needed: readonly string[]; readonly soname: string | undefined } | undefined {
  try {
    return readElf(bytes, { path });
  } catch (error) {
    if (error instanceof WheelworksError && error.code.startsWith('elf/')) return undefined;
    throw error;
  }
}
