/**
 * Takes out of a file what running it does not need: debug sections and the symbols of the linker, as `layout.ts` says.
 *
 * Specification: gABI "Sections"; GNU strip `--strip-all`.
 */
import { SHT } from '../constants.ts';
import { PatchBuilder } from '../edit/patch-builder.ts';
import type { ElfFile } from '../elf-file.ts';
import type { ElfPatch } from '../patch.ts';
import type { ElfSection } from '../sections.ts';
import { layOutStrip, type StripLayout } from './layout.ts';

/**
 * What makes the stripped file of a file; nothing for one without section headers, and for object files, which would
 * lose what they are linked by.
 * @throws WheelworksError `elf/strip-damaged` when section headers cannot be relied on.
 */
export function planStrip(elf: ElfFile): ElfPatch {
  const layout = layOutStrip(elf);
  if (layout === undefined) return { size: elf.bytes.size, writes: [] };
  const { removed, names, table, loadedEnd, placed, size } = layout;
  const isLittle = elf.byteOrder === 'little';
  const patch = new PatchBuilder(elf.bytes, { is64: elf.class === 64, littleEndian: isLittle });
  for (const section of removed) clearHole(section, loadedEnd, patch);
  for (const { section, offset } of placed.moved)
    if (section === names) patch.put(offset, table.bytes);
    else patch.put(offset, elf.bytes.range(section.offset, section.size, section.name));
  writeHeaders(elf, layout, patch);
  patch.resize(size);
  return patch.finish();
}

function clearHole(
  { type, offset, size }: ElfSection,
  loadedEnd: number,
  patch: PatchBuilder,
): void {
  if (type === SHT.NOBITS || offset >= loadedEnd) return;
  patch.clear(offset, Math.min(size, loadedEnd - offset));
}

function writeHeaders(
  elf: ElfFile,
  { kept, removed, names, table, placed }: StripLayout,
  patch: PatchBuilder,
): void {
  const { is64 } = patch.layout;
  const { offset: oldTable, count, entrySize } = elf.header.sectionHeaders;
  if (oldTable < placed.end && placed.headers === oldTable)
    patch.clear(oldTable, count * entrySize);
  const indexes = new Map(kept.map((section, index) => [section.index, index]));
  const places = new Map(placed.moved.map(({ section, offset }) => [section, offset]));
  for (const [index, section] of kept.entries()) {
    const at = placed.headers + index * entrySize;
    if (removed.has(section)) {
      patch.clear(at, entrySize);
      continue;
    }
    patch.put(at, elf.bytes.range(section.headerOffset, entrySize, 'section header'));
    patch.u32(at, table.indexes.get(section.name) ?? 0);
    const offset = places.get(section);
    if (offset !== undefined) patch.word(at + (is64 ? 24 : 16), offset);
    if (section === names) patch.word(at + (is64 ? 32 : 20), table.bytes.length);
    patch.u32(at + (is64 ? 40 : 24), indexes.get(section.link) ?? 0);
    if ((section.flags & SHF_INFO_LINK) !== 0)
      patch.u32(at + (is64 ? 44 : 28), indexes.get(section.info) ?? 0);
  }
  patch.word(is64 ? 40 : 32, placed.headers);
  patch.u16(is64 ? 60 : 48, kept.length);
  patch.u16(is64 ? 62 : 50, indexes.get(names.index) ?? 0);
}

const SHF_INFO_LINK = 0x40;
