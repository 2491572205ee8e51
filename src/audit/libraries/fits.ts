/** Whether a loader takes a file that it comes upon, or goes on searching. */
import type { ElfAbi } from '../../binary/elf/index.ts';
import type { Libc } from '../../platform/index.ts';
import type { ElfFacts, NativeFacts } from '../facts.ts';

/** What a library is to be loaded with. */
export interface Fitting {
  readonly elf: Pick<ElfFacts, 'class' | 'byteOrder' | 'abi'>;
  readonly architecture: string;
  readonly libc: Libc;
}

/**
 * True for a shared library of the same class, byte order, processor, calling convention and libc. Loaders pass over
 * files of another kind and search on (glibc's elf_machine_matches_host); that of another libc is passed over here,
 * where a loader would take it and fail.
 */
export function fits(found: NativeFacts, wanted: Fitting): boolean {
  const { elf, loadable, arch } = found;
  if (elf === undefined || !loadable || elf.kind === 'executable') return false;
  return (
    elf.class === wanted.elf.class &&
    elf.byteOrder === wanted.elf.byteOrder &&
    processorOf(arch) === processorOf(wanted.architecture) &&
    sameConvention(elf.abi, wanted.elf.abi) &&
    (elf.libc === undefined || elf.libc === wanted.libc)
  );
}

/** Which Arm a file is for is its calling convention's to say, and a library may leave that open. */
function processorOf(architecture: string | undefined): string | undefined {
  return architecture !== undefined && /^armv\d/.test(architecture) ? 'arm' : architecture;
}

/** What e_flags of one file leaves open fits either way. */
function sameConvention(left: ElfAbi | undefined, right: ElfAbi | undefined): boolean {
  if (left === undefined || right === undefined) return left === right;
  if (left.kind === 'arm' && right.kind === 'arm')
    return left.eabi === right.eabi && agree(left.float, right.float);
  if (left.kind === 'riscv' && right.kind === 'riscv')
    return left.float === right.float && left.rve === right.rve;
  if (left.kind === 'loongarch' && right.kind === 'loongarch') return agree(left.base, right.base);
  if (left.kind === 'mips' && right.kind === 'mips')
    return left.abi === right.abi && left.nan2008 === right.nan2008;
  if (left.kind === 'ppc64' && right.kind === 'ppc64')
    return agree(left.version || undefined, right.version || undefined);
  return left.kind === right.kind;
}

function agree<Value>(left: Value | undefined, right: Value | undefined): boolean {
  return left === undefined || right === undefined || left === right;
}
