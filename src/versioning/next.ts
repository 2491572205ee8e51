/** What may come after a version. */
import { compareVersions, isPrerelease, type Version } from '../packaging/index.ts';
import { isSameRelease } from '../packaging/version-order.ts';
import { baseOf, bumped } from './base.ts';
import { nextCandidate, type CandidateOptions } from './candidate.ts';
import { devVersion } from './kinds.ts';

/** What a next version is. */
export type NextKind = 'dev' | 'rc' | 'stable' | 'post' | 'patch' | 'minor' | 'major';

/** One version that may come next. */
export interface NextVersion {
  readonly kind: NextKind;
  readonly version: Version;
}

/** What decides the numbers. */
export interface NextOptions extends CandidateOptions {
  /** Commits since the last tag; default 0. */
  readonly distance?: number;
}

/**
 * The versions that may follow, least first, each greater than what is known of its release.
 *
 * Before a release these lead to it; when it is out (one of `known` is it, or a post-release of it), dev and rc lead to
 * the next patch release.
 */
export function nextVersions(version: Version, options: NextOptions): readonly NextVersion[] {
  const release: Version = { ...baseOf(version), post: undefined };
  const known = version.post === undefined ? options.known : [...options.known, version];
  const isOut = known.some(
    (each) => isSameRelease(each, release) && (!isPrerelease(each) || each.post !== undefined),
  );
  const target = isOut ? bumped(release, 'patch') : release;
  const { distance = 0 } = options;
  const all: readonly NextVersion[] = [
    { kind: 'dev', version: devVersion(target, { distance, commit: undefined, isDirty: false }) },
    { kind: 'rc', version: nextCandidate(target, options) },
    ...(isOut ? [] : [{ kind: 'stable', version: release } as const]),
    { kind: 'post', version: nextPost(release, known) },
    { kind: 'patch', version: bumped(release, 'patch') },
    { kind: 'minor', version: bumped(release, 'minor') },
    { kind: 'major', version: bumped(release, 'major') },
  ];
  return [...all].sort((left, right) => compareVersions(left.version, right.version));
}

/** The post-release after those that are known; the first is `.post1`. */
export function nextPost(base: Version, known: readonly Version[]): Version {
  const highest = known
    .filter((each) => isSameRelease(each, base))
    .reduce((most, { post }) => (post !== undefined && post > most ? post : most), 0n);
  return { ...baseOf(base), post: highest + 1n };
}
