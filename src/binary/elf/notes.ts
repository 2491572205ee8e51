import { hex } from '../../support/byte-reader.ts';
import { PT, SHT } from './constants.ts';
import type { ElfImage } from './image.ts';
import type { ElfSection } from './sections.ts';
import type { ElfSegment } from './segments.ts';

/** One note, gABI "Note section". */
export interface ElfNote {
  /** The owner, such as `GNU`, `Go`, `Android` or `FDO`. */
  readonly name: string;
  /** What the note is, as its owner counts. */
  readonly type: number;
  readonly descriptor: Uint8Array;
  /** File offset of the note's header. */
  readonly offset: number;
  /** File offset of the descriptor. */
  readonly descriptorOffset: number;
}

/** Probes of SystemTap: hundreds in a libc, no concern of packaging. */
const IGNORED = 'stapsdt';

/** Notes of the compiler about each function's build, thousands in a file, anywhere behind what is loaded. */
const IGNORED_SECTIONS = '.gnu.build.attributes';

/** A stretch of notes. */
interface NoteRange {
  readonly offset: number;
  readonly size: number;
  readonly alignment: number;
}

/**
 * All notes of PT_NOTE segments and, for what is not loaded, of SHT_NOTE sections, in the order of the file. Damaged
 * ranges are faults, their notes before the damage are kept.
 */
export function readNotes(
  image: ElfImage,
  segments: readonly ElfSegment[],
  sections: readonly ElfSection[],
): ElfNote[] {
  const notes = new Map<number, ElfNote>();
  const seen = new Set<number>();
  for (const range of noteRanges(segments, sections)) {
    image.log.attempt('notes', undefined, () => {
      walkNotes(image, range, { notes, seen });
    });
  }
  return [...notes.values()].sort((a, b) => a.offset - b.offset);
}

function noteRanges(segments: readonly ElfSegment[], sections: readonly ElfSection[]): NoteRange[] {
  const inSegments = segments
    .filter((segment) => segment.type === PT.NOTE)
    .map(({ offset, fileSize, alignment }) => ({ offset, size: fileSize, alignment }));
  const inSections = sections
    .filter(({ type, name }) => type === SHT.NOTE && !name.startsWith(IGNORED_SECTIONS))
    .map(({ offset, size, alignment }) => ({ offset, size, alignment }));
  return [...inSegments, ...inSections].filter(
    ({ size, alignment }) => size > 0 && alignment <= LARGEST_ALIGNMENT,
  );
}

/** Loaders pass over notes of larger alignment: some projects put text of their own into such sections. */
const LARGEST_ALIGNMENT = 8;

const HEADER_SIZE = 12;

/**
 * Segments and sections cover the same notes, and forged ones can overlap a thousand times: a walk ends where another
 * has been, so that no note is read twice.
 */
function walkNotes(
  image: ElfImage,
  range: NoteRange,
  found: { readonly notes: Map<number, ElfNote>; readonly seen: Set<number> },
): void {
  // Notes are 4-aligned in both classes; only GNU properties of 64-bit files are 8-aligned (x86-64 psABI).
  const alignment = range.alignment === 8 ? 8 : 4;
  const end = range.offset + range.size;
  let offset = range.offset;
  // Alignment leaves fewer bytes than a header behind the last note.
  while (end - offset >= HEADER_SIZE && !found.seen.has(offset)) {
    found.seen.add(offset);
    const header = image.cursor(offset, HEADER_SIZE, 'note header');
    const nameSize = header.u32('namesz');
    const descriptorSize = header.u32('descsz');
    const type = header.u32('type');
    const descriptorOffset = offset + align(HEADER_SIZE + nameSize, alignment);
    if (descriptorOffset + descriptorSize > end) {
      throw image.error(
        'elf/bad-note',
        `A note of ${nameSize} + ${descriptorSize} bytes does not fit before ${hex(end)}.`,
        offset,
      );
    }
    const name = noteName(image.range(offset + HEADER_SIZE, nameSize, 'note name'));
    if (name !== IGNORED) {
      const descriptor = image.range(descriptorOffset, descriptorSize, 'note descriptor');
      found.notes.set(offset, { name, type, descriptor, offset, descriptorOffset });
    }
    offset = align(descriptorOffset - range.offset + descriptorSize, alignment) + range.offset;
  }
}

function align(value: number, alignment: number): number {
  return Math.ceil(value / alignment) * alignment;
}

/** No owner's name is longer; a forged one must not cost its length. */
const LONGEST_NAME = 256;

function noteName(bytes: Uint8Array): string {
  const end = bytes.subarray(0, LONGEST_NAME).indexOf(0);
  const length = end === -1 ? Math.min(bytes.length, LONGEST_NAME) : end;
  return Buffer.from(bytes.buffer, bytes.byteOffset, length).toString('latin1');
}
