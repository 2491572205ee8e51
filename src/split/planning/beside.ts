/** Libraries that are loaded beside a file that is cut, and from nowhere else: in a part their slices do as well. */
import type { SplitInput } from '../reading/input.ts';
import { reached, type Group } from './groups.ts';

/** What keeps a library where it is installed. */
export interface InPlaceBindings {
  /** File names of libraries that the package's code mentions. */
  readonly named: ReadonlySet<string>;
  /** Paths that are to stay where they are installed. */
  readonly inPlace: ReadonlySet<string>;
}

/** Smaller ones are copied from where they are installed: a slice, its header and its description save little. */
const LEAST_BYTES = 64 << 10;

/**
 * Paths of libraries of the groups that would be copied into the cache and that nothing loads in place: every native file
 * that needs one of them, however far, is loaded from the cache itself.
 */
export function besideCut(
  { needs }: SplitInput,
  groups: readonly Group[],
  { named, inPlace }: InPlaceBindings,
): readonly string[] {
  const neededBy = new Map<string, string[]>();
  for (const [path, targets] of needs)
    for (const target of targets) neededBy.set(target, [...(neededBy.get(target) ?? []), path]);
  return groups.flatMap(({ files }) => {
    const fromCache = new Set(
      files
        .filter(
          ({ role, member: { path, stub, isFixed } }) =>
            role !== 'installed' ||
            (stub === undefined &&
              !isFixed &&
              neededBy.has(path) &&
              !inPlace.has(path) &&
              !named.has(path.slice(path.lastIndexOf('/') + 1))),
        )
        .map(({ member }) => member.path),
    );
    return files
      .filter(
        ({ role, member: { path, entry } }) =>
          role === 'installed' &&
          entry.compressedSize >= LEAST_BYTES &&
          fromCache.has(path) &&
          [...reached([path], neededBy)].every((each) => fromCache.has(each)),
      )
      .map(({ member }) => member.path);
  });
}
