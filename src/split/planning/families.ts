/** Wheels that one machine could install: the parts they share must be right for each of them. */
import { parsePlatformTag } from '../../packaging/index.ts';
import { groupBy } from '../../support/group-by.ts';
import type { WheelState } from './state.ts';

/** Wheels of one platform, whatever their Python. */
export interface Family {
  readonly states: readonly WheelState[];
  /** Every platform tag of any of them, in their order. */
  readonly platforms: readonly string[];
}

/** The families of a release, in the order of their first wheels. */
export function familiesOf(states: readonly WheelState[]): readonly Family[] {
  const groups = groupBy(states, ({ input }) => familyKey(input.wheel.filename.tags.platforms));
  return [...groups.values()].map((members) => ({
    states: members,
    platforms: [...new Set(members.flatMap(({ input }) => input.wheel.filename.tags.platforms))],
  }));
}

/**
 * Linux wheels of one libc and architecture are one family whatever their baselines: an installer that takes a part of
 * one of them may be about to take the main wheel of another.
 */
function familyKey(platforms: readonly string[]): string {
  const kinds = platforms.map((text) => {
    const tag = parsePlatformTag(text);
    if (tag.kind === 'manylinux' || tag.kind === 'linux') return `glibc ${tag.arch}`;
    return tag.kind === 'musllinux' ? `musl ${tag.arch}` : text;
  });
  return [...new Set(kinds)].sort().join(' ');
}
