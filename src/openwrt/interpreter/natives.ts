/** The native files of an interpreter: stripped, and what they need of other packages. */
import { contentOf, type TreeFile } from '../../archive/tree/index.ts';
import { detectBinary } from '../../binary/detect.ts';
import { applyPatch, planStrip, readElf } from '../../binary/elf/index.ts';
import table from './data/libraries.json' with { type: 'json' };

export interface NativeFile {
  readonly file: TreeFile;
  /** DT_NEEDED, without the interpreter's own library. */
  readonly needed: readonly string[];
}

/**
 * A file without debug sections and the linker's symbols; undefined for what is no ELF file.
 * @throws WheelworksError `elf/*`, `file/*`.
 */
export async function stripNative(path: string, entry: TreeFile): Promise<NativeFile | undefined> {
  const bytes = await contentOf(entry);
  if (detectBinary(bytes) !== 'elf') return undefined;
  const elf = readElf(bytes, { path });
  const stripped = applyPatch(bytes, planStrip(elf));
  return {
    file: { ...entry, size: stripped.length, content: { bytes: stripped } },
    needed: elf.needed.filter((name) => !name.startsWith('libpython')),
  };
}

/** A library that modules are linked to, as a package; `none` when the C library has it. */
export type LibraryPackage =
  | { readonly kind: 'package'; readonly name: string }
  | { readonly kind: 'none' }
  | { readonly kind: 'unknown' };

/** The package of a library: `libz.so.1` is in zlib; data/libraries.json. */
export function packageOfLibrary(soname: string): LibraryPackage {
  const name = LIBRARIES.get(soname.replace(/\.so(?:\..*)?$/, '')) ?? byPrefix(soname);
  if (name === undefined) return { kind: 'unknown' };
  return name === C_LIBRARY ? { kind: 'none' } : { kind: 'package', name };
}

/** Names of packages that exist for a library: whether they are needed shows in the files. */
export const libraryPackages: ReadonlySet<string> = new Set(
  Object.values(table.libraries).filter((name) => name !== null),
);

const C_LIBRARY = '';
const LIBRARIES = new Map(
  Object.entries(table.libraries).map(([stem, name]) => [stem, name ?? C_LIBRARY]),
);

/** Names that end in a dash stand for all that begin so: `ld-linux-aarch64.so.1`. */
function byPrefix(soname: string): string | undefined {
  const prefix = [...LIBRARIES.keys()].find((each) => /[-]$/.test(each) && soname.startsWith(each));
  return prefix === undefined ? undefined : LIBRARIES.get(prefix);
}
