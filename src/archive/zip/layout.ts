/** Where members lie in the file, and that no two share bytes. */
import { hex } from '../../support/byte-reader.ts';
import type { DirectoryEntry } from './central-directory.ts';
import type { ZipStructure } from './end-record.ts';
import { LENGTH } from './format.ts';
import { printableName } from './names.ts';
import { memberPath, type Report } from './problem.ts';

/**
 * Sets each entry's `recordLimit`, the offset of what follows it. Overlaps are how small archives unpack to petabytes
 * (Fifield, "A better zip bomb", 2019), and how two entries share one header that only one of them agrees with.
 *
 * Reports `zip/overlapping-members` and `zip/out-of-bounds`; reading such a member fails as well.
 */
export function layOut(
  entries: readonly DirectoryEntry[],
  structure: ZipStructure,
  path: string,
  report: Report,
): void {
  const order = [...entries].sort(
    (left, right) => left.localHeaderOffset - right.localHeaderOffset || left.index - right.index,
  );
  for (const [place, entry] of order.entries()) {
    const next = order[place + 1];
    const limit = Math.min(
      next?.localHeaderOffset ?? structure.directoryOffset,
      structure.directoryOffset,
    );
    entry.recordLimit = limit;
    const end = leastEnd(entry);
    if (end <= limit) continue;
    const inDirectory = end > structure.directoryOffset;
    report({
      code: inDirectory ? 'zip/out-of-bounds' : 'zip/overlapping-members',
      message: inDirectory
        ? 'A member reaches past the members into the central directory.'
        : `A member shares bytes with ${printableName(next?.path ?? '')}.`,
      path: memberPath(path, printableName(entry.path)),
      evidence: `from ${hex(entry.localHeaderOffset)} to ${hex(end)}; what follows starts at ${hex(limit)}`,
      effect: 'users-break',
    });
  }
}

/** The first offset a member can end at: its local header may have more extra fields, which reading it shows. */
function leastEnd(entry: DirectoryEntry): number {
  return entry.localHeaderOffset + LENGTH.local + entry.rawPath.length + entry.compressedSize;
}
