/** Search paths for the files that stay and need a library that moved. */
import { dirname, relative } from 'node:path/posix';
import type { PlannedEdit, PlannedMove } from '../plan.ts';
import type { WheelState } from './state.ts';

/** The edits of a wheel, by path. */
export function planEdits(
  { input, edited, libraries }: WheelState,
  moved: readonly PlannedMove[],
): readonly PlannedEdit[] {
  const places = new Map(
    moved.filter(({ path }) => libraries.has(path)).map(({ path, to }) => [path, to]),
  );
  return input.members
    .filter(({ path }) => edited.has(path))
    .map(({ path, entry: { size, compressedSize } }) => {
      const finds = (input.needs.get(path) ?? []).filter((target) => places.has(target)).sort();
      const ways = finds.map((target) => wayTo(path, places.get(target) ?? target));
      return { path, size, compressedSize, finds, entries: [...new Set(ways)] };
    })
    .sort((left, right) => (left.path < right.path ? -1 : 1));
}

/** `$ORIGIN/../name_part1/pkg.libs`: both wheels are installed into one folder. */
function wayTo(from: string, to: string): string {
  return `$ORIGIN/${relative(dirname(from), dirname(to))}`;
}
