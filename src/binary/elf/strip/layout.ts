/**
 * What stripping takes out of a file and where the rest lies afterwards, decided from headers alone.
 *
 * Everything that is loaded stays where it is, at its offset and at its index among the sections. What is kept of the
 * rest (comments, links to debug files, attributes) is packed behind it, and the section headers after that. Sections in
 * between, as in files whose editor put a segment behind them, leave zeros.
 *
 * Specification: gABI "Sections", "Special sections"; GNU strip for what `--strip-all` keeps.
 */
import { PT, SHF, SHT } from '../constants.ts';
import type { ElfFile } from '../elf-file.ts';
import { sectionHeaderSize } from '../header.ts';
import type { ElfSection } from '../sections.ts';
import { damaged, requireSound } from './sound-sections.ts';

/** A file as it is going to be without what running it does not need. */
export interface StripLayout {
  /** Bytes of the stripped file. */
  readonly size: number;
  readonly removed: ReadonlySet<ElfSection>;
  readonly kept: readonly ElfSection[];
  /** The section of the section names. */
  readonly names: ElfSection;
  readonly table: NameTable;
  /** Up to here nothing moves. */
  readonly loadedEnd: number;
  readonly placed: Placed;
}

/**
 * Lays a stripped file out; undefined where nothing can go: in files without section headers, and in object files,
 * which would lose what they are linked by.
 * @throws WheelworksError `elf/strip-damaged` when section headers cannot be relied on.
 */
export function layOutStrip(elf: ElfFile): StripLayout | undefined {
  const { sections, header } = elf;
  if (sections.length === 0 || elf.kind === 'relocatable' || header.type === 1) return undefined;
  requireSound(elf);
  const removed = new Set(sections.filter((section) => isRemoved(elf, section)));
  if (removed.size === 0) return undefined;
  const names = sections[header.sectionNameIndex];
  if (names === undefined || names.type !== SHT.STRTAB)
    throw damaged(elf, 'the section names are missing');
  const loadedEnd = endOfLoaded(elf);
  const kept = keptSections(sections, removed);
  const table = nameTable(kept);
  const placed = placeSections(elf, { kept, names, nameBytes: table.bytes.length, loadedEnd });
  // Shorter, unless something loaded lies behind.
  const size = Math.max(placed.end, loadedEnd);
  return { size, removed, kept, names, table, loadedEnd, placed };
}

/** What stripping saves, told without making the stripped file. */
export interface StripMeasure {
  /** Bytes of the stripped file: exactly those that {@link layOutStrip}'s file has. */
  readonly size: number;
  /** What goes, in the order of the sections. */
  readonly removed: readonly ElfSection[];
  /** Up to here the file stays as it is, but for zeros in place of what goes. */
  readonly loadedEnd: number;
}

/**
 * Measures a file that may be known by its headers alone; undefined where nothing can go.
 * @throws WheelworksError as {@link layOutStrip}.
 */
export function measureStrip(elf: ElfFile): StripMeasure | undefined {
  const layout = layOutStrip(elf);
  if (layout === undefined) return undefined;
  const { size, removed, loadedEnd } = layout;
  return { size, removed: [...removed], loadedEnd };
}

const DEBUG = /^\.(?:z?debug|gdb_index|stab|line$|gnu\.debuglto_|gnu_debugaltlink$)/;

/** A linked library needs no symbols but the dynamic ones; relocations for the linker are of sections that go. */
function isRemoved(elf: ElfFile, section: ElfSection): boolean {
  const { type, flags, name, index } = section;
  if (type === SHT.NULL || (flags & SHF.ALLOC) !== 0 || isLoaded(elf, section)) return false;
  if (index === elf.header.sectionNameIndex) return false;
  if (DEBUG.test(name) || type === SHT.SYMTAB || type === SHT_SYMTAB_SHNDX) return true;
  if (type === SHT.REL || type === SHT.RELA || type === SHT.CREL) return true;
  return (
    type === SHT.STRTAB &&
    elf.sections.every(({ link, type: user }) => link !== index || user === SHT.SYMTAB)
  );
}

const SHT_SYMTAB_SHNDX = 18;

function isLoaded(elf: ElfFile, { type, offset, size }: ElfSection): boolean {
  if (type === SHT.NOBITS || size === 0) return false;
  return elf.segments.some(
    (segment) =>
      segment.type === PT.LOAD &&
      offset < segment.offset + segment.fileSize &&
      offset + size > segment.offset,
  );
}

/** Up to here nothing moves. */
function endOfLoaded(elf: ElfFile): number {
  const { programHeaders } = elf.header;
  return Math.max(
    elf.header.size,
    programHeaders.offset + programHeaders.entrySize * programHeaders.count,
    ...elf.segments
      .filter(({ fileSize }) => fileSize > 0)
      .map(({ offset, fileSize }) => offset + fileSize),
    ...elf.sections
      .filter(({ type, flags }) => type !== SHT.NOBITS && (flags & SHF.ALLOC) !== 0)
      .map(({ offset, size }) => offset + size),
  );
}

/**
 * What stays, in order; a section that goes leaves an empty header where the index of a loaded one would change, which
 * symbols have.
 */
function keptSections(
  sections: readonly ElfSection[],
  removed: ReadonlySet<ElfSection>,
): readonly ElfSection[] {
  const lastLoaded = sections.findLastIndex(({ flags }) => (flags & SHF.ALLOC) !== 0);
  return sections.filter((section) => section.index <= lastLoaded || !removed.has(section));
}

/** Section names, and where each is among them. */
export interface NameTable {
  readonly bytes: Uint8Array;
  readonly indexes: ReadonlyMap<string, number>;
}

function nameTable(kept: readonly ElfSection[]): NameTable {
  const indexes = new Map([['', 0]]);
  let text = '\0';
  for (const { name } of kept) {
    if (indexes.has(name)) continue;
    indexes.set(name, Buffer.byteLength(text));
    text += `${name}\0`;
  }
  return { bytes: Buffer.from(text, 'utf8'), indexes };
}

/** Where what is not loaded lies afterwards. */
export interface Placed {
  readonly moved: readonly { readonly section: ElfSection; readonly offset: number }[];
  readonly headers: number;
  readonly end: number;
}

function placeSections(
  elf: ElfFile,
  {
    kept,
    names,
    nameBytes,
    loadedEnd,
  }: {
    readonly kept: readonly ElfSection[];
    readonly names: ElfSection;
    readonly nameBytes: number;
    readonly loadedEnd: number;
  },
): Placed {
  let end = loadedEnd;
  const moved: { section: ElfSection; offset: number }[] = [];
  const behind = kept
    .filter(
      ({ type, flags, offset }) =>
        type !== SHT.NOBITS &&
        type !== SHT.NULL &&
        (flags & SHF.ALLOC) === 0 &&
        offset >= loadedEnd,
    )
    .sort((left, right) => left.offset - right.offset);
  for (const section of behind) {
    const alignment = Math.max(1, section.alignment);
    end = Math.ceil(end / alignment) * alignment;
    moved.push({ section, offset: end });
    end += section === names ? nameBytes : section.size;
  }
  // Names in front of something loaded stay there; fewer of them fit.
  if (!behind.includes(names)) moved.push({ section: names, offset: names.offset });
  const headerBytes =
    kept.length * sectionHeaderSize({ is64: elf.class === 64, littleEndian: true });
  const old = elf.header.sectionHeaders.offset;
  if (old < loadedEnd) return { moved, headers: old, end };
  const headers = Math.ceil(end / 8) * 8;
  return { moved, headers, end: headers + headerBytes };
}
