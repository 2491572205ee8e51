/**
 * A wheel as a thing that can be opened and read without unpacking it.
 *
 * Specification: "Binary distribution format" (packaging.python.org), PEP 427, PEP 491.
 */
import { basename } from 'node:path';
import { openZip, type ZipArchive } from '../archive/zip/index.ts';
import {
  normalizeName,
  parseMetadata,
  parseRecord,
  parseWheelFile,
  parseWheelFilename,
  tryParseVersion,
  compareVersions,
  type MetadataDocument,
  type RecordContents,
  type WheelFile,
  type WheelFilename,
} from '../packaging/index.ts';
import { WheelworksError, withPath } from '../support/errors.ts';
import { openFile, type RandomAccess } from '../support/random-access.ts';
import { distInfoStem, soleDistInfo, type DistInfoFile } from './layout.ts';

/** An open wheel. Close it with `archive.close()`, or use {@link withWheel}. */
export interface Wheel {
  readonly path: string;
  readonly filename: WheelFilename;
  readonly archive: ZipArchive;
  /** Name of the one `.dist-info` directory, as written in the archive. */
  readonly distInfo: string;
  /** Name of the `.data` directory that belongs to it; it need not exist. */
  readonly dataDirectory: string;
}

/** How strict {@link openWheel} is about the archive. */
export interface OpenWheelOptions {
  /** List archives with duplicate or overlapping members too, for looking at broken wheels. */
  readonly lenient?: boolean;
  /** File name to take name, version and tags from, when the file lies under another. */
  readonly filename?: string;
}

/**
 * Opens a wheel: reads its central directory and finds its `.dist-info`.
 * @throws WheelworksError `packaging/wheel-filename`, `packaging/wheel-variant`, `zip/*`, `wheel/no-dist-info`,
 *   `wheel/several-dist-info`, `file/*`.
 */
export async function openWheel(path: string, options: OpenWheelOptions = {}): Promise<Wheel> {
  const filename = about(path, () => parseWheelFilename(options.filename ?? basename(path)));
  return openWheelSource(await openFile(path), filename, options);
}

/** As {@link openWheel}, over bytes from anywhere. Takes ownership of `source`. */
export async function openWheelSource(
  source: RandomAccess,
  filename: WheelFilename,
  options: OpenWheelOptions = {},
): Promise<Wheel> {
  try {
    const archive = await openZip(source, { lenient: options.lenient ?? false });
    const distInfo = soleDistInfo(
      archive.entries.map((entry) => entry.path),
      source.path,
    );
    const dataDirectory = `${distInfoStem(distInfo)}.data`;
    return { path: source.path, filename, archive, distInfo, dataDirectory };
  } catch (error) {
    await source.close();
    throw error;
  }
}

/** Opens a wheel for the time of `work`. */
export async function withWheel<Result>(
  path: string,
  work: (wheel: Wheel) => Promise<Result>,
  options: OpenWheelOptions = {},
): Promise<Result> {
  const wheel = await openWheel(path, options);
  try {
    return await work(wheel);
  } finally {
    await wheel.archive.close();
  }
}

/**
 * Much larger than real ones (METADATA holds a README; the largest of a thousand wheels has 230 kB), and small enough
 * that one made of nothing but headers still fits into memory.
 */
const LARGEST_TEXT = 4 << 20;

/** A member of the `.dist-info` directory, or undefined when the wheel has none of that name. */
export async function readDistInfoFile(
  wheel: Wheel,
  name: string,
  maxSize: number = LARGEST_TEXT,
): Promise<Uint8Array | undefined> {
  const entry = wheel.archive.get(`${wheel.distInfo}/${name}`);
  return entry === undefined ? undefined : wheel.archive.read(entry, { maxSize });
}

/** The core metadata, every byte kept. @throws WheelworksError `wheel/no-metadata`, `zip/*`. */
export async function readMetadata(wheel: Wheel): Promise<MetadataDocument> {
  return parseMetadata(await requireDistInfoFile(wheel, 'METADATA'));
}

/** The WHEEL file. @throws WheelworksError `wheel/no-wheel-file`, `packaging/*`, `zip/*`. */
export async function readWheelFile(wheel: Wheel): Promise<WheelFile> {
  const bytes = await requireDistInfoFile(wheel, 'WHEEL');
  return about(`${wheel.path}!${wheel.distInfo}/WHEEL`, () => parseWheelFile(bytes));
}

/** RECORD and what is wrong with it. @throws WheelworksError `wheel/no-record`, `zip/*`. */
export async function readRecord(wheel: Wheel): Promise<RecordContents> {
  return parseRecord(await requireDistInfoFile(wheel, 'RECORD', largestRecord(wheel)));
}

/** A row has the path, a hash and a size: 60 bytes more than the path for SHA-256, 110 for the longest hashes. */
const ROW_ROOM = 128;
/** Some tools list files that are not there, such as byte code to come. */
const RECORD_ROOM = 64 << 10;

/** RECORD cannot have many more rows than the archive has members; one that claims to only costs memory. */
function largestRecord({ archive }: Wheel): number {
  const listed = archive.entries.reduce((sum, { rawPath }) => sum + rawPath.length + ROW_ROOM, 0);
  return RECORD_ROOM + 4 * listed;
}

const MISSING_CODES = {
  METADATA: 'wheel/no-metadata',
  WHEEL: 'wheel/no-wheel-file',
  RECORD: 'wheel/no-record',
} as const;

async function requireDistInfoFile(
  wheel: Wheel,
  name: DistInfoFile,
  maxSize?: number,
): Promise<Uint8Array> {
  const bytes = await readDistInfoFile(wheel, name, maxSize);
  if (bytes !== undefined) return bytes;
  throw new WheelworksError(MISSING_CODES[name], `The wheel has no ${wheel.distInfo}/${name}.`, {
    path: wheel.path,
    hint: 'Every installer refuses such a wheel; build it again with a PEP 517 backend.',
  });
}

/** Runs a pure reader, which does not know what it reads. */
function about<Result>(path: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    throw withPath(error, path);
  }
}

/** Whether a `.dist-info` (or `.data`) directory name says the same name and version as the wheel's file name. */
export function directoryAgrees(directory: string, filename: WheelFilename): boolean {
  const stem = directory.replace(/\.(dist-info|data)$/, '');
  const dash = stem.lastIndexOf('-');
  if (dash === -1) return false;
  const version = tryParseVersion(stem.slice(dash + 1));
  return (
    normalizeName(stem.slice(0, dash)) === filename.normalizedName &&
    version !== undefined &&
    compareVersions(version, filename.version) === 0
  );
}
