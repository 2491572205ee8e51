import { hex } from '../../support/byte-reader.ts';
import { SHT } from './constants.ts';
import type { ElfCursor } from './cursor.ts';
import { sectionHeaderSize, type ElfHeader } from './header.ts';
import type { ElfImage } from './image.ts';
import { StringTable } from './strings.ts';

/** One section header. */
export interface ElfSection {
  readonly index: number;
  /** Empty when the section names could not be read. */
  readonly name: string;
  /** sh_type */
  readonly type: number;
  /** sh_flags */
  readonly flags: number;
  readonly address: number;
  readonly offset: number;
  /** sh_size; for SHT_NOBITS none of it is in the file. */
  readonly size: number;
  readonly link: number;
  readonly info: number;
  readonly alignment: number;
  readonly entrySize: number;
  /** File offset of this section header. */
  readonly headerOffset: number;
}

/**
 * All section headers, in their order with the empty first one; none when the file has none or their table is
 * damaged, which is a fault and no error: what a loader does never depends on them.
 */
export function readSections(image: ElfImage, header: ElfHeader): ElfSection[] {
  if (header.sectionHeaders.count === 0) return [];
  const cursor = image.log.attempt('sections', undefined, () => openTable(image, header));
  if (cursor === undefined) return [];
  const names = image.log.attempt('sections', undefined, () => openNames(image, header, cursor));
  cursor.seek(0, 'section header table');
  const sections: ElfSection[] = [];
  for (let index = 0; index < header.sectionHeaders.count; index += 1) {
    sections.push(readSection(image, { index, header, cursor, names }));
  }
  checkSections(image, sections);
  return sections;
}

function openTable(image: ElfImage, header: ElfHeader): ElfCursor {
  const { offset, entrySize, count } = header.sectionHeaders;
  const size = sectionHeaderSize(image.layout);
  if (entrySize !== size) {
    throw image.error(
      'elf/bad-section-headers',
      `e_shentsize is ${entrySize}; in a ${header.class}-bit file it must be ${size}.`,
      image.layout.is64 ? 58 : 46,
    );
  }
  return image.cursor(offset, count * size, 'section header table');
}

interface SectionSource {
  readonly index: number;
  readonly header: ElfHeader;
  /** Stands at the section header to be read. */
  readonly cursor: ElfCursor;
  readonly names: StringTable | undefined;
}

function readSection(image: ElfImage, source: SectionSource): ElfSection {
  const { index, cursor, names } = source;
  const { offset, entrySize } = source.header.sectionHeaders;
  const nameIndex = cursor.u32('sh_name');
  return {
    index,
    name:
      names === undefined
        ? ''
        : image.log.attempt('sections', '', () => names.at(nameIndex, `name of section ${index}`)),
    type: cursor.u32('sh_type'),
    flags: cursor.word('sh_flags'),
    address: cursor.word('sh_addr'),
    offset: cursor.word('sh_offset'),
    size: cursor.word('sh_size'),
    link: cursor.u32('sh_link'),
    info: cursor.u32('sh_info'),
    alignment: cursor.word('sh_addralign'),
    entrySize: cursor.word('sh_entsize'),
    headerOffset: offset + index * entrySize,
  };
}

function openNames(image: ElfImage, header: ElfHeader, cursor: ElfCursor): StringTable | undefined {
  const { sectionNameIndex: index } = header;
  const { count, entrySize } = header.sectionHeaders;
  if (index === 0) return undefined;
  if (index < count) {
    cursor.seek(index * entrySize, 'header of the section names');
    const section = readSection(image, { index, header, cursor, names: undefined });
    if (section.type === SHT.STRTAB) return new StringTable(image, section, 'section name table');
  }
  throw image.error(
    'elf/bad-section-headers',
    `The section names should be in section ${index} of ${count}, which is not a string table.`,
    image.layout.is64 ? 62 : 50,
  );
}

function checkSections(image: ElfImage, sections: readonly ElfSection[]): void {
  for (const section of sections) {
    if (section.type === SHT.NOBITS || section.type === SHT.NULL || section.size === 0) continue;
    if (section.offset + section.size <= image.size) continue;
    image.log.add('sections', 'elf/section-past-end', {
      message: `Section ${section.index} (${section.name}) ends at ${hex(section.offset + section.size)}, but the file at ${hex(image.size)}.`,
      evidence: `offset ${hex(section.headerOffset)}`,
    });
  }
}
