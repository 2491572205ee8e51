/** Compressed data of many members in few reads, for those who inflate them elsewhere. */
import type { ZipArchive } from './archive.ts';
import { joinRun, readRun, startRun, type CopiedData, type CopyRun } from './copy.ts';
import type { ZipEntry } from './entry.ts';

/** A member and its compressed data, checked as far as that goes without inflating them. */
export interface RawMember {
  readonly entry: ZipEntry;
  /** A view of bytes that the members of one run share. */
  readonly data: Uint8Array;
}

interface Wanted {
  readonly archive: ZipArchive;
  readonly entry: ZipEntry;
}

/** Members that lie one after the other, to be read at once. */
export type RawRun = CopyRun<Wanted>;

/** Puts members into runs of a few megabytes, in the order in which they lie in the archive; a longer one is alone. */
export function planRawRuns(archive: ZipArchive, entries: readonly ZipEntry[]): readonly RawRun[] {
  const runs: RawRun[] = [];
  const inPlace = entries.toSorted(
    (left, right) => left.localHeaderOffset - right.localHeaderOffset,
  );
  for (const entry of inPlace) {
    const last = runs.at(-1);
    const wanted = { archive, entry };
    if (last === undefined || !joinRun(last, wanted)) runs.push(startRun(wanted));
  }
  return runs;
}

/**
 * Reads a run. Both headers of each member were compared; size and CRC of its content are for who inflates it.
 * @throws WheelworksError as `ZipArchive.read`, but for what the content shows.
 */
export async function readRawRun(run: RawRun): Promise<readonly RawMember[]> {
  const read: readonly CopiedData<Wanted>[] = await readRun(run);
  return read.map(({ copied, data }) => ({ entry: copied.entry, data }));
}
