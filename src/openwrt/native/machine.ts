/** Whether a native file runs on the processor of a target, by its ELF header. */
import type { ElfFile } from '../../binary/elf/index.ts';
import type { OpenWrtArchitecture } from '../targets/index.ts';

/**
 * What the header of a file for another processor says, and what the target's would; undefined for one that fits. The
 * table has all architectures, also those that no wheels are for.
 */
export function machineMisfit(elf: ElfFile, architecture: OpenWrtArchitecture): string | undefined {
  const { bits, elf: wanted } = architecture;
  const fits =
    machineOf(elf) === wanted.machine &&
    elf.class === bits &&
    elf.byteOrder === wanted.byteOrder &&
    fitsFloat(elf, wanted.float) &&
    // Both have 32 bits, and neither calls the other.
    !(elf.abi?.kind === 'mips' && bits === 32 && elf.abi.abi === 'n32');
  if (fits) return undefined;
  const float = wanted.float === undefined ? '' : `, ${wanted.float} float`;
  return `ELF header: ${elf.class} bits, ${elf.byteOrder}-endian, ${elf.machine.name}${abiOf(elf)}; the target runs ${bits} bits, ${wanted.byteOrder}-endian, ${wanted.machine}${float}`;
}

/** `armv7l` is no machine of its own: the table says apart how floating point arguments are passed. */
function machineOf({ machine }: ElfFile): string {
  return machine.name === 'armv7l' ? 'arm' : machine.name;
}

function fitsFloat({ abi, kind }: ElfFile, wanted: 'hard' | 'soft' | undefined): boolean {
  // Only the linker writes it: object files say nothing.
  if (wanted === undefined || abi?.kind !== 'arm' || kind === 'relocatable') return true;
  return wanted === 'hard' ? abi.float === 'hard' && abi.eabi === 5 : abi.float !== 'hard';
}

function abiOf({ abi }: ElfFile): string {
  if (abi?.kind === 'arm') return `, ${abi.float ?? 'no'} float, EABI ${abi.eabi}`;
  return abi?.kind === 'mips' ? `, ${abi.abi}` : '';
}
