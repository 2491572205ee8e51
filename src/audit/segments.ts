import { PT, type ElfFile } from '../binary/elf/index.ts';

/** What the segments of a file ask of the kernel that maps them. */
export interface SegmentFacts {
  /** Smallest alignment of a PT_LOAD in bytes; undefined without any. */
  readonly alignment: number | undefined;
  /** Largest page in bytes that a kernel of this processor may use. */
  readonly pageSize: number;
  /** Some PT_LOAD is writable and executable at once. */
  readonly writableCode: boolean;
}

/** Sums up the PT_LOAD segments. */
export function describeSegments(elf: ElfFile): SegmentFacts {
  const loads = elf.segments.filter(({ type, memorySize }) => type === PT.LOAD && memorySize > 0);
  const alignments = loads.map(({ alignment }) => alignment);
  return {
    alignment: alignments.length === 0 ? undefined : Math.min(...alignments),
    pageSize: elf.machine.pageSize,
    writableCode: loads.some(({ writable, executable }) => writable && executable),
  };
}
