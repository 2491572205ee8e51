/** Which wheels this machine's own libraries are for. */
import type { Libc } from '../../platform/index.ts';
import { WheelworksError } from '../../support/errors.ts';
import { readNativeFile } from '../../wheel/index.ts';
import { libcOf } from '../libc.ts';

/** What programs of this machine are. */
export interface HostFacts {
  readonly architecture: string;
  readonly libc: Libc;
}

/**
 * What a program that runs here says of the machine: its processor, and the libc it was linked against. Undefined for
 * what is no Linux program, is linked to no libc, or cannot be read.
 * @param executable any program that this machine runs, such as the one that runs this code
 */
export async function detectHost(executable: string): Promise<HostFacts | undefined> {
  try {
    return await readNativeFile(executable, ({ elf }): HostFacts | undefined => {
      const libc = elf === undefined ? undefined : libcOf(elf);
      return elf === undefined || libc === undefined
        ? undefined
        : { architecture: elf.machine.name, libc };
    });
  } catch (error) {
    if (error instanceof WheelworksError) return undefined;
    throw error;
  }
}

/** Whether libraries of this machine serve a file of that kind. */
export function servesHost(host: HostFacts | undefined, wanted: HostFacts): boolean {
  return (
    host !== undefined && host.architecture === wanted.architecture && host.libc === wanted.libc
  );
}
