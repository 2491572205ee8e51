/** The native files inside a wheel: found by their first bytes, whatever their names, and read as what they are. */
import type { ZipArchive, ZipEntry } from '../archive/zip/index.ts';
import { DETECT_LENGTH, detectBinary, type BinaryFormat } from '../binary/detect.ts';
import { readElf, type ElfFile } from '../binary/elf/index.ts';
import { ByteBudget } from '../support/byte-budget.ts';
import { WheelworksError, withPath, type ErrorReport } from '../support/errors.ts';
import { defaultJobs, mapParallel } from '../support/parallel.ts';
import { useSparseElf } from './sparse-elf.ts';
import type { Wheel } from './wheel.ts';

/** A member that is a native file by its first bytes. */
export interface NativeMember {
  readonly entry: ZipEntry;
  readonly format: BinaryFormat;
}

/** A native member, read. */
export interface NativeFile {
  /** Path inside the wheel. */
  readonly path: string;
  readonly format: BinaryFormat;
  /** Bytes of the file. */
  readonly size: number;
  /** The parsed file; undefined for formats other than ELF and for damaged files. */
  readonly elf?: ElfFile;
  /** Why it could not be read; the other files are read all the same. */
  readonly problem?: ErrorReport;
}

/**
 * The native members of an archive, in its order. Every member is asked for its first bytes: a library that is called
 * `data.txt` can be loaded as well, and asking costs a few microseconds.
 * @throws WheelworksError `zip/*` for a member whose headers are damaged.
 */
export async function listNatives(archive: ZipArchive): Promise<readonly NativeMember[]> {
  return findNatives(archive, filesOf(archive));
}

function filesOf(archive: ZipArchive): readonly ZipEntry[] {
  return archive.entries.filter((entry) => !entry.isDirectory && !entry.isSymlink);
}

async function findNatives(
  archive: ZipArchive,
  candidates: readonly ZipEntry[],
): Promise<readonly NativeMember[]> {
  const natives: NativeMember[] = [];
  for await (const [entry, prefix] of archive.prefixes(candidates, SNIFF_LENGTH)) {
    const format = await detect(archive, entry, prefix);
    if (format !== undefined) natives.push({ entry, format });
  }
  return natives.sort((left, right) => left.entry.index - right.entry.index);
}

/** Shows every format but PE, whose second header lies anywhere behind the first. */
const SNIFF_LENGTH = 64;

/** Names of shared libraries on Linux, `libx.so.1.2` among them. */
const LIBRARY = /\.so(?:\.\d+)*$/;

async function detect(
  archive: ZipArchive,
  entry: ZipEntry,
  prefix: Uint8Array,
): Promise<BinaryFormat | undefined> {
  const format = detectBinary(prefix, entry.size);
  // A library whose first bytes cannot be unpacked still calls itself one; reading it will tell what is wrong.
  if (format === undefined && prefix.length === 0 && entry.size > 0 && LIBRARY.test(entry.path))
    return 'elf';
  if (format !== 'pe') return format;
  return detectBinary(await archive.prefix(entry, DETECT_LENGTH), entry.size);
}

/** Which native files are read, and how many at once. */
export interface MapNativesOptions {
  /** Default: as many as there are processors. */
  readonly jobs?: number | undefined;
  /** Paths of members; the others are not even looked at. Default: all. */
  readonly only?: ReadonlySet<string>;
}

/** Larger ELF members are streamed, and only the parts that matter are kept. */
const LARGEST_IN_MEMORY = 32 << 20;
/** Bytes that native files under way hold together, compressed, inflated or kept of a large one. */
const MEMORY = 192 << 20;

/**
 * Reads every native file of a wheel, each once, and gives what `describe` makes of it, in the order of the archive.
 * `describe` must take what it needs: the file's bytes are let go when it returns, so that memory does not grow with
 * the wheel. A damaged file comes with its problem and stops nothing; one that shows its damage only when `describe`
 * looks (as ELF symbols do) is described again, with the problem.
 * @throws WheelworksError `zip/*` as {@link listNatives}.
 */
export async function mapNatives<Result>(
  wheel: Wheel,
  describe: (native: NativeFile) => Result,
  options: MapNativesOptions = {},
): Promise<readonly Result[]> {
  const { archive } = wheel;
  const { jobs = defaultJobs(), only } = options;
  const budget = new ByteBudget(MEMORY);
  const results: { readonly index: number; readonly result: Result }[] = [];
  const read = async (candidates: readonly ZipEntry[], limit: number): Promise<void> => {
    const members = await findNatives(archive, candidates);
    // The largest first: started last, it would be worked on alone while the other processors wait.
    const order = [...members].sort((left, right) => right.entry.size - left.entry.size);
    await mapParallel(order, limit, async (member) => {
      const result = await describeMember({ wheel, budget, member }, describe);
      results.push({ index: member.entry.index, result });
    });
  };
  const files = filesOf(archive).filter(({ path }) => only?.has(path) ?? true);
  const isLarge = ({ size }: ZipEntry): boolean => size > LARGEST_IN_MEMORY;
  // Large files take longest, and are inflated while this thread asks thousands of small ones what they are. Of these
  // twice as many are under way as there are processors: while one is described, others are inflated.
  const groups = [
    { candidates: files.filter(isLarge), limit: jobs },
    { candidates: files.filter((entry) => !isLarge(entry)), limit: jobs * 2 },
  ];
  await mapParallel(groups, groups.length, ({ candidates, limit }) => read(candidates, limit));
  return results.sort((left, right) => left.index - right.index).map(({ result }) => result);
}

interface Task {
  readonly wheel: Wheel;
  readonly budget: ByteBudget;
  readonly member: NativeMember;
}

async function describeMember<Result>(
  task: Task,
  describe: (native: NativeFile) => Result,
): Promise<Result> {
  const { entry, format } = task.member;
  const file = { path: entry.path, format, size: entry.size };
  if (format !== 'elf') return describe(file);
  const path = `${task.wheel.path}!${entry.path}`;
  try {
    return await useElf(task, path, (elf) => describe({ ...file, elf }));
  } catch (error) {
    const located = withPath(error, path);
    if (!(located instanceof WheelworksError)) throw located;
    return describe({ ...file, problem: located.toJSON() });
  }
}

async function useElf<Result>(
  { wheel: { archive }, budget, member: { entry } }: Task,
  path: string,
  use: (elf: ElfFile) => Result,
): Promise<Result> {
  if (entry.size > LARGEST_IN_MEMORY)
    return (await useSparseElf({ archive, entry, path, budget }, use)).value;
  return budget.run(entry.size + entry.compressedSize, async () =>
    use(readElf(await archive.read(entry), { path })),
  );
}
