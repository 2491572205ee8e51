import { hex } from '../../support/byte-reader.ts';
import type { ElfAbi } from './abi.ts';
import { MACHINES, type MachineFacts } from './data/machines.ts';
import type { ElfHeader } from './header.ts';

/** The processor a file is for. */
export interface ElfMachine {
  /** e_machine */
  readonly number: number;
  /**
   * The name that platform tags use: `x86_64`, `i686`, `aarch64`, `armv7l`, `ppc64le`, `s390x`, `riscv64`,
   * `loongarch64`. Arm files that no armv7l system takes are `arm`; numbers the table does not have are
   * `machine-0x1234`.
   */
  readonly name: string;
  /** Bytes; segments aligned to it load on every kernel of this processor. 64 KiB where unknown. */
  readonly pageSize: number;
}

const BY_NUMBER: ReadonlyMap<number, MachineFacts> = new Map(
  MACHINES.map((facts) => [facts.number, facts]),
);

/** Names the processor of a file by its header and decoded flags. */
export function describeMachine(header: ElfHeader, abi: ElfAbi | undefined): ElfMachine {
  const { machine: number } = header;
  const facts = BY_NUMBER.get(number);
  if (facts === undefined) return { number, name: `machine-${hex(number)}`, pageSize: 65_536 };
  const order = header.byteOrder === 'little' ? 'le' : 'be';
  const named = facts.names[`${order}${header.class}`] ?? `machine-${hex(number)}`;
  // PEP 600's arch armv7l is little-endian EABI 5 with floating point arguments in registers.
  const isArmv7 = named === 'arm' && abi?.kind === 'arm' && abi.eabi === 5 && abi.float === 'hard';
  return { number, name: isArmv7 ? 'armv7l' : named, pageSize: facts.pageSize };
}
