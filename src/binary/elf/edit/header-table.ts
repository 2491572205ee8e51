/** Writes program and section headers. Fields: gABI "Program header", "Section header". */
import { PF, PT } from '../constants.ts';
import type { ElfFile } from '../elf-file.ts';
import type { ElfSection } from '../sections.ts';
import type { ElfSegment } from '../segments.ts';
import type { PatchBuilder } from './patch-builder.ts';

/** A program header more; memory and file have the same size. */
export interface AddedSegment {
  readonly type: number;
  readonly flags: number;
  readonly offset: number;
  readonly address: number;
  readonly size: number;
  readonly alignment: number;
}

/** What becomes of the header of a segment that was there. */
export interface SegmentChange {
  readonly place?: { readonly offset: number; readonly address: number };
  readonly size?: number;
  readonly flags?: number;
}

/**
 * Writes the table of program headers: what was there as it was but for the changes, those for loading behind the
 * last that is loaded, as their addresses must ascend, others at the end. Headers of no use give up their place.
 */
export function writeProgramHeaders(
  elf: ElfFile,
  patch: PatchBuilder,
  table: {
    readonly offset: number;
    readonly address: number | undefined;
    readonly added: readonly AddedSegment[];
    readonly changes: ReadonlyMap<ElfSegment, SegmentChange>;
  },
): void {
  const { entrySize } = elf.header.programHeaders;
  const { is64 } = patch.layout;
  const headers = orderedHeaders(elf, table.added);
  let at = table.offset;
  for (const header of headers) {
    if ('index' in header) {
      patch.put(at, elf.bytes.range(header.headerOffset, entrySize, 'program header'));
      writeChange(patch, at, table.changes.get(header));
      if (header.type === PT.PHDR) {
        const place =
          table.address === undefined
            ? {}
            : { place: { offset: table.offset, address: table.address } };
        writeChange(patch, at, { ...place, size: headers.length * entrySize });
      }
    } else {
      patch.clear(at, entrySize);
      patch.u32(at, header.type);
      patch.word(at + (is64 ? 48 : 28), header.alignment);
      const { offset, address, size, flags } = header;
      writeChange(patch, at, { place: { offset, address }, size, flags });
    }
    at += entrySize;
  }
  patch.u16(is64 ? 56 : 44, headers.length);
  patch.word(is64 ? 32 : 28, table.offset);
}

/** How many more entries the table gets. */
export function growthOfTable(elf: ElfFile, added: number): number {
  return Math.max(0, added - elf.segments.filter((segment) => isDispensable(elf, segment)).length);
}

/**
 * Empty headers, and in a library the one that says where the table is: it is of use to the loader that a program
 * names, and GNU ld gives it to no library.
 */
function isDispensable(elf: ElfFile, { type }: ElfSegment): boolean {
  return (
    type === PT.NULL ||
    (type === PT.PHDR && elf.kind === 'shared-library' && elf.interpreter === undefined)
  );
}

function orderedHeaders(
  elf: ElfFile,
  added: readonly AddedSegment[],
): readonly (ElfSegment | AddedSegment)[] {
  let empty = added.length;
  const kept = elf.segments.filter((segment) => {
    if (!isDispensable(elf, segment) || empty === 0) return true;
    empty -= 1;
    return false;
  });
  const loads = added.filter(({ type }) => type === PT.LOAD);
  const others = added.filter(({ type }) => type !== PT.LOAD);
  const last = kept.findLastIndex(({ type }) => type === PT.LOAD);
  return [...kept.slice(0, last + 1), ...loads, ...kept.slice(last + 1), ...others];
}

function writeChange(patch: PatchBuilder, at: number, change: SegmentChange | undefined): void {
  if (change === undefined) return;
  const { is64 } = patch.layout;
  const { place, size, flags } = change;
  if (place !== undefined) {
    patch.word(at + (is64 ? 8 : 4), place.offset);
    patch.word(at + (is64 ? 16 : 8), place.address);
    patch.word(at + (is64 ? 24 : 12), place.address);
  }
  if (size !== undefined) {
    patch.word(at + (is64 ? 32 : 16), size);
    patch.word(at + (is64 ? 40 : 20), size);
  }
  if (flags !== undefined) patch.u32(at + (is64 ? 4 : 24), flags);
}

/** The flags of a stack that holds no code. */
export const STACK_FLAGS: number = PF.R | PF.W;

/** Writes where a section is now. */
export function writeSection(
  patch: PatchBuilder,
  section: ElfSection,
  change: { readonly offset: number; readonly address: number; readonly size?: number },
): void {
  const { is64 } = patch.layout;
  const at = section.headerOffset;
  patch.word(at + (is64 ? 16 : 12), change.address);
  patch.word(at + (is64 ? 24 : 16), change.offset);
  if (change.size !== undefined) patch.word(at + (is64 ? 32 : 20), change.size);
}
