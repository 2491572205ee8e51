import { memoryBytes, readElf, type ElfBytes, type ElfFile } from '../../src/binary/elf/index.ts';

/** How much a reader asked of a file. */
export interface Work {
  calls: number;
  bytes: number;
}

/** A file in memory that counts what is asked of it, so that tests can bound work without timing it. */
export function countingBytes(bytes: Uint8Array): { source: ElfBytes; work: Work } {
  const work = { calls: 0, bytes: 0 };
  const inner = memoryBytes(bytes);
  const source: ElfBytes = {
    size: inner.size,
    range(offset, length, field) {
      work.calls += 1;
      work.bytes += length;
      return inner.range(offset, length, field);
    },
  };
  return { source, work };
}

/** Reads all that `readElf` gives, symbols included. */
export function readEverything(source: Uint8Array | ElfBytes): ElfFile {
  const elf = readElf(source);
  elf.symbols();
  elf.versionedSymbols();
  return elf;
}

/**
 * Whether reading took no more than a constant of the file's size. Records have at least 8 bytes and cost three calls
 * at most; tables are read a few times over.
 */
export function isProportional(work: Work, size: number): boolean {
  return work.calls <= size + 1000 && work.bytes <= 16 * size + 100_000;
}
