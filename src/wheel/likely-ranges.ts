/**
 * Where in a large ELF file the parts lie that a reader of dependencies and symbols needs, guessed before the file
 * streams by: what names them exactly, the dynamic section and the section headers, comes late in it or last.
 *
 * The guesses are those of the layouts that linkers (GNU ld, gold, lld, mold) and patchelf write. A wrong one costs a
 * second pass over the file, never a wrong answer.
 */
import { PT, readElf, type ElfFile, type ElfSegment } from '../binary/elf/index.ts';
import { mergeRanges, totalLength, type Range } from './ranges.ts';
import { SparseBytes } from './sparse-bytes.ts';

/** What to keep of a file on the first pass. */
export interface LikelyParts {
  /** Merged. */
  readonly ranges: readonly Range[];
  /** Where what is not loaded begins: the section names are anywhere behind it. */
  readonly unloadedStart: number;
}

const MEGABYTE = 1 << 20;

/** Kept from the beginning of a file whose program headers tell nothing. */
const LEAST_HEAD = 4 * MEGABYTE;
/** lld and newer GNU ld put the tables in a segment without code, which in files of a million symbols is that large. */
const MOST_HEAD = 128 * MEGABYTE;
/** Where the first segment has code, the tables stand in front of it and are those of an older linker's smaller file. */
const MOST_HEAD_WITH_CODE = 32 * MEGABYTE;
/** Section headers, and section names where they stand beside them. */
const TAIL = 2 * MEGABYTE;
/** The sections that follow what is loaded: `.comment`, notes that are not loaded. */
const BEHIND_SEGMENT = 128 << 10;
/** patchelf moves the tables it makes longer into a new last segment. */
const MOST_ADDED = 64 * MEGABYTE;
/** A named segment, or the section headers; real ones have kilobytes, of object files megabytes. */
const MOST_NAMED = 8 * MEGABYTE;
const MOST_ALL_NAMED = 16 * MEGABYTE;

/** @param headers the first bytes of the file; when the headers are not in them or damaged, its ends are kept */
export function likelyParts(headers: Uint8Array, size: number): LikelyParts {
  const elf = readHeaders(headers, size);
  const tail = { start: size - TAIL, end: size };
  if (elf === undefined)
    return { ranges: mergeRanges([{ start: 0, end: LEAST_HEAD }, tail], size), unloadedStart: 0 };
  const loads = elf.segments.filter(({ type }) => type === PT.LOAD);
  const added = addedSegment(loads);
  const others = loads.filter((load) => load !== added);
  const ranges = [head(loads), tail, ...named(elf, size), ...behind(loads)];
  // What stands in front of the added segment was at the end of the file before.
  if (added !== undefined && added.fileSize <= MOST_ADDED)
    ranges.push({ start: added.offset - TAIL, end: fileEnd(added) });
  return {
    ranges: mergeRanges(ranges, size),
    unloadedStart: Math.max(0, ...others.map(fileEnd).filter((end) => end <= size)),
  };
}

function readHeaders(headers: Uint8Array, size: number): ElfFile | undefined {
  try {
    const bytes = new SparseBytes(size, { ranges: [{ start: 0, data: headers }], finds: [] }, '');
    bytes.close();
    return readElf(bytes);
  } catch {
    return undefined;
  }
}

function head(loads: readonly ElfSegment[]): Range {
  const first = loads.find(({ offset }) => offset === 0);
  if (first === undefined) return { start: 0, end: LEAST_HEAD };
  const most = first.executable ? MOST_HEAD_WITH_CODE : MOST_HEAD;
  return { start: 0, end: Math.min(Math.max(LEAST_HEAD, first.fileSize), most) };
}

const NAMED_SEGMENTS: ReadonlySet<number> = new Set([
  PT.DYNAMIC,
  PT.NOTE,
  PT.INTERP,
  PT.GNU_PROPERTY,
]);

function named({ segments, header }: ElfFile, size: number): readonly Range[] {
  const { offset, entrySize, count } = header.sectionHeaders;
  const ranges = segments
    .filter(({ type }) => NAMED_SEGMENTS.has(type))
    .map((segment) => ({ start: segment.offset, end: fileEnd(segment) }));
  ranges.push({ start: offset, end: offset + entrySize * count });
  // A note may be as long as the file; it must not keep the dynamic section from being read.
  const small = ranges.filter(({ start, end }) => end - start <= MOST_NAMED);
  return totalLength(mergeRanges(small, size)) > MOST_ALL_NAMED ? [] : small;
}

function behind(loads: readonly ElfSegment[]): readonly Range[] {
  if (loads.length * BEHIND_SEGMENT > MOST_ALL_NAMED) return [];
  return loads.map(fileEnd).map((end) => ({ start: end, end: end + BEHIND_SEGMENT }));
}

/** A last segment without zero fill behind it, which segments of data mostly have, is one that patchelf added. */
function addedSegment(loads: readonly ElfSegment[]): ElfSegment | undefined {
  if (loads.length < 2) return undefined;
  const last = loads.reduce((most, each) => (each.offset >= most.offset ? each : most));
  return last.fileSize === last.memorySize && last.writable ? last : undefined;
}

function fileEnd({ offset, fileSize }: ElfSegment): number {
  return offset + fileSize;
}
