import { WheelworksError } from '../../support/errors.ts';
import type { ElfBytes } from './bytes.ts';
import { PN_XNUM, SHN } from './constants.ts';
import type { ElfLayout } from './cursor.ts';
import { ElfImage } from './image.ts';

/** Where a table of headers is. */
export interface ElfHeaderTable {
  readonly offset: number;
  readonly entrySize: number;
  /** Entries, after extended numbering. */
  readonly count: number;
}

/** The ELF header, gABI chapter 2. */
export interface ElfHeader {
  readonly class: 32 | 64;
  readonly byteOrder: 'little' | 'big';
  /** EI_OSABI: 0 System V, 3 GNU (IFUNC or unique symbols are used), 9 FreeBSD, 97 old ARM. */
  readonly osAbi: number;
  readonly abiVersion: number;
  /** e_type: 1 relocatable, 2 executable, 3 shared object, 4 core. */
  readonly type: number;
  readonly machine: number;
  readonly version: number;
  readonly entry: number;
  readonly flags: number;
  /** e_ehsize: bytes of this header. */
  readonly size: number;
  readonly programHeaders: ElfHeaderTable;
  readonly sectionHeaders: ElfHeaderTable;
  /** Index of the section that holds the section names; 0 for none. */
  readonly sectionNameIndex: number;
}

const MAGIC = 0x7f454c46;
const IDENT_SIZE = 16;

/**
 * Reads e_ident, which decides how everything else is written.
 * @throws WheelworksError `elf/not-elf`, `elf/truncated`, `elf/bad-ident`.
 */
export function openImage(bytes: ElfBytes, path: string | undefined): ElfImage {
  const details = path === undefined ? {} : { path };
  if (bytes.size < 4 || readMagic(bytes) !== MAGIC)
    throw new WheelworksError('elf/not-elf', 'This is not an ELF file.', details);
  const unknown = new ElfImage(bytes, { is64: false, littleEndian: true }, path);
  const ident = unknown.cursor(0, IDENT_SIZE, 'e_ident');
  ident.skip(4, 'EI_MAG');
  const fileClass = ident.u8('EI_CLASS');
  const data = ident.u8('EI_DATA');
  if ((fileClass !== 1 && fileClass !== 2) || (data !== 1 && data !== 2)) {
    throw unknown.error(
      'elf/bad-ident',
      `The ELF class is ${fileClass} and the data encoding ${data}; both must be 1 or 2.`,
      4,
    );
  }
  return new ElfImage(bytes, { is64: fileClass === 2, littleEndian: data === 1 }, path);
}

function readMagic(bytes: ElfBytes): number {
  const magic = bytes.range(0, 4, 'ELF magic');
  return new DataView(magic.buffer, magic.byteOffset, 4).getUint32(0);
}

/**
 * Reads the ELF header and, where a count does not fit it, section header 0 (gABI "Extended numbering").
 * @throws WheelworksError `elf/truncated` when the file ends inside the header.
 */
export function readHeader(image: ElfImage): ElfHeader {
  const { is64, littleEndian } = image.layout;
  const ident = image.range(0, IDENT_SIZE, 'e_ident');
  const cursor = image.cursor(0, is64 ? 64 : 52, 'ELF header').skip(IDENT_SIZE, 'e_ident');
  const written = {
    type: cursor.u16('e_type'),
    machine: cursor.u16('e_machine'),
    version: cursor.u32('e_version'),
    entry: cursor.word('e_entry'),
    phoff: cursor.word('e_phoff'),
    shoff: cursor.word('e_shoff'),
    flags: cursor.u32('e_flags'),
    ehsize: cursor.u16('e_ehsize'),
    phentsize: cursor.u16('e_phentsize'),
    phnum: cursor.u16('e_phnum'),
    shentsize: cursor.u16('e_shentsize'),
    shnum: cursor.u16('e_shnum'),
    shstrndx: cursor.u16('e_shstrndx'),
  };
  const extended = readExtended(image, written);
  return {
    class: is64 ? 64 : 32,
    byteOrder: littleEndian ? 'little' : 'big',
    osAbi: ident[7] ?? 0,
    abiVersion: ident[8] ?? 0,
    type: written.type,
    machine: written.machine,
    version: written.version,
    entry: written.entry,
    flags: written.flags,
    size: written.ehsize,
    programHeaders: {
      offset: written.phoff,
      entrySize: written.phentsize,
      count: extended.programHeaders,
    },
    sectionHeaders: {
      offset: written.shoff,
      entrySize: written.shentsize,
      count: written.shoff === 0 ? 0 : extended.sectionHeaders,
    },
    sectionNameIndex: extended.sectionNames,
  };
}

interface ExtendedNumbers {
  readonly programHeaders: number;
  readonly sectionHeaders: number;
  readonly sectionNames: number;
}

/**
 * The three counts that section header 0 holds when 16 bits do not suffice. An unreadable section header 0 leaves the
 * small numbers: a file without section headers may be complete, and the program header table is checked anyway.
 */
function readExtended(
  image: ElfImage,
  written: { phnum: number; shnum: number; shstrndx: number; shoff: number },
): ExtendedNumbers {
  const { phnum, shnum, shstrndx, shoff } = written;
  const plain = { programHeaders: phnum, sectionHeaders: shnum, sectionNames: shstrndx };
  const isExtended = phnum === PN_XNUM || shnum === 0 || shstrndx === SHN.XINDEX;
  if (!isExtended || shoff === 0) return plain;
  return image.log.attempt('sections', plain, () => {
    const first = readSectionZero(image, shoff);
    return {
      // Before PN_XNUM was defined, 65,535 program headers were just that, and sh_info was 0.
      programHeaders: phnum === PN_XNUM && first.info !== 0 ? first.info : phnum,
      sectionHeaders: shnum === 0 ? first.size : shnum,
      sectionNames: shstrndx === SHN.XINDEX ? first.link : shstrndx,
    };
  });
}

function readSectionZero(
  image: ElfImage,
  offset: number,
): { size: number; link: number; info: number } {
  const cursor = image.cursor(offset, sectionHeaderSize(image.layout), 'section header 0');
  cursor.skip(image.layout.is64 ? 32 : 20, 'sh_name to sh_offset');
  return {
    size: cursor.word('sh_size'),
    link: cursor.u32('sh_link'),
    info: cursor.u32('sh_info'),
  };
}

/** Bytes of one section header. */
export function sectionHeaderSize(layout: ElfLayout): number {
  return layout.is64 ? 64 : 40;
}

/** Bytes of one program header. */
export function programHeaderSize(layout: ElfLayout): number {
  return layout.is64 ? 56 : 32;
}
