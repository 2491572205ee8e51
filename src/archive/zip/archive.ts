/** An open archive: its directory in memory, its members read when asked for. */
import { WheelworksError } from '../../support/errors.ts';
import type { Finding } from '../../support/finding.ts';
import { openFile, type RandomAccess } from '../../support/random-access.ts';
import { parseDirectory, type DirectoryEntry } from './central-directory.ts';
import { readStructure, type Tail, type ZipStructure } from './end-record.ts';
import type { ZipEntry } from './entry.ts';
import { readContent, streamContent } from './inflate.ts';
import { layOut } from './layout.ts';
import { printableName } from './names.ts';
import { compressedRange, type CompressedRange } from './member.ts';
import { readPrefix, readPrefixes, type MemberPrefix } from './prefix.ts';
import { collectInto, memberPath, refuse, type Report } from './problem.ts';

export interface OpenZipOptions {
  /**
   * List what can be listed: duplicate, overlapping, ambiguous and unsafely named members become `problems` instead
   * of errors. Reading still refuses what cannot be read safely. Default false.
   */
  readonly lenient?: boolean;
  /** The most bytes the central directory may have. Default 64 MiB, enough for half a million members. */
  readonly maxDirectorySize?: number;
}

export interface ReadOptions {
  /** The most bytes the content may have. Default 1 GiB, at most 2 GiB; use `stream` for more. */
  readonly maxSize?: number;
}

export interface ZipArchive {
  /** Names the archive in errors. */
  readonly path: string;
  /** Bytes of the whole file. */
  readonly size: number;
  /** Members in the order of the central directory. */
  readonly entries: readonly ZipEntry[];
  readonly comment: Uint8Array;
  /** What lenient opening let pass; empty in a strictly opened archive. */
  readonly problems: readonly Finding[];
  readonly structure: ZipStructure;
  readonly source: RandomAccess;
  /** The member of that name; of duplicates, which only lenient archives have, the last one, as in Python. */
  get(path: string): ZipEntry | undefined;
  /**
   * The content, inflated, with size, CRC and both headers compared. The caller may keep and change the bytes.
   * @throws WheelworksError `zip/encrypted`, `zip/unsupported-method`, `zip/too-large`, `zip/bomb`,
   *   `zip/bad-local-header`, `zip/header-mismatch`, `zip/overlapping-members`, `zip/corrupt-data`,
   *   `zip/crc-mismatch`, `file/*`.
   */
  read(entry: ZipEntry, options?: ReadOptions): Promise<Uint8Array>;
  /** As `read`, piece by piece in constant memory; wrong sizes and CRCs show at the end at the latest. */
  stream(entry: ZipEntry): AsyncGenerator<Uint8Array, void, undefined>;
  /**
   * Up to `length` first bytes of the content, unverified; fewer when the data are damaged.
   * @throws WheelworksError as `read`, for what its headers show.
   */
  prefix(entry: ZipEntry, length: number): Promise<Uint8Array>;
  /**
   * The prefixes of many members, in few reads, in the order in which the members lie in the archive.
   * @throws WheelworksError as `prefix`.
   */
  prefixes(
    entries: readonly ZipEntry[],
    length: number,
  ): AsyncGenerator<MemberPrefix, void, undefined>;
  /**
   * Where the compressed bytes of a member lie in `source`, its headers compared.
   * @throws WheelworksError as `read`, for what its headers show.
   */
  compressed(entry: ZipEntry): Promise<CompressedRange>;
  /** Closes the source. */
  close(): Promise<void>;
}

const LARGEST_DIRECTORY = 64 << 20;
const LARGEST_READ = 1 << 30;
/** zlib counts input and output of one call in 32 bits. */
const ZLIB_LIMIT = 2 ** 31 - 1;

/** Lenient archives list this many problems; past that nobody reads them. */
const MOST_PROBLEMS = 1000;

/**
 * Reads the central directory, and of the rest nothing. Works on any archive Python's zipfile opens, except where two
 * readers could see two different archives. The archive owns `source` from then on; when opening fails, the caller
 * still does.
 * @throws WheelworksError `zip/not-a-zip`, `zip/truncated`, `zip/ambiguous-end`, `zip/bad-zip64`, `zip/multi-disk`,
 *   `zip/bad-directory`, `zip/directory-too-large`, `file/*`; and unless lenient `zip/count-mismatch`,
 *   `zip/duplicate-entry`, `zip/overlapping-members`, `zip/out-of-bounds`, `zip/bad-name`, `zip/ambiguous-name`,
 *   `zip/bad-extra-field`, `zip/unsupported-version`, `zip/unsafe-path`.
 */
export async function openZip(
  source: RandomAccess,
  options: OpenZipOptions = {},
): Promise<ZipArchive> {
  const problems: Finding[] = [];
  const report = options.lenient === true ? collectInto(problems, MOST_PROBLEMS) : refuse;
  const { structure, tail } = await readStructure(source);
  const limit = options.maxDirectorySize ?? LARGEST_DIRECTORY;
  if (structure.directorySize > limit) throw directoryTooLarge(source, structure, limit);
  const directory = await readDirectory(source, structure, tail);
  const entries = parseDirectory(directory, structure, source.path, report);
  const byPath = indexByPath(entries, source.path, report);
  layOut(entries, structure, source.path, report);
  return {
    path: source.path,
    size: source.size,
    entries,
    comment: structure.comment,
    problems,
    structure,
    source,
    get: (path) => entries[byPath.get(path) ?? -1],
    read: (entry, { maxSize = LARGEST_READ } = {}) =>
      readContent(source, entry, Math.min(maxSize, ZLIB_LIMIT)),
    stream: (entry) => streamContent(source, entry),
    prefix: (entry, length) => readPrefix(source, entry, length),
    prefixes: (members, length) => readPrefixes(source, members, length),
    compressed: (entry) => compressedRange(source, entry),
    close: () => source.close(),
  };
}

/**
 * As {@link openZip}, for a file by its path; nothing stays open when it fails.
 * @throws WheelworksError as `openZip`.
 */
export async function openZipFile(path: string, options: OpenZipOptions = {}): Promise<ZipArchive> {
  const source = await openFile(path);
  try {
    return await openZip(source, options);
  } catch (error) {
    await source.close();
    throw error;
  }
}

/** The directory's bytes, in one read; out of the tail that was read already when they lie in it. */
async function readDirectory(
  source: RandomAccess,
  structure: ZipStructure,
  tail: Tail,
): Promise<Uint8Array> {
  const { directoryOffset, directorySize } = structure;
  if (directoryOffset < tail.offset) return source.read(directoryOffset, directorySize);
  const start = directoryOffset - tail.offset;
  return tail.bytes.subarray(start, start + directorySize);
}

function indexByPath(
  entries: readonly DirectoryEntry[],
  path: string,
  report: Report,
): Map<string, number> {
  const byPath = new Map<string, number>();
  for (const entry of entries) {
    const earlier = byPath.get(entry.path);
    byPath.set(entry.path, entry.index);
    if (earlier === undefined) continue;
    report({
      code: 'zip/duplicate-entry',
      message: 'Two members have the same name, so that tools disagree on its content.',
      path: memberPath(path, printableName(entry.path)),
      evidence: `entries ${earlier} and ${entry.index} of the central directory`,
      hint: 'Build the archive again; adding a file to it a second time does not replace the first.',
    });
  }
  return byPath;
}

function directoryTooLarge(
  source: RandomAccess,
  structure: ZipStructure,
  limit: number,
): WheelworksError {
  return new WheelworksError('zip/directory-too-large', 'The central directory is too large.', {
    path: source.path,
    evidence: `${structure.directorySize} bytes; at most ${limit} are read`,
  });
}
