/**
 * The file that a debugger reads beside a stripped one: debug sections, symbols and notes; of everything that is loaded only
 * the headers, so that addresses are those of the stripped file.
 *
 * Specification: gABI "Sections", "Program header"; GNU `objcopy --only-keep-debug` and elfutils for what debuggers expect:
 * each section keeps its index, what is loaded is SHT_NOBITS, notes (and with them the build id) stay.
 */
import { PT, SHF, SHT } from '../constants.ts';
import { PatchBuilder } from '../edit/patch-builder.ts';
import type { ElfBytes } from '../bytes.ts';
import type { ElfFile } from '../elf-file.ts';
import type { ElfPatch, PatchWrite } from '../patch.ts';
import type { ElfSection } from '../sections.ts';
import type { ElfSegment } from '../segments.ts';
import { requireSound } from './sound-sections.ts';

/** A range of the old file, and where it goes; all in bytes. */
export interface ElfCopy {
  readonly from: number;
  readonly to: number;
  readonly size: number;
}

/** What makes the debug file of a file: large sections are copied without being held in memory. Elsewhere are zeros. */
export interface ElfDebugFile extends ElfPatch {
  /** Ascending; done before the writes. */
  readonly copies: readonly ElfCopy[];
}

/**
 * What makes the debug file; undefined for a file without debug sections, for one that is itself a debug file, and for object
 * files.
 * @throws WheelworksError `elf/strip-damaged` when section headers cannot be relied on.
 */
export function planDebugFile(elf: ElfFile): ElfDebugFile | undefined {
  const { header, sections, debug } = elf;
  if (debug.dwarf === undefined || debug.separate) return undefined;
  if (elf.kind === 'relocatable' || header.type === 1) return undefined;
  requireSound(elf);
  const placed = placeSections(elf);
  const layout = { is64: elf.class === 64, littleEndian: elf.byteOrder === 'little' };
  const file = new PatchBuilder(NOTHING, layout);
  file.put(0, elf.bytes.range(0, header.size, 'ELF header'));
  const { programHeaders, sectionHeaders } = header;
  const tableSize = programHeaders.count * programHeaders.entrySize;
  if (tableSize > 0)
    file.put(
      programHeaders.offset,
      elf.bytes.range(programHeaders.offset, tableSize, 'program header table'),
    );
  for (const segment of elf.segments) writeSegment(file, segment, placed);
  for (const section of sections) {
    const at = placed.headers + section.index * sectionHeaders.entrySize;
    file.put(at, elf.bytes.range(section.headerOffset, sectionHeaders.entrySize, 'section header'));
    const offset = placed.offsets.get(section.index);
    if (offset === undefined) continue;
    if (!isKept(section)) file.u32(at + 4, SHT.NOBITS);
    file.word(at + (layout.is64 ? 24 : 16), offset);
  }
  file.word(layout.is64 ? 40 : 32, placed.headers);
  const copies = sections.flatMap((section) => {
    const to = placed.offsets.get(section.index);
    return to === undefined || !isKept(section) || section.size === 0
      ? []
      : [{ from: section.offset, to, size: section.size }];
  });
  return { ...file.finish(), copies };
}

/** The file of a plan, for one in memory. */
export function debugFileBytes(bytes: ElfBytes, plan: ElfDebugFile): Uint8Array {
  const made = new Uint8Array(plan.size);
  for (const { from, to, size } of plan.copies) made.set(bytes.range(from, size, 'section'), to);
  for (const { offset, bytes: written } of plan.writes satisfies readonly PatchWrite[])
    made.set(written, offset);
  return made;
}

const NOTHING: ElfBytes = { size: 0, range: () => new Uint8Array(0) };

interface Placed {
  /** By section index; none of SHT_NULL. */
  readonly offsets: ReadonlyMap<number, number>;
  /** Offset of the section headers. */
  readonly headers: number;
  readonly sections: readonly ElfSection[];
}

function isKept({ type, flags }: ElfSection): boolean {
  return type === SHT.NOTE || (type !== SHT.NOBITS && (flags & SHF.ALLOC) === 0);
}

/** Behind the program headers, in the order in which they are in the file. */
function placeSections({ header, sections }: ElfFile): Placed {
  const { offset, count, entrySize } = header.programHeaders;
  let end = Math.max(header.size, offset + count * entrySize);
  const offsets = new Map<number, number>();
  const inOrder = sections
    .filter(({ type }) => type !== SHT.NULL)
    .toSorted((left, right) => left.offset - right.offset || left.index - right.index);
  for (const section of inOrder) {
    if (!isKept(section)) {
      offsets.set(section.index, end);
      continue;
    }
    end = align(end, section.alignment);
    offsets.set(section.index, end);
    end += section.size;
  }
  return { offsets, headers: align(end, 8), sections };
}

function align(offset: number, alignment: number): number {
  const step = Math.max(1, alignment);
  return Math.ceil(offset / step) * step;
}

/** Addresses stay; of what is in the file, notes that lie in it as they lay before. */
function writeSegment(
  file: PatchBuilder,
  { type, offset, address, alignment, fileSize, headerOffset }: ElfSegment,
  { offsets, sections }: Placed,
): void {
  const { is64 } = file.layout;
  if (type === PT_PHDR) return;
  const inside = sections.filter(
    (section) =>
      section.type === SHT.NOTE &&
      section.size > 0 &&
      section.offset >= offset &&
      section.offset + section.size <= offset + fileSize,
  );
  const moves = new Set(
    inside.map((section) => (offsets.get(section.index) ?? 0) - section.offset),
  );
  const [move] = moves;
  const isWhole = type === PT.NOTE && moves.size === 1 && move !== undefined;
  // Of something to be loaded, offset and address must agree in their place on a page, also where nothing is in the file.
  const nothing = alignment > 1 ? address % alignment : 0;
  file.word(headerOffset + (is64 ? 8 : 4), isWhole ? offset + move : nothing);
  if (!isWhole) file.word(headerOffset + (is64 ? 32 : 16), 0);
}

const PT_PHDR = 6;
