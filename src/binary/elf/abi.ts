import { EM } from './constants.ts';
import type { ElfHeader } from './header.ts';

/** What e_flags says about the calling convention and instruction set, for processors that use it so. */
export type ElfAbi = ArmAbi | RiscvAbi | LoongArchAbi | MipsAbi | PpcAbi | S390Abi;

/** ELF for the Arm Architecture, "ELF Header". */
export interface ArmAbi {
  readonly kind: 'arm';
  /** EABI version; 5 is today's, 0 the old ABI. */
  readonly eabi: number;
  /** How floating point arguments are passed; undefined when the linker did not say. */
  readonly float: 'hard' | 'soft' | undefined;
  /** Code is little-endian though data is big-endian. */
  readonly be8: boolean;
}

/** RISC-V ELF psABI, "File Header". */
export interface RiscvAbi {
  readonly kind: 'riscv';
  readonly float: 'soft' | 'single' | 'double' | 'quad';
  /** Compressed instructions are used. */
  readonly rvc: boolean;
  /** The 16-register base. */
  readonly rve: boolean;
  /** Total store ordering is relied on. */
  readonly tso: boolean;
}

/** LoongArch ELF psABI, "e_flags". */
export interface LoongArchAbi {
  readonly kind: 'loongarch';
  /** Undefined for reserved values. */
  readonly float: 'soft' | 'single' | 'double' | undefined;
  /** `lp64d`, `ilp32s`; undefined for reserved values. */
  readonly base: string | undefined;
  /**
   * Bits 7:6. 1 is today's (new world) for sure; 0 is the old world's, but binutils before 2.40 wrote it too.
   */
  readonly objectAbi: number;
}

/** MIPS ABI supplement and binutils' include/elf/mips.h. */
export interface MipsAbi {
  readonly kind: 'mips';
  readonly abi: 'o32' | 'n32' | 'n64' | 'o64' | 'eabi32' | 'eabi64';
  /** `mips32r2`; undefined for vendors' own. */
  readonly isa: string | undefined;
  readonly nan2008: boolean;
  readonly fp64: boolean;
  readonly pic: boolean;
}

/** Power ELF V2 ABI: 1 is ELFv1 with function descriptors, 2 is ELFv2, 0 says nothing (in big-endian files ELFv1). */
export interface PpcAbi {
  readonly kind: 'ppc64';
  readonly version: number;
}

/** s390 ELF ABI: a 31-bit file that needs the upper halves of registers. */
export interface S390Abi {
  readonly kind: 's390';
  readonly highRegisters: boolean;
}

/** Decodes e_flags; undefined for processors that have no use for it, such as x86 and aarch64. */
export function decodeAbi(header: ElfHeader): ElfAbi | undefined {
  const { flags } = header;
  switch (header.machine) {
    case EM.ARM:
      return decodeArm(flags);
    case EM.RISCV:
      return decodeRiscv(flags);
    case EM.LOONGARCH:
      return decodeLoongArch(flags, header.class);
    case EM.MIPS:
    case EM.MIPS_RS3_LE:
      return decodeMips(flags, header.class);
    case EM.PPC64:
      return { kind: 'ppc64', version: flags & 3 };
    case EM.S390:
      return { kind: 's390', highRegisters: (flags & 1) !== 0 };
    default:
      return undefined;
  }
}

function decodeArm(flags: number): ArmAbi {
  const eabi = flags >>> 24;
  // Before EABI 5 the same bits meant the instructions used, not how arguments are passed.
  const float =
    eabi < 5
      ? undefined
      : (flags & 0x400) !== 0
        ? 'hard'
        : (flags & 0x200) !== 0
          ? 'soft'
          : undefined;
  return { kind: 'arm', eabi, float, be8: (flags & 0x00800000) !== 0 };
}

const RISCV_FLOATS = ['soft', 'single', 'double', 'quad'] as const;

function decodeRiscv(flags: number): RiscvAbi {
  return {
    kind: 'riscv',
    float: RISCV_FLOATS[(flags >>> 1) & 3] ?? 'soft',
    rvc: (flags & 1) !== 0,
    rve: (flags & 8) !== 0,
    tso: (flags & 16) !== 0,
  };
}

const LOONGARCH_FLOATS = [undefined, 'soft', 'single', 'double'] as const;
const LOONGARCH_SUFFIXES = { soft: 's', single: 'f', double: 'd' } as const;

function decodeLoongArch(flags: number, fileClass: 32 | 64): LoongArchAbi {
  const float = LOONGARCH_FLOATS[flags & 7];
  const width = fileClass === 64 ? 'lp64' : 'ilp32';
  return {
    kind: 'loongarch',
    float,
    base: float === undefined ? undefined : width + LOONGARCH_SUFFIXES[float],
    objectAbi: (flags >>> 6) & 3,
  };
}

const MIPS_ISAS: readonly string[] = [
  'mips1',
  'mips2',
  'mips3',
  'mips4',
  'mips5',
  'mips32',
  'mips64',
  'mips32r2',
  'mips64r2',
  'mips32r6',
  'mips64r6',
];

const MIPS_ABIS: ReadonlyMap<number, MipsAbi['abi']> = new Map([
  [0x1000, 'o32'],
  [0x2000, 'o64'],
  [0x3000, 'eabi32'],
  [0x4000, 'eabi64'],
]);

function decodeMips(flags: number, fileClass: 32 | 64): MipsAbi {
  const unnamed = fileClass === 64 ? 'n64' : (flags & 0x20) !== 0 ? 'n32' : 'o32';
  return {
    kind: 'mips',
    abi: MIPS_ABIS.get(flags & 0xf000) ?? unnamed,
    isa: MIPS_ISAS[flags >>> 28],
    nan2008: (flags & 0x400) !== 0,
    fp64: (flags & 0x200) !== 0,
    pic: (flags & 2) !== 0,
  };
}
