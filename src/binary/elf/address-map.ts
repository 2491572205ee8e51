import { PT } from './constants.ts';
import type { ElfSegment } from './segments.ts';

/** A stretch of the file. */
export interface FileRange {
  readonly offset: number;
  readonly length: number;
}

/** Where the addresses of a loaded file come from in the file, through its PT_LOAD segments alone. */
export interface AddressMap {
  /** The file bytes from an address to the end of its segment; undefined when the address holds none. */
  from(address: number): FileRange | undefined;
  /**
   * The file offset of `length` bytes (1 if not given) at an address; undefined unless all of them are in the file.
   */
  toOffset(address: number, length?: number): number | undefined;
  /** The address at which a file offset is mapped; undefined when it is not. */
  toAddress(offset: number): number | undefined;
}

/** The smallest page of any kernel: what is mapped beside a segment's own bytes is at least the rest of such a page. */
const PAGE = 4096;

interface Mapping {
  readonly load: ElfSegment;
  /** Addresses filled from the file: the segment's own, widened to whole pages. */
  readonly start: number;
  readonly end: number;
}

/**
 * Where segments overlap the last one counts, because loaders map them in order, each over what was there. Zero fill
 * behind `p_filesz` has no offset. Segments that leave the file are cut off at its end.
 *
 * Kernels map whole pages, so the bytes of the file around a segment are there as well, unless they are zero-filled.
 * Editors have left dynamic sections there, in wheels that are on PyPI and work.
 */
export function createAddressMap(segments: readonly ElfSegment[], size: number): AddressMap {
  const mappings = segments
    .filter((segment) => segment.type === PT.LOAD && isMappable(segment))
    .map((load) => mappingOf(load, size))
    .reverse();

  const from = (address: number): FileRange | undefined => {
    const mapping =
      mappings.find(({ load }) => isInside(load, address)) ??
      mappings.find(({ start, end }) => address >= start && address < end);
    if (mapping === undefined || address >= mapping.end) return undefined;
    const { load, end } = mapping;
    return { offset: load.offset + (address - load.address), length: end - address };
  };

  return {
    from,
    toOffset(address, length = 1) {
      const range = from(address);
      return range !== undefined && length <= range.length ? range.offset : undefined;
    },
    toAddress(offset) {
      const mapping = mappings.findLast(
        ({ load }) => offset >= load.offset && offset < Math.min(load.offset + load.fileSize, size),
      );
      if (mapping === undefined) return undefined;
      return mapping.load.address + (offset - mapping.load.offset);
    },
  };
}

function isMappable(load: ElfSegment): boolean {
  const end = load.address + Math.max(load.fileSize, load.memorySize);
  return Number.isSafeInteger(end) && Number.isSafeInteger(load.offset + load.fileSize);
}

function isInside(load: ElfSegment, address: number): boolean {
  const length = Math.max(load.memorySize, load.fileSize);
  return address >= load.address && address < load.address + length;
}

function mappingOf(load: ElfSegment, size: number): Mapping {
  const { address, offset, fileSize } = load;
  const head = address % PAGE;
  const ownEnd = address + fileSize;
  const isPaged = fileSize > 0 && head === offset % PAGE;
  const isZeroFilled = load.memorySize > fileSize;
  const end = isPaged && !isZeroFilled ? Math.ceil(ownEnd / PAGE) * PAGE : ownEnd;
  return {
    load,
    start: isPaged ? address - head : address,
    end: Math.min(end, address + (size - offset)),
  };
}
