/**
 * Reads a large ELF member without holding it in memory.
 *
 * What a reader of dependencies and symbols needs lies in few places: the headers, the tables that the dynamic section
 * and the section headers name, notes. The member is streamed once for its beginning, its end and what its program
 * headers name, and as a rule once more for the tables that these point to.
 */
import type { ZipArchive, ZipEntry } from '../archive/zip/index.ts';
import { PT, SHT, checkRange, readElf, type ElfBytes, type ElfFile } from '../binary/elf/index.ts';
import { WheelworksError } from '../support/errors.ts';
import {
  RangeCollector,
  mergeRanges,
  rangeAt,
  totalLength,
  type KeptRange,
  type Range,
} from './ranges.ts';

/** Kept from the beginning: headers and, in most libraries, all symbol tables. */
const HEAD = 16 << 20;
/** Kept from the end: section headers, and the tables that patchelf moves there. */
const TAIL = 8 << 20;
/** Enough for the ELF header and any real program header table. */
const HEADERS = 64 << 10;
/** Most bytes kept of one file; the tables of the largest real libraries, of 800 MB, take half of it. */
const MOST_KEPT = 256 << 20;
/** Kept behind each part that was asked for: where there are no section headers, tables are gone through step by step. */
const AHEAD = 256 << 10;
/** A file that asks for further parts this often was made to waste time. */
const MOST_PASSES = 6;

/**
 * The ELF file of a member of any size, in memory that does not grow with it.
 * @throws WheelworksError `elf/part-too-large`, `elf/too-scattered`, `elf/*`, `zip/*`.
 */
export async function readSparseElf(
  archive: ZipArchive,
  entry: ZipEntry,
  path: string,
): Promise<ElfFile> {
  const { size } = entry;
  let kept = await firstPass(archive, entry, path);
  for (let pass = 1; pass <= MOST_PASSES; pass += 1) {
    const bytes = new SparseBytes(size, kept, path);
    const attempt = tryReading(bytes, path);
    if (bytes.missed.length === 0) {
      bytes.close();
      if (attempt.elf === undefined) throw attempt.error;
      return attempt.elf;
    }
    const wanted = [...rangesOf(kept), ...bytes.missed, ...tablesOf(attempt.elf)];
    kept = await keep(archive, entry, checkedTotal(mergeRanges(wanted, size), path));
  }
  throw new WheelworksError(
    'elf/too-scattered',
    'The tables of the file point from one to the next all over it.',
    { path, evidence: `read ${MOST_PASSES} times`, hint: 'No linker makes such a file.' },
  );
}

/** Reads everything that is read lazily too, so that what it needs is found missing. */
function tryReading(
  bytes: SparseBytes,
  path: string,
): { readonly elf?: ElfFile; readonly error?: unknown } {
  let elf: ElfFile | undefined;
  try {
    elf = readElf(bytes, { path });
    elf.symbols();
    return { elf };
  } catch (error) {
    if (!(error instanceof WheelworksError)) throw error;
    // Damaged symbols are told to whoever asks for them.
    return elf === undefined ? { error } : { elf };
  }
}

/** The kept ranges as an ELF reader's source. Until it is closed it notes what was asked for and not kept. */
class SparseBytes implements ElfBytes {
  readonly size: number;
  readonly missed: Range[] = [];
  readonly #kept: readonly KeptRange[];
  readonly #path: string;
  #closed = false;

  constructor(size: number, kept: readonly KeptRange[], path: string) {
    this.size = size;
    this.#kept = kept;
    this.#path = path;
  }

  range(offset: number, length: number, field: string): Uint8Array {
    checkRange({ size: this.size, offset, length }, field, this.#path);
    const found = rangeAt(this.#kept, offset);
    const from = offset - (found?.start ?? 0);
    if (found !== undefined && from + length <= found.data.length)
      return found.data.subarray(from, from + length);
    if (this.#closed || length > MOST_KEPT) throw notKept(this.#path, field, length);
    this.missed.push({ start: offset, end: offset + length + AHEAD });
    // Zeros let the reader go on to the next range it needs; this attempt's result is thrown away.
    return new Uint8Array(length);
  }

  /** From now on, what was not kept is an error. */
  close(): void {
    this.#closed = true;
  }
}

/** Keeps beginning, end and what the program headers name, which are found on the way. */
async function firstPass(
  archive: ZipArchive,
  entry: ZipEntry,
  path: string,
): Promise<readonly KeptRange[]> {
  const { size } = entry;
  const outer = [
    { start: 0, end: HEAD },
    { start: size - TAIL, end: size },
  ];
  const headers = await archive.prefix(entry, HEADERS);
  return keep(
    archive,
    entry,
    checkedTotal(mergeRanges([...outer, ...namedRanges(headers, size)], size), path),
  );
}

async function keep(
  archive: ZipArchive,
  entry: ZipEntry,
  ranges: readonly Range[],
): Promise<readonly KeptRange[]> {
  const collector = new RangeCollector(ranges);
  let position = 0;
  for await (const chunk of archive.stream(entry)) {
    collector.take(position, chunk);
    position += chunk.length;
  }
  return collector.kept();
}

const NAMED_SEGMENTS: ReadonlySet<number> = new Set([
  PT.DYNAMIC,
  PT.NOTE,
  PT.INTERP,
  PT.GNU_PROPERTY,
]);

/** Dynamic section, notes, interpreter and section headers, wherever they are; nothing when the headers are damaged. */
function namedRanges(headers: Uint8Array, size: number): readonly Range[] {
  try {
    const bytes = new SparseBytes(size, [{ start: 0, data: headers }], '');
    bytes.close();
    const { segments, header } = readElf(bytes);
    const { offset, entrySize, count } = header.sectionHeaders;
    const named = segments
      .filter(({ type }) => NAMED_SEGMENTS.has(type))
      .map((segment) => ({ start: segment.offset, end: segment.offset + segment.fileSize }));
    const ranges = [...named, { start: offset, end: offset + entrySize * count }];
    return totalLength(mergeRanges(ranges, size)) > MOST_KEPT / 2 ? [] : ranges;
  } catch {
    return [];
  }
}

const TABLE_SECTIONS: ReadonlySet<number> = new Set([
  SHT.DYNSYM,
  SHT.HASH,
  SHT.GNU_HASH,
  SHT.GNU_VERSYM,
  SHT.GNU_VERNEED,
  SHT.GNU_VERDEF,
  SHT.NOTE,
]);

/** `.comment` and its like are known by their names, which may be among what is missing. */
const SMALL_SECTION = 16 << 10;

/** The tables that a reader goes through entry by entry, and all that is small: one pass brings them whole. */
function tablesOf(elf: ElfFile | undefined): readonly Range[] {
  const tables = (elf?.sections ?? [])
    .filter(({ type, size }) => TABLE_SECTIONS.has(type) || size <= SMALL_SECTION)
    .map(({ offset, size }) => ({ start: offset, end: offset + size }));
  // Section headers are no authority: what they add must not keep the rest from being read.
  return tables.reduce((sum, { start, end }) => sum + end - start, 0) > MOST_KEPT / 2 ? [] : tables;
}

function rangesOf(kept: readonly KeptRange[]): readonly Range[] {
  return kept.map(({ start, data }) => ({ start, end: start + data.length }));
}

function checkedTotal(ranges: readonly Range[], path: string): readonly Range[] {
  const total = totalLength(ranges);
  if (total > MOST_KEPT) throw notKept(path, 'tables', total);
  return ranges;
}

function notKept(path: string, field: string, length: number): WheelworksError {
  return new WheelworksError(
    'elf/part-too-large',
    `The ${field} of this large file (${length} bytes) cannot be kept in memory.`,
    { path, evidence: `at most ${MOST_KEPT} bytes are kept` },
  );
}
