/**
 * Reads a large ELF member without holding it in memory.
 *
 * What a reader of dependencies and symbols needs lies in few places: the headers, the tables that the dynamic section
 * and the section headers name, notes. The member is streamed once, and what ordinary files have in these places is
 * kept. Only when something else is missing then is it streamed again.
 */
import type { ZipArchive, ZipEntry } from '../archive/zip/index.ts';
import { SHT, readElf, type ElfFile } from '../binary/elf/index.ts';
import type { ByteBudget } from '../support/byte-budget.ts';
import { WheelworksError } from '../support/errors.ts';
import { likelyParts } from './likely-ranges.ts';
import { RangeCollector, mergeRanges, totalLength, type Range } from './ranges.ts';
import { SectionNamesWatch } from './section-names-watch.ts';
import { MOST_KEPT, SparseBytes, notKept, type KeptParts } from './sparse-bytes.ts';

/** Enough for the ELF header and any real program header table. */
const HEADERS = 64 << 10;
/** What a stream of the archive holds, and what of it waits to be collected. */
const STREAM = 16 << 20;
/** A file that asks for further parts this often was made to waste time. */
const MOST_PASSES = 7;

/** A large ELF member, and the memory that reading it has to be fitted in. */
export interface LargeMember {
  readonly archive: ZipArchive;
  readonly entry: ZipEntry;
  readonly path: string;
  readonly budget: ByteBudget;
}

/** What `use` gave, and how often the member was streamed for it. */
export interface SparseResult<Result> {
  readonly value: Result;
  readonly passes: number;
}

/**
 * Gives the ELF file of a member of any size to `use`, in memory that does not grow with it and is taken from the
 * budget until `use` returns. Parts that no reader of the model asks for cannot be read from `elf.bytes`.
 * @throws WheelworksError `elf/part-too-large`, `elf/too-scattered`, `elf/*`, `zip/*`, and what `use` throws.
 */
export async function useSparseElf<Result>(
  member: LargeMember,
  use: (elf: ElfFile) => Result,
): Promise<SparseResult<Result>> {
  const { archive, entry, path, budget } = member;
  const likely = likelyParts(await archive.prefix(entry, HEADERS), entry.size);
  let wanted = checkedTotal(likely.ranges, path);
  for (let passes = 1; passes <= MOST_PASSES; passes += 1) {
    const outcome = await budget.run(totalLength(wanted) + STREAM, async () => {
      const watch = new SectionNamesWatch(likely.unloadedStart);
      return read(member, await keep(member, wanted, watch), use);
    });
    if (outcome.wanted === undefined) return { value: outcome.value, passes };
    wanted = outcome.wanted;
  }
  throw new WheelworksError(
    'elf/too-scattered',
    'The tables of the file point from one to the next all over it.',
    { path, evidence: `read ${MOST_PASSES} times`, hint: 'No linker makes such a file.' },
  );
}

async function keep(
  { archive, entry }: LargeMember,
  ranges: readonly Range[],
  watch: SectionNamesWatch,
): Promise<KeptParts> {
  const collector = new RangeCollector(ranges);
  let position = 0;
  for await (const chunk of archive.stream(entry)) {
    collector.take(position, chunk);
    watch.take(position, chunk);
    position += chunk.length;
  }
  return { ranges: collector.kept(), finds: watch.kept() };
}

type Outcome<Result> =
  | { readonly value: Result; readonly wanted?: undefined }
  /** What the next pass has to keep. */
  | { readonly wanted: readonly Range[] };

function read<Result>(
  { entry: { size }, path }: LargeMember,
  parts: KeptParts,
  use: (elf: ElfFile) => Result,
): Outcome<Result> {
  const bytes = new SparseBytes(size, parts, path);
  const attempt = tryReading(bytes, path);
  if (bytes.hasMissed) {
    const ranges = mergeRanges([...bytes.asked, ...tablesOf(attempt.elf)], size);
    return { wanted: checkedTotal(ranges, path) };
  }
  bytes.close();
  if (attempt.elf === undefined) throw attempt.error;
  return { value: use(attempt.elf) };
}

/** Reads everything that is read lazily too, so that what it needs is found missing. */
function tryReading(
  bytes: SparseBytes,
  path: string,
): { readonly elf?: ElfFile; readonly error?: unknown } {
  let elf: ElfFile | undefined;
  try {
    elf = readElf(bytes, { path });
    elf.scanSymbols(() => {});
    return { elf };
  } catch (error) {
    if (!(error instanceof WheelworksError)) throw error;
    // Damaged symbols are told to whoever asks for them.
    return elf === undefined ? { error } : { elf };
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

function checkedTotal(ranges: readonly Range[], path: string): readonly Range[] {
  const total = totalLength(ranges);
  if (total > MOST_KEPT) throw notKept(path, 'tables', total);
  return ranges;
}
