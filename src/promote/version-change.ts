/** The new version of each package of a set, and what promotion may make of a version. */
import {
  baseVersion,
  formatVersion,
  parseVersion,
  tryParseVersion,
  type Version,
} from '../packaging/index.ts';
import { closestName } from '../support/closest-name.ts';
import { WheelworksError } from '../support/errors.ts';

/** One package and the versions it leaves and gets. */
export interface VersionChange {
  /** Normalised. */
  readonly project: string;
  readonly from: Version;
  readonly to: Version;
  /** Both in normal form, as file names and metadata have them. */
  readonly fromText: string;
  readonly toText: string;
}

/** The changes of a set, by normalised project name. */
export type VersionChanges = ReadonlyMap<string, VersionChange>;

/** What a set is to become: the release its candidates are of, a post-release of that, or one version. */
export type PromotionTarget =
  | { readonly kind: 'final' }
  | { readonly kind: 'post'; readonly number: bigint }
  | { readonly kind: 'version'; readonly version: Version };

/**
 * Reads `final`, `post`, `post2` or a version.
 * @throws WheelworksError `promote/bad-target`, also for a version that no index takes as a release.
 */
export function parseTarget(text: string): PromotionTarget {
  if (text === 'final') return { kind: 'final' };
  const post = /^post([0-9]{0,18})$/.exec(text);
  if (post !== null) return { kind: 'post', number: BigInt(post[1] === '' ? 1 : (post[1] ?? 1)) };
  const version = tryParseVersion(text);
  if (version === undefined || version.local !== undefined || version.dev !== undefined)
    throw new WheelworksError('promote/bad-target', `${text} is nothing to promote to.`, {
      hint: `${suggestionFor(text)}Give final, post, postN, or a version such as 3.12.0, 3.12.0.post1 or 3.12.0rc2.`,
    });
  return { kind: 'version', version };
}

function suggestionFor(text: string): string {
  const meant = closestName(text, ['final', 'post']);
  return meant === undefined ? '' : `Did you mean ${meant}? `;
}

/** The version that the target makes of another one; undefined where `--to VERSION` is about another release. */
export function promotedVersion(from: Version, target: PromotionTarget): Version | undefined {
  const base = parseVersion(baseVersion(from));
  switch (target.kind) {
    case 'final':
      return base;
    case 'post':
      return { ...base, post: target.number };
    case 'version':
      return isOneRelease(from, target.version) ? target.version : undefined;
  }
}

/** Whether two versions are of one release: epoch and numbers alone count. */
export function isOneRelease(left: Version, right: Version): boolean {
  return baseKey(left) === baseKey(right);
}

/** Equal for all versions of one release. */
export function baseKey(version: Version): string {
  const base = baseVersion(version);
  return base.replace(/(?:\.0)+$/, '');
}

/** A change with its texts. */
export function versionChange(project: string, from: Version, to: Version): VersionChange {
  return { project, from, to, fromText: formatVersion(from), toText: formatVersion(to) };
}

/** Whether it is a candidate and nothing else: `3.12.0rc1`, but no dev, post or local build of one. */
export function isCandidate({ pre, post, dev, local }: Version): boolean {
  return pre?.kind === 'rc' && post === undefined && dev === undefined && local === undefined;
}

/** Whether it is a plain release. */
export function isFinal({ pre, post, dev, local }: Version): boolean {
  return pre === undefined && post === undefined && dev === undefined && local === undefined;
}
