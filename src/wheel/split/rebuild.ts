/**
 * What it takes to write the original wheel again byte for byte: everything of its file that is not the data of a member
 * which some wheel of the set carries (local headers, data descriptors, gaps, data before the archive, the central
 * directory, end records), and where the rest comes from, in file order. Whatever tool made the wheel: nothing of this is
 * made again, all of it is kept.
 */
import type { ZipArchive, ZipEntry } from '../../archive/zip/index.ts';
import { WheelworksError } from '../../support/errors.ts';
import { mapParallel } from '../../support/parallel.ts';
import type { Carrier } from './model.ts';

/** Where the data of a member of the original are in the set. */
export type DataPlace =
  /** In no other wheel; they stand among the rebuild data. For what the set's wheels replace, such as METADATA. */
  | { readonly kind: 'inline' }
  /**
   * The compressed bytes of a member, the same as the original's; with an offset, a stretch of them from there on, such
   * as in a stored member that keeps the bytes of several files which the set holds changed.
   */
  | {
      readonly kind: 'member';
      readonly carrier: Carrier;
      readonly path: string;
      readonly offset?: number;
    }
  /** The file of that path was cut into chunks; inflated again when the original had it stored. */
  | { readonly kind: 'chunks' };

/** A stretch of the original file, and where its bytes come from. */
export type RebuildStep =
  | { readonly kind: 'inline'; readonly length: number }
  | {
      readonly kind: 'member';
      readonly carrier: Carrier;
      readonly path: string;
      readonly length: number;
      /** Into the member's compressed bytes; without it the step is all of them. */
      readonly offset?: number;
    }
  /** `path` is that of the file in the original. */
  | { readonly kind: 'chunks'; readonly path: string; readonly length: number };

/** The steps in file order without a gap, and the bytes of those that are inline, one after the other. */
export interface Rebuild {
  /** Bytes of the original file. */
  readonly size: number;
  readonly steps: readonly RebuildStep[];
  readonly inline: Uint8Array;
}

/** Far more than the headers of any wheel; a self-extractor before the archive would be the rare exception. */
const MOST_INLINE = 64 << 20;

/** Headers read at once; each costs a read of its own. */
const AT_ONCE = 16;

/**
 * Collects the rebuild data of a wheel.
 * @param archive opened strictly: no two members share bytes
 * @param placeOf where the data of a member go; asked once for each
 * @throws WheelworksError `split/too-much-around` when more than 64 MiB of the file would have to be kept inline,
 *   `zip/*` for a damaged member, `file/*`.
 */
export async function collectRebuild(
  archive: ZipArchive,
  placeOf: (entry: ZipEntry) => DataPlace,
): Promise<Rebuild> {
  const inOrder = archive.entries.toSorted(
    (left, right) => left.localHeaderOffset - right.localHeaderOffset,
  );
  const located = await mapParallel(inOrder, AT_ONCE, async (entry) => ({
    entry,
    range: await archive.compressed(entry),
  }));
  const steps: RebuildStep[] = [];
  const kept: { readonly offset: number; readonly length: number }[] = [];
  let position = 0;
  const keepUntil = (offset: number): void => {
    const length = offset - position;
    if (length === 0) return;
    steps.push({ kind: 'inline', length });
    kept.push({ offset: position, length });
  };
  for (const { entry, range } of located) {
    const place = placeOf(entry);
    if (place.kind === 'inline' || range.length === 0) continue;
    keepUntil(range.offset);
    steps.push(dataStep(entry, place, range.length));
    position = range.offset + range.length;
  }
  keepUntil(archive.size);
  const total = kept.reduce((sum, { length }) => sum + length, 0);
  if (total > MOST_INLINE) throw tooMuchAround(archive, total);
  const pieces = await mapParallel(kept, AT_ONCE, ({ offset, length }) =>
    archive.source.read(offset, length),
  );
  return { size: archive.size, steps, inline: Buffer.concat(pieces) };
}

function dataStep(
  entry: ZipEntry,
  place: Exclude<DataPlace, { kind: 'inline' }>,
  length: number,
): RebuildStep {
  return place.kind === 'chunks'
    ? { kind: 'chunks', path: entry.path, length }
    : { ...place, length };
}

function tooMuchAround(archive: ZipArchive, total: number): WheelworksError {
  return new WheelworksError(
    'split/too-much-around',
    'Too much of the file belongs to no member that moves, so that the set would carry it twice.',
    {
      path: archive.path,
      evidence: `${total} bytes; at most ${MOST_INLINE} are kept`,
      hint: 'Write the wheel anew first (`wheelworks unpack`, then `wheelworks pack`).',
    },
  );
}
