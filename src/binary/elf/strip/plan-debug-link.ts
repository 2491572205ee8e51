/**
 * Names in a stripped file the file that has its debug information, for debuggers that do not find it by the build id.
 *
 * Specification: GDB manual, "Separate Debug Files": `.gnu_debuglink` holds the file's name, zeros up to a multiple of four,
 * and the CRC-32 of its content in the byte order of the file.
 */
import { PatchBuilder } from '../edit/patch-builder.ts';
import type { ElfFile } from '../elf-file.ts';
import type { ElfPatch } from '../patch.ts';
import { damaged } from './sound-sections.ts';

const NAME = '.gnu_debuglink';

/** What is named. */
export interface DebugLink {
  /** A file name without folders. */
  readonly file: string;
  /** CRC-32 of its content. */
  readonly crc: number;
}

/**
 * What adds the link: a section behind everything else, with the section names and headers anew behind it. A file that has a
 * link already stays as it is.
 * @throws WheelworksError `elf/strip-damaged` for a file without section names.
 */
export function planDebugLink(elf: ElfFile, { file, crc }: DebugLink): ElfPatch {
  const { header, sections, bytes } = elf;
  if (sections.some(({ name }) => name === NAME)) return { size: bytes.size, writes: [] };
  const names = sections[header.sectionNameIndex];
  if (names === undefined) throw damaged(elf, 'the section names are missing');
  const layout = { is64: elf.class === 64, littleEndian: elf.byteOrder === 'little' };
  const { is64 } = layout;
  const patch = new PatchBuilder(bytes, layout);
  const { entrySize, offset: oldTable } = header.sectionHeaders;

  const link = align(bytes.size, 4);
  const text = Buffer.from(`${file}\0`, 'utf8');
  const crcAt = align(text.length, 4);
  patch.put(link, text);
  patch.u32(link + crcAt, crc);

  const nameTable = link + crcAt + 4;
  patch.put(nameTable, bytes.range(names.offset, names.size, 'section names'));
  patch.put(nameTable + names.size, Buffer.from(`${NAME}\0`, 'utf8'));
  const nameTableSize = names.size + NAME.length + 1;

  const table = align(nameTable + nameTableSize, 8);
  const headers = bytes.range(oldTable, sections.length * entrySize, 'section headers');
  patch.put(table, headers);
  const namesAt = table + names.index * entrySize;
  patch.word(namesAt + (is64 ? 24 : 16), nameTable);
  patch.word(namesAt + (is64 ? 32 : 20), nameTableSize);
  const own = table + sections.length * entrySize;
  patch.clear(own, entrySize);
  patch.u32(own, names.size);
  patch.u32(own + 4, SHT_PROGBITS);
  patch.word(own + (is64 ? 24 : 16), link);
  patch.word(own + (is64 ? 32 : 20), crcAt + 4);
  patch.word(own + (is64 ? 48 : 32), 4);

  patch.word(is64 ? 40 : 32, table);
  patch.u16(is64 ? 60 : 48, sections.length + 1);
  return patch.finish();
}

const SHT_PROGBITS = 1;

function align(offset: number, step: number): number {
  return Math.ceil(offset / step) * step;
}
