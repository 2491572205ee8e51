/** Small files of a wheel, many with one read, inflated on this thread: a trip to the pool for each costs more. */
import { crc32, inflateRawSync } from 'node:zlib';
import {
  planRawRuns,
  readRawRun,
  type RawMember,
  type ZipArchive,
  type ZipEntry,
} from '../../archive/zip/index.ts';

/** Bytes; larger ones are read by themselves. */
const SMALL = 256 << 10;
/** What APPNOTE calls the methods that wheels have. */
const STORED = 0;
const DEFLATED = 8;

/**
 * The contents of the small files among the entries that are sound; what is damaged is left out, for `ZipArchive.read` to say
 * what is wrong with it.
 * @throws WheelworksError as `readRawRun`.
 */
export async function readSmallFiles(
  archive: ZipArchive,
  entries: readonly ZipEntry[],
): Promise<ReadonlyMap<ZipEntry, Uint8Array>> {
  const contents = new Map<ZipEntry, Uint8Array>();
  const small = entries.filter(
    ({ size, compressedSize }) => Math.max(size, compressedSize) <= SMALL,
  );
  for (const run of planRawRuns(archive, small))
    for (const member of await readRawRun(run)) {
      const bytes = contentOf(member);
      if (bytes !== undefined) contents.set(member.entry, bytes);
    }
  return contents;
}

function contentOf({ entry, data }: RawMember): Uint8Array | undefined {
  const bytes = inflated(entry, data);
  const isWhole = bytes?.length === entry.size && crc32(bytes) === entry.crc32;
  return isWhole ? bytes : undefined;
}

function inflated({ method, size }: ZipEntry, data: Uint8Array): Uint8Array | undefined {
  if (method === STORED) return Uint8Array.from(data);
  if (method !== DEFLATED) return undefined;
  try {
    return inflateRawSync(data, { maxOutputLength: Math.max(1, size) });
  } catch {
    return undefined;
  }
}
