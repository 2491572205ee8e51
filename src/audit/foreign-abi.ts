/** Files whose calling convention is not the one that the tags of their processor mean. */
import type { ElfAbi } from '../binary/elf/index.ts';
import {
  architectureFacts,
  platformArchitecture,
  type ArchitectureFacts,
} from '../platform/index.ts';
import type { NativeFacts } from './facts.ts';

/** A file that shares the processor with an architecture and not its calling convention. */
export interface ForeignAbi {
  /** What tags of the architecture mean: `lp64d`. */
  readonly expected: string;
  /** What the file's e_flags say. */
  readonly found: string;
  /** False when the file only leaves out what it should say: loaders take it, tools do not. */
  readonly certain: boolean;
}

/**
 * How a file differs from the calling convention of an architecture; undefined when it does not, or when it is for
 * another processor altogether.
 */
export function foreignAbi(
  { arch, elf }: NativeFacts,
  architecture: string,
): ForeignAbi | undefined {
  const facts = architectureFacts(architecture);
  if (facts?.abi === undefined || elf === undefined || arch === undefined) return undefined;
  if (!isSameProcessor(facts, arch, elf)) return undefined;
  const { class: width, byteOrder, abi } = elf;
  if (platformArchitecture({ machine: arch, class: width, byteOrder, abi }) !== undefined)
    return undefined;
  const certain = !(abi?.kind === 'arm' && abi.eabi === 5 && abi.float === undefined);
  return { expected: facts.abi.text, found: describeAbi(abi), certain };
}

/** The architecture whose files a tag's architecture shares: `armv7l` for `linux_armv6l`. */
export function fileArchitecture(architecture: string): string {
  return architectureFacts(architecture)?.sameFilesAs ?? architecture;
}

function isSameProcessor(
  facts: ArchitectureFacts,
  arch: string,
  elf: NonNullable<NativeFacts['elf']>,
): boolean {
  return (
    (arch === facts.elfName || arch === facts.name) &&
    elf.class === facts.class &&
    elf.byteOrder === facts.byteOrder
  );
}

function describeAbi(abi: ElfAbi | undefined): string {
  if (abi === undefined) return 'no e_flags';
  switch (abi.kind) {
    case 'arm':
      return `EABI ${abi.eabi}, ${ARM_FLOATS[abi.float ?? 'unsaid']}`;
    case 'riscv':
      return `${abi.float}-float${abi.rve ? ' with 16 registers' : ''}`;
    case 'loongarch':
      return abi.base ?? 'a reserved value';
    case 'ppc64':
      return `ELFv${abi.version}`;
    case 'mips':
    case 's390':
    default:
      return abi.kind;
  }
}

const ARM_FLOATS = {
  hard: 'floating-point arguments in registers',
  soft: 'floating-point arguments in core registers',
  unsaid: 'nothing about floating-point arguments',
} as const;
