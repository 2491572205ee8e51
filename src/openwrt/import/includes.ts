/** The files of the build system that a recipe includes, and what stands between them. */
import type { Evaluation, MakeEvent } from '../makefile/index.ts';

export interface HeadIncludes {
  /** Those that stand before every variable. */
  readonly first: readonly string[];
  /** The others, in order. */
  readonly rest: readonly string[];
  /** How many of the others stand before an event. */
  readonly countBefore: (event: MakeEvent) => number;
}

/** Every recipe begins with it. */
const RULES = '$(TOPDIR)/rules.mk';

/** Finds the includes that no condition holds. */
export function headIncludes({ events }: Evaluation): HeadIncludes {
  const paths: string[] = [];
  const counts = new Map<MakeEvent, number>();
  let leading: number | undefined;
  for (const event of events) {
    if (event.kind === 'include' && event.path !== RULES && event.when.length === 0)
      paths.push(event.path);
    if (event.kind !== 'set') continue;
    leading ??= paths.length;
    counts.set(event, paths.length);
  }
  // A recipe that includes everything at once has nothing to come first: all its variables stand behind.
  const first = leading === undefined || leading === paths.length ? 0 : leading;
  return {
    first: paths.slice(0, first),
    rest: paths.slice(first),
    countBefore: (event) => (counts.get(event) ?? 0) - first,
  };
}

/** Where an event stands among them. */
export function placeIn(
  { rest, countBefore }: HeadIncludes,
  event: MakeEvent,
): {
  /** The include right before it; undefined: none, or only such as come first. */
  readonly behind: string | undefined;
  /** Behind all of them. */
  readonly isLast: boolean;
  readonly later: readonly string[];
} {
  const count = countBefore(event);
  return {
    behind: rest[count - 1],
    isLast: count > 0 && count === rest.length,
    later: rest.slice(count),
  };
}
