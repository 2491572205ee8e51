/** The native files of a tree, whatever their names, read and held to the target's processor. */
import { contentOf, type FileTree } from '../../archive/tree/index.ts';
import { loadFault, readElf, type ElfFile } from '../../binary/elf/index.ts';
import { WheelworksError } from '../../support/errors.ts';
import { machineMisfit } from './machine.ts';
import { adviceFor, type DeviceTarget } from './wheel-fits.ts';

/** A native file at its place on the device. */
export interface TreeElf {
  readonly path: string;
  readonly elf: ElfFile;
}

/** @throws WheelworksError as {@link readSoundElf}, `file/*`. */
export async function elfFilesOf(tree: FileTree): Promise<readonly TreeElf[]> {
  const found: TreeElf[] = [];
  for (const [path, file] of tree.files()) {
    if (file.size < MAGIC.length) continue;
    const bytes = await contentOf(file);
    if (MAGIC.equals(bytes.subarray(0, MAGIC.length)))
      found.push({ path, elf: readSoundElf(bytes, path) });
  }
  return found;
}

const MAGIC = Buffer.from([0x7f, 0x45, 0x4c, 0x46]);

/**
 * A native file that a loader can read: one that was cut off still has a header that fits.
 * @param path at its place on the device
 * @throws WheelworksError `openwrt/damaged-file`, and `elf/*` for one that cannot be read at all.
 */
export function readSoundElf(bytes: Uint8Array, path: string): ElfFile {
  const elf = readElf(bytes, { path });
  const fault = loadFault(elf);
  if (fault === undefined) return elf;
  throw new WheelworksError('openwrt/damaged-file', `${path} is damaged, and cannot be loaded.`, {
    path,
    evidence: [fault.message, fault.evidence ?? ''].join('\n').trim(),
    hint: `The file may be cut off: get or build it again. Where nothing needs it, leave it out with a line of a filespec: -|/${path}`,
  });
}

/** Why a file does not run on the target. */
interface Misfit {
  readonly code: 'openwrt/wrong-machine' | 'openwrt/glibc-file';
  readonly message: string;
  readonly path: string;
  readonly evidence: string;
}

/**
 * Holds each to class, byte order, machine and, on Arm, the way of floating point arguments: a file name promises them,
 * the header has them.
 * @param isForAny whether the distribution promises to be for every processor: then such files are programs that it brings
 * @throws WheelworksError `openwrt/wrong-machine`, `openwrt/glibc-file`.
 */
export function requireMachine(
  files: readonly TreeElf[],
  target: DeviceTarget,
  isForAny: boolean,
): void {
  const misfits = files.map((file) => misfitOf(file, target)).filter((each) => each !== undefined);
  const [first] = misfits;
  if (first === undefined) return;
  throw new WheelworksError(first.code, first.message, {
    path: first.path,
    evidence: first.evidence,
    hint: isForAny
      ? `The wheel is for every processor, so it may do without: leave ${misfits.length === 1 ? 'it' : 'them'} out with a filespec.\n${['+|/', ...misfits.map(({ path }) => `-|/${path}`)].join('\n')}`
      : adviceFor(target),
  });
}

function misfitOf({ path, elf }: TreeElf, { architecture }: DeviceTarget): Misfit | undefined {
  const evidence = machineMisfit(elf, architecture);
  if (evidence !== undefined)
    return {
      code: 'openwrt/wrong-machine',
      message: `${path} is for another processor than ${architecture.name}.`,
      path,
      evidence,
    };
  const foreign = elf.needed.find((needed) => GLIBC.test(needed));
  if (foreign === undefined) return undefined;
  return {
    code: 'openwrt/glibc-file',
    message: `${path} is linked with glibc.`,
    path,
    evidence: `NEEDED ${foreign}`,
  };
}

/** Libraries by names that only glibc gives them. */
const GLIBC = /^(?:libc\.so\.6|ld-linux.*\.so\.\d|lib(?:m|dl|rt|util|pthread|resolv)\.so\.\d)$/;
