import { hex } from '../../support/byte-reader.ts';
import { PF, PT, segmentTypeName } from './constants.ts';
import type { ElfCursor } from './cursor.ts';
import { programHeaderSize, type ElfHeader } from './header.ts';
import type { ElfImage } from './image.ts';

/** One program header. */
export interface ElfSegment {
  readonly index: number;
  /** p_type */
  readonly type: number;
  /** `LOAD`, `GNU_STACK`; undefined for types the reader has no use for. */
  readonly typeName: string | undefined;
  /** p_flags */
  readonly flags: number;
  readonly readable: boolean;
  readonly writable: boolean;
  readonly executable: boolean;
  readonly offset: number;
  readonly address: number;
  readonly physicalAddress: number;
  readonly fileSize: number;
  readonly memorySize: number;
  readonly alignment: number;
  /** File offset of this program header. */
  readonly headerOffset: number;
}

/**
 * All program headers, in their order. What a loader would refuse becomes a fault.
 * @throws WheelworksError `elf/bad-program-headers` for a table that cannot be one, `elf/truncated` for one that is
 *   past the end of the file.
 */
export function readSegments(image: ElfImage, header: ElfHeader): ElfSegment[] {
  const { offset, entrySize, count } = header.programHeaders;
  if (count === 0) return [];
  const size = programHeaderSize(image.layout);
  if (entrySize !== size) {
    throw image.error(
      'elf/bad-program-headers',
      `e_phentsize is ${entrySize}; in a ${header.class}-bit file it must be ${size}.`,
      image.layout.is64 ? 54 : 42,
    );
  }
  const cursor = image.cursor(offset, count * size, 'program header table');
  const segments: ElfSegment[] = [];
  for (let index = 0; index < count; index += 1) {
    segments.push(readSegment(cursor, index, offset + index * size));
  }
  checkSegments(image, segments);
  return segments;
}

function readSegment(cursor: ElfCursor, index: number, headerOffset: number): ElfSegment {
  const { is64 } = cursor.layout;
  const type = cursor.u32('p_type');
  const early = is64 ? cursor.u32('p_flags') : 0;
  const place = {
    offset: cursor.word('p_offset'),
    address: cursor.word('p_vaddr'),
    physicalAddress: cursor.word('p_paddr'),
    fileSize: cursor.word('p_filesz'),
    memorySize: cursor.word('p_memsz'),
  };
  const flags = is64 ? early : cursor.u32('p_flags');
  return {
    index,
    type,
    typeName: segmentTypeName(type),
    flags,
    readable: (flags & PF.R) !== 0,
    writable: (flags & PF.W) !== 0,
    executable: (flags & PF.X) !== 0,
    ...place,
    alignment: cursor.word('p_align'),
    headerOffset,
  };
}

/** The rules of gABI "Program header" whose breach makes loaders refuse a file or tools disagree about it. */
function checkSegments(image: ElfImage, segments: readonly ElfSegment[]): void {
  let previous: ElfSegment | undefined;
  for (const segment of segments) {
    checkInsideFile(image, segment);
    if (segment.type !== PT.LOAD) continue;
    checkLoad(image, segment);
    if (previous !== undefined && segment.address < previous.address) {
      image.log.add('segments', 'elf/segments-unsorted', {
        message: `PT_LOAD ${segment.index} is at ${hex(segment.address)}, before the one above it; loaders rely on ascending addresses.`,
        evidence: `offset ${hex(segment.headerOffset)}`,
      });
    }
    previous = segment;
  }
}

function checkInsideFile(image: ElfImage, segment: ElfSegment): void {
  if (segment.fileSize === 0 || segment.offset + segment.fileSize <= image.size) return;
  image.log.add('segments', 'elf/segment-past-end', {
    message: `Segment ${segment.index} (${segment.typeName ?? hex(segment.type)}) ends at ${hex(segment.offset + segment.fileSize)}, but the file at ${hex(image.size)}.`,
    evidence: `offset ${hex(segment.headerOffset)}`,
  });
}

function checkLoad(image: ElfImage, segment: ElfSegment): void {
  const evidence = `offset ${hex(segment.headerOffset)}`;
  const { index, offset, address, fileSize, memorySize, alignment } = segment;
  if (!Number.isSafeInteger(address + Math.max(fileSize, memorySize))) {
    image.log.add('segments', 'elf/segment-address', {
      message: `PT_LOAD ${index} is at ${hex(address)}, where no program can be loaded; it is left out of all address lookups.`,
      evidence,
    });
    return;
  }
  if (fileSize > memorySize) {
    image.log.add('segments', 'elf/segment-size', {
      message: `PT_LOAD ${index} has ${fileSize} bytes in the file but only ${memorySize} in memory.`,
      evidence,
    });
  }
  if (alignment > 1 && address % alignment !== offset % alignment) {
    image.log.add('segments', 'elf/segment-alignment', {
      message: `PT_LOAD ${index} has address ${hex(address)} and offset ${hex(offset)}, which differ modulo its alignment ${hex(alignment)}; it cannot be mapped.`,
      evidence,
    });
  }
}
