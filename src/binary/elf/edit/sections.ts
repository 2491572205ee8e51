/** Has section headers follow what moved. */
import { SHF, SHT } from '../constants.ts';
import type { ElfDynamic } from '../dynamic.ts';
import type { ElfFile } from '../elf-file.ts';
import type { StringTable } from '../strings.ts';
import { writeSection } from './header-table.ts';
import type { Layout } from './lay-out.ts';
import type { PatchBuilder } from './patch-builder.ts';

/** Writes the headers of the sections that are elsewhere now, or of another size. */
export function moveSections(
  elf: ElfFile,
  dynamic: ElfDynamic & { readonly strings: StringTable },
  {
    layout,
    stringBytes,
    patch,
  }: { readonly layout: Layout; readonly stringBytes: number; readonly patch: PatchBuilder },
): void {
  const { strings, block } = layout;
  for (const section of elf.sections) {
    if ((section.flags & SHF.ALLOC) === 0) continue;
    const { type, offset } = section;
    if (type === SHT.STRTAB && offset === dynamic.strings.range.offset && strings !== undefined)
      writeSection(patch, section, { ...strings, size: stringBytes });
    if (type === SHT.DYNAMIC && layout.dynamic !== undefined)
      writeSection(patch, section, layout.dynamic);
    if (block === undefined || type === SHT.NOBITS) continue;
    const inside = offset - block.from.offset;
    if (inside < 0 || inside >= block.from.length || section.size === 0) continue;
    writeSection(patch, section, {
      offset: block.to.offset + inside,
      address: block.to.address + inside,
    });
  }
}
