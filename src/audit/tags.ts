/** The platform tags that verdicts amount to. */
import type { Libc } from '../platform/index.ts';
import type { NativeFacts } from './facts.ts';
import { isLoader } from './libc.ts';
import type { BaselineVerdict, Blocker } from './verdict.ts';

/**
 * The best tag: the oldest glibc baseline without a blocker, which the most systems satisfy. Of musl's the newest:
 * their tables do not differ in what a file shows, and a newer musl runs what an older one does not.
 */
export function bestVerdict(
  verdicts: readonly BaselineVerdict[],
  libc: Libc,
  counts: (blocker: Blocker) => boolean = () => true,
): BaselineVerdict | undefined {
  const met = verdicts.filter(({ blockers }) => !blockers.some(counts));
  return libc === 'musl' ? met.at(-1) : met[0];
}

/** Blockers that remain when the libraries a subject carries are made reachable. */
export function remainsOnceReachable(blocker: Blocker): boolean {
  return blocker.carried !== true;
}

/**
 * The best tag by the versions that a subject's files name, whichever library provides them: what auditwheel calls
 * `sym_tag`.
 */
export function symbolVerdict(
  natives: readonly NativeFacts[],
  verdicts: readonly BaselineVerdict[],
  place: { readonly architecture: string; readonly libc: Libc },
): BaselineVerdict | undefined {
  const named = new Set(
    natives.flatMap(({ elf }) =>
      Object.entries(elf?.versions ?? {}).flatMap(([library, versions]) =>
        isLoader(library) ? [] : versions,
      ),
    ),
  );
  const met = verdicts.filter(({ baseline }) => {
    const table = baseline.architectures.get(place.architecture);
    return [...named].every((version) => {
      const underscore = version.indexOf('_');
      const provided = underscore === -1 ? undefined : table?.get(version.slice(0, underscore));
      return provided === undefined || provided.has(version.slice(underscore + 1));
    });
  });
  return place.libc === 'musl' ? met.at(-1) : met[0];
}

/**
 * Every blocker once, under the loosest baseline it stops: it stops every stricter one too, since what a baseline
 * promises a looser one promises as well. Loosest first.
 */
export function loosestBlockers(verdicts: readonly BaselineVerdict[]): readonly Blocker[] {
  const loosest = new Map<string, Blocker>();
  for (const { blockers } of verdicts.toReversed()) {
    for (const blocker of blockers) {
      const { kind, path, library, version, symbol } = blocker;
      const key = [kind, path, library, version, symbol].join('\0');
      if (!loosest.has(key)) loosest.set(key, blocker);
    }
  }
  return [...loosest.values()];
}
