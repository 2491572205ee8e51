import { SHF, SHT } from './constants.ts';
import type { ElfImage } from './image.ts';
import type { ElfSection } from './sections.ts';

/** What a file carries that running it does not need. All of it is known from section headers only. */
export interface ElfDebugInfo {
  /** DWARF in `.debug_*` or `.zdebug_*`; undefined without. */
  readonly dwarf: { readonly size: number; readonly compressed: boolean } | undefined;
  /** Bytes of `.symtab` and its strings; undefined when the file is stripped of them. */
  readonly symbolTableSize: number | undefined;
  /** `.gnu_debugdata`: a small compressed symbol table that survives stripping. */
  readonly miniDebugSize: number | undefined;
  /** `.gnu_debuglink`: the file name of separate debug information. */
  readonly debugLink: { readonly file: string; readonly crc: number } | undefined;
  /** `.gnu_debugaltlink`: the file name of shared debug information, as dwz makes it. */
  readonly debugAltLink: string | undefined;
  /** The file is itself separate debug information: its loaded sections are empty. */
  readonly separate: boolean;
  /** `.comment`: the compilers that took part. */
  readonly producers: readonly string[];
}

/** Comments and links take tens of bytes; a forged one must not cost its size. */
const MOST_TEXT = 65_536;

/** Sums up the sections that debuggers want; damaged ones are faults. */
export function readDebugInfo(image: ElfImage, sections: readonly ElfSection[]): ElfDebugInfo {
  const named = (name: string): ElfSection | undefined =>
    sections.find((section) => section.name === name && section.type !== SHT.NOBITS);
  const altLink = named('.gnu_debugaltlink');
  return {
    dwarf: sumDwarf(sections),
    symbolTableSize: symbolTableSize(sections),
    miniDebugSize: named('.gnu_debugdata')?.size,
    debugLink: readDebugLink(image, named('.gnu_debuglink')),
    debugAltLink: altLink === undefined ? undefined : readTexts(image, altLink)[0],
    separate: isSeparate(sections),
    producers: readProducers(image, named('.comment')),
  };
}

function sumDwarf(sections: readonly ElfSection[]): ElfDebugInfo['dwarf'] {
  const dwarf = sections.filter(
    ({ name, type }) => type !== SHT.NOBITS && /^\.z?debug_/.test(name),
  );
  if (dwarf.length === 0) return undefined;
  return {
    size: dwarf.reduce((sum, section) => sum + section.size, 0),
    compressed: dwarf.some(
      ({ name, flags }) => name.startsWith('.z') || (flags & SHF.COMPRESSED) !== 0,
    ),
  };
}

function symbolTableSize(sections: readonly ElfSection[]): number | undefined {
  const table = sections.find((section) => section.type === SHT.SYMTAB);
  if (table === undefined) return undefined;
  return table.size + (sections[table.link]?.size ?? 0);
}

/** objcopy --only-keep-debug turns every loaded section but the notes into SHT_NOBITS. */
function isSeparate(sections: readonly ElfSection[]): boolean {
  const loaded = sections.filter(
    ({ flags, type }) => (flags & SHF.ALLOC) !== 0 && type !== SHT.NOTE,
  );
  return loaded.length > 0 && loaded.every(({ type }) => type === SHT.NOBITS);
}

/** A file name, padding to 4 bytes, and the CRC of that file in the file's byte order. */
function readDebugLink(
  image: ElfImage,
  section: ElfSection | undefined,
): ElfDebugInfo['debugLink'] {
  if (section === undefined) return undefined;
  return image.log.attempt('debug', undefined, () => {
    const file = readTexts(image, section)[0] ?? '';
    const crc = image.cursor(section.offset + section.size - 4, 4, '.gnu_debuglink CRC');
    return { file, crc: crc.u32('.gnu_debuglink CRC') };
  });
}

function readProducers(image: ElfImage, section: ElfSection | undefined): string[] {
  if (section === undefined) return [];
  return [...new Set(readTexts(image, section).filter((text) => text !== ''))];
}

function readTexts(image: ElfImage, section: ElfSection): string[] {
  return image.log.attempt('debug', [], () => {
    const bytes = image.range(section.offset, Math.min(section.size, MOST_TEXT), section.name);
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      .toString('utf8')
      .split('\0');
  });
}
