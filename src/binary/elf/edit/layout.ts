/** Where in a file the moved parts of an edited file go. */
import { hex } from '../../../support/byte-reader.ts';
import { WheelworksError } from '../../../support/errors.ts';
import { DT, PF, PT } from '../constants.ts';
import type { ElfFile } from '../elf-file.ts';
import type { ElfSegment } from '../segments.ts';

/** A place in the file and in memory. */
export interface Place {
  readonly offset: number;
  readonly address: number;
}

/** The largest page, in bytes, that a kernel of the file's processor may use; segments must be apart by it. */
export function pageSizeOf(elf: ElfFile): number {
  return elf.machine.pageSize;
}

/** The segments that are loaded, in the order of their addresses. */
export function loadsOf(elf: ElfFile): readonly ElfSegment[] {
  return elf.segments
    .filter(({ type, memorySize }) => type === PT.LOAD && memorySize > 0)
    .sort((left, right) => left.address - right.address);
}

/** A loaded segment that gets longer: where its new bytes are, and what it becomes. */
export interface Extension {
  readonly segment: ElfSegment;
  /** Of the table in it. */
  readonly place: Place;
}

/**
 * A place for a table in what is not used behind a loaded segment: linkers fill up to whole pages with zeros. Only
 * behind segments that may do nothing more than the one that has the table now; a table that is already the last in
 * its segment stays where it is and gets longer.
 */
export function roomBehindSegment(
  elf: ElfFile,
  table: { readonly address: number; readonly size: number },
  length: number,
): Extension | undefined {
  const home = loadsOf(elf).find(
    ({ address, fileSize }) => table.address >= address && table.address < address + fileSize,
  );
  if (home === undefined) return undefined;
  const own = extensionOf(elf, home, { from: table, length });
  if (own !== undefined) return own;
  for (const segment of loadsOf(elf)) {
    if ((segment.flags & ~home.flags) !== 0 || segment.writable) continue;
    const extension = extensionOf(elf, segment, { from: undefined, length });
    if (extension !== undefined) return extension;
  }
  return undefined;
}

const TABLE_ALIGNMENT = 8;

function extensionOf(
  elf: ElfFile,
  segment: ElfSegment,
  {
    from,
    length,
  }: { readonly from: { address: number; size: number } | undefined; length: number },
): Extension | undefined {
  if (segment.writable || segment.fileSize !== segment.memorySize) return undefined;
  const endOfSegment = segment.address + segment.fileSize;
  if (from !== undefined && from.address + from.size !== endOfSegment) return undefined;
  const address = from?.address ?? roundUp(endOfSegment, TABLE_ALIGNMENT);
  const offset = segment.offset + (address - segment.address);
  const end = { offset: offset + length, address: address + length };
  const usedTo = segment.offset + segment.fileSize;
  if (end.address > memoryLimit(elf, segment) || end.offset > fileLimit(elf, usedTo))
    return undefined;
  const room = Math.min(end.offset, elf.bytes.size) - usedTo;
  if (room > 0 && !isZero(elf.bytes.range(usedTo, room, 'bytes behind a segment')))
    return undefined;
  return { segment, place: { offset, address } };
}

/** The next segment takes whole pages from the one its first byte is in. */
function memoryLimit(elf: ElfFile, segment: ElfSegment): number {
  const page = pageSizeOf(elf);
  const starts = loadsOf(elf)
    .filter((each) => each !== segment && each.address + each.memorySize > segment.address)
    .map(({ address, alignment }) => roundDown(address, Math.min(page, Math.max(1, alignment))));
  return Math.min(...starts, elf.class === 32 ? 2 ** 32 : Number.MAX_SAFE_INTEGER);
}

/** The first byte from `from` on that something in the file uses; without limit at the end of the file. */
export function fileLimit(elf: ElfFile, from: number): number {
  const { programHeaders, sectionHeaders } = elf.header;
  const starts = [
    ...elf.segments.filter(({ fileSize }) => fileSize > 0).map(({ offset }) => offset),
    ...elf.sections.filter(({ size }) => size > 0).map(({ offset }) => offset),
    programHeaders.offset,
    ...(sectionHeaders.count > 0 || sectionHeaders.offset > 0 ? [sectionHeaders.offset] : []),
  ].filter((start) => start >= from);
  const first = Math.min(...starts);
  if (Number.isFinite(first)) return first;
  // Bytes behind everything that is known are somebody's all the same: archives, signatures.
  return from >= elf.bytes.size ? Infinity : elf.bytes.size;
}

/**
 * Where a new segment goes: at the end of the file, behind everything in memory, on pages of its own.
 * @param ends of a segment that gets longer; 0 without one
 */
export function placeOfNewSegment(
  elf: ElfFile,
  ends: { readonly offset: number; readonly address: number },
  startsAt: 'end' | 'base',
): Place {
  const loads = loadsOf(elf);
  const page = pageSizeOf(elf);
  const alignment = Math.max(page, ...loads.map((each) => each.alignment).filter(isPowerOfTwo));
  const last = Math.max(
    ends.address,
    ...loads.map(({ address, memorySize }) => address + memorySize),
  );
  const behind = roundUp(last, alignment);
  const offset = roundUp(Math.max(elf.bytes.size, ends.offset), SEGMENT_ALIGNMENT);
  if (startsAt === 'end') return { offset, address: behind + (offset % alignment) };
  const [first] = loads;
  // Kernels before 5.18 take the program headers to be as far from the first segment in memory as in the file.
  const base = first === undefined ? 0 : first.address - first.offset;
  const address = Math.max(behind, roundUp(offset + base, alignment));
  const gap = address - base - offset;
  if (gap <= MOST_PADDING) return { offset: address - base, address };
  throw new WheelworksError(
    'elf/no-room',
    `A program header more would take ${gap} bytes of padding: the file has no room behind its table.`,
    {
      ...(elf.path === undefined ? {} : { path: elf.path }),
      evidence: `offset ${hex(elf.header.programHeaders.offset)}`,
    },
  );
}

/** Enough for every table in it. */
const SEGMENT_ALIGNMENT = 16;
const MOST_PADDING = 64 << 20;

/** @throws WheelworksError `elf/no-room` for what a 32-bit address does not reach. */
export function requireAddressable(elf: ElfFile, end: number): void {
  if (elf.class === 64 ? Number.isSafeInteger(end) : end < 2 ** 32) return;
  throw new WheelworksError('elf/no-room', 'There is no address left for another segment.', {
    ...(elf.path === undefined ? {} : { path: elf.path }),
    evidence: `it would end at ${hex(end)}`,
  });
}

/** Everything in a file that a table of the dynamic section begins with, by file offset. */
export function tableStarts(elf: ElfFile): readonly number[] {
  return (elf.dynamic?.entries ?? []).flatMap(({ tag, value }) =>
    TABLE_TAGS.has(tag) ? (elf.addresses.toOffset(value) ?? []) : [],
  );
}

const TABLE_TAGS: ReadonlySet<number> = new Set([
  DT.PLTGOT,
  DT.HASH,
  DT.STRTAB,
  DT.SYMTAB,
  DT.RELA,
  DT.INIT,
  DT.FINI,
  DT.REL,
  DT.JMPREL,
  DT.INIT_ARRAY,
  DT.FINI_ARRAY,
  DT.PREINIT_ARRAY,
  DT.SYMTAB_SHNDX,
  DT.RELR,
  DT.CREL,
  DT.ANDROID_REL,
  DT.ANDROID_RELA,
  DT.ANDROID_RELR,
  DT.GNU_HASH,
  DT.GNU_CONFLICT,
  DT.GNU_LIBLIST,
  DT.VERSYM,
  DT.VERDEF,
  DT.VERNEED,
]);

/** @param alignment a power of two */
export function roundUp(value: number, alignment: number): number {
  return Math.ceil(value / alignment) * alignment;
}

function roundDown(value: number, alignment: number): number {
  return Math.floor(value / alignment) * alignment;
}

function isPowerOfTwo(value: number): boolean {
  return value > 0 && Number.isInteger(Math.log2(value));
}

export function isZero(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0);
}

/** What a segment of read-only data may do. */
export const READ_ONLY: number = PF.R;
