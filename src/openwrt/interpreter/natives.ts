/** The native files of an interpreter: stripped, without search paths of the machine that built them, and the libraries that they need. */
import { contentOf, type TreeFile } from '../../archive/tree/index.ts';
import { detectBinary } from '../../binary/detect.ts';
import { applyPatch, planStrip, readElf } from '../../binary/elf/index.ts';
import { dropBuildPaths, readSoundElf, type DroppedPaths } from '../native/index.ts';

export interface NativeFile {
  readonly file: TreeFile;
  /** DT_NEEDED, without the C library's. */
  readonly needed: readonly string[];
  readonly dropped: DroppedPaths | undefined;
}

/**
 * A file without debug sections and the linker's symbols; undefined for what is no ELF file.
 * @param folders of the whole interpreter
 * @throws WheelworksError `openwrt/damaged-file`, `elf/*`, `file/*`.
 */
export async function stripNative(
  path: string,
  entry: TreeFile,
  folders: ReadonlySet<string>,
): Promise<NativeFile | undefined> {
  const bytes = await contentOf(entry);
  if (detectBinary(bytes) !== 'elf') return undefined;
  const elf = readSoundElf(bytes, path);
  const stripped = applyPatch(bytes, planStrip(elf));
  const without = dropBuildPaths(readElf(stripped, { path }), stripped, { path, folders });
  const { bytes: made } = without ?? { bytes: stripped };
  return {
    file: { ...entry, size: made.length, content: { bytes: made } },
    dropped: without?.dropped,
    needed: elf.needed.filter((name) => !OF_LIBC.test(name)),
  };
}

/** What every system has: its loader, and the parts of glibc, which are one in musl. */
const OF_LIBC = /^ld-|^lib(?:c|m|dl|util|pthread|rt|crypt)\.(?:so|musl-)/;
