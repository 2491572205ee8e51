/** The native files inside a wheel: found by their first bytes, whatever their names, and read as what they are. */
import type { ZipArchive, ZipEntry } from '../archive/zip/index.ts';
import { DETECT_LENGTH, detectBinary, type BinaryFormat } from '../binary/detect.ts';
import { readElf, type ElfFile } from '../binary/elf/index.ts';
import { WheelworksError, withPath, type ErrorReport } from '../support/errors.ts';
import { defaultJobs, mapParallel } from '../support/parallel.ts';
import { readSparseElf } from './sparse-elf.ts';
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
 * `data.txt` can be loaded as well, and asking costs 30 microseconds.
 * @throws WheelworksError `zip/*` for a member whose headers are damaged.
 */
export async function listNatives(
  archive: ZipArchive,
  jobs: number = defaultJobs(),
): Promise<readonly NativeMember[]> {
  const candidates = archive.entries.filter((entry) => !entry.isDirectory && !entry.isSymlink);
  const formats = await mapParallel(candidates, jobs * 4, async (entry) => detect(archive, entry));
  return candidates.flatMap((entry, index) => {
    const format = formats[index];
    return format === undefined ? [] : [{ entry, format }];
  });
}

/** Shows every format but PE, whose second header lies anywhere behind the first. */
const SNIFF_LENGTH = 64;

async function detect(archive: ZipArchive, entry: ZipEntry): Promise<BinaryFormat | undefined> {
  const format = detectBinary(await archive.prefix(entry, SNIFF_LENGTH), entry.size);
  if (format !== 'pe') return format;
  return detectBinary(await archive.prefix(entry, DETECT_LENGTH), entry.size);
}

/** Larger ELF members are streamed, and only the parts that matter are kept. */
const LARGEST_IN_MEMORY = 48 << 20;
/** Files held in memory at once, however many processors there are; zlib's pool has four threads. */
const MOST_IN_MEMORY = 8;
/** Large files streamed at once. */
const MOST_STREAMED = 2;

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
  jobs: number = defaultJobs(),
): Promise<readonly Result[]> {
  const members = await listNatives(wheel.archive, jobs);
  const results = new Map<NativeMember, Result>();
  const read = async (member: NativeMember): Promise<void> => {
    results.set(member, await describeMember(wheel, member, describe));
  };
  const isLarge = ({ entry }: NativeMember): boolean => entry.size > LARGEST_IN_MEMORY;
  const small = members.filter((member) => !isLarge(member));
  await mapParallel(small, Math.min(jobs, MOST_IN_MEMORY), read);
  await mapParallel(members.filter(isLarge), Math.min(jobs, MOST_STREAMED), read);
  return members.map((member) => results.get(member) as Result);
}

async function describeMember<Result>(
  wheel: Wheel,
  { entry, format }: NativeMember,
  describe: (native: NativeFile) => Result,
): Promise<Result> {
  const file = { path: entry.path, format, size: entry.size };
  if (format !== 'elf') return describe(file);
  const path = `${wheel.path}!${entry.path}`;
  try {
    return describe({ ...file, elf: await readElfMember(wheel, entry, path) });
  } catch (error) {
    const located = withPath(error, path);
    if (!(located instanceof WheelworksError)) throw located;
    return describe({ ...file, problem: located.toJSON() });
  }
}

async function readElfMember(wheel: Wheel, entry: ZipEntry, path: string): Promise<ElfFile> {
  if (entry.size > LARGEST_IN_MEMORY) return readSparseElf(wheel.archive, entry, path);
  return readElf(await wheel.archive.read(entry), { path });
}
