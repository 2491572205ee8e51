/**
 * The order of versions.
 *
 * Specification: Version specifiers (PEP 440), section "Summary of permitted suffixes and relative ordering".
 */
import type { Version } from './version-scan.ts';

/**
 * Negative, zero or positive as `left` sorts before, equal to or after `right`; for `Array.sort`.
 *
 * A total order in which trailing zeros do not count: `1` equals `1.0.0`. Within one release: dev, a, b, rc, final, post;
 * a dev release stands before what it leads to, a local version after its public one.
 */
export function compareVersions(left: Version, right: Version): number {
  return (
    compareNumbers(left.epoch, right.epoch) ||
    compareReleases(left.release, right.release) ||
    compareNumbers(preRank(left), preRank(right)) ||
    compareNumbers(left.pre?.number ?? 0n, right.pre?.number ?? 0n) ||
    compareNumbers(left.post ?? BEFORE_ALL, right.post ?? BEFORE_ALL) ||
    compareDevs(left.dev, right.dev) ||
    compareLocals(left.local ?? [], right.local ?? [])
  );
}

/** Whether both are of one release (`1.0.0` and `1.0.post1` are), whatever follows it. */
export function isSameRelease(left: Version, right: Version): boolean {
  return left.epoch === right.epoch && compareReleases(left.release, right.release) === 0;
}

/** Whether a version's release starts with these numbers, missing ones counting as zero: the meaning of `.*`. */
export function startsWithRelease(version: Version, prefix: readonly bigint[]): boolean {
  return prefix.every((number, index) => (version.release[index] ?? 0n) === number);
}

const BEFORE_ALL = -1n;

const PRE_RANKS = { a: 1n, b: 2n, rc: 3n } as const;

/** Where a version stands among the pre-releases of its release: `1.0.dev1` before `1.0a1`, `1.0` after `1.0rc1`. */
function preRank(version: Version): bigint {
  if (version.pre !== undefined) return PRE_RANKS[version.pre.kind];
  return version.dev !== undefined && version.post === undefined ? 0n : 4n;
}

function compareDevs(left: bigint | undefined, right: bigint | undefined): number {
  if (left === undefined || right === undefined) {
    return Number(left === undefined) - Number(right === undefined);
  }
  return compareNumbers(left, right);
}

function compareReleases(left: readonly bigint[], right: readonly bigint[]): number {
  const length = Math.max(left.length, right.length);
  for (let index = 0; index < length; index += 1) {
    const order = compareNumbers(left[index] ?? 0n, right[index] ?? 0n);
    if (order !== 0) return order;
  }
  return 0;
}

/** No label sorts first; then segment by segment, a word before a number, the shorter label first. */
function compareLocals(
  left: readonly (bigint | string)[],
  right: readonly (bigint | string)[],
): number {
  for (const [index, segment] of left.entries()) {
    const other = right[index];
    if (other === undefined) return 1;
    const order = compareLocalSegments(segment, other);
    if (order !== 0) return order;
  }
  return left.length < right.length ? -1 : 0;
}

function compareLocalSegments(left: bigint | string, right: bigint | string): number {
  if (typeof left === 'bigint') return typeof right === 'bigint' ? compareNumbers(left, right) : 1;
  if (typeof right === 'bigint') return -1;
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

function compareNumbers(left: bigint, right: bigint): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
