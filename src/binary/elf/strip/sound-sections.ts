/** Whether sections can be taken out of a file: what overlaps or is damaged had better stay. */
import { hex } from '../../../support/byte-reader.ts';
import { WheelworksError } from '../../../support/errors.ts';
import { SHT } from '../constants.ts';
import type { ElfFile } from '../elf-file.ts';

/**
 * Refuses a file whose section headers overlap or are damaged.
 * @throws WheelworksError `elf/strip-damaged`.
 */
export function requireSound(elf: ElfFile): void {
  const fault = elf.faults.find(
    ({ part }) => part === 'sections' || part === 'segments' || part === 'header',
  );
  if (fault !== undefined) throw damaged(elf, fault.message);
  if (elf.sections.length >= SHN_LORESERVE)
    throw damaged(elf, `there are ${elf.sections.length} of them`);
  const ordered = elf.sections
    .filter(({ type, size }) => type !== SHT.NULL && type !== SHT.NOBITS && size > 0)
    .sort((left, right) => left.offset - right.offset);
  for (const [index, section] of ordered.entries()) {
    const next = ordered[index + 1];
    if (next !== undefined && section.offset + section.size > next.offset)
      throw damaged(elf, `${section.name} and ${next.name} overlap at ${hex(next.offset)}`);
  }
}

/** From here on counts are in section header 0. */
const SHN_LORESERVE = 0xff00;

/** The refusal, with its reason. */
export function damaged(elf: ElfFile, what: string): WheelworksError {
  return new WheelworksError(
    'elf/strip-damaged',
    `The file cannot be stripped by its section headers: ${what}.`,
    {
      ...(elf.path === undefined ? {} : { path: elf.path }),
      hint: 'Leave it as it is, or build it again.',
    },
  );
}
