/**
 * What each operator of a version specifier accepts.
 *
 * Specification: Version specifiers (PEP 440), one section an operator from "Compatible release" to "Arbitrary equality".
 * https://packaging.python.org/specifications/version-specifiers/#version-specifiers
 */
import type { Specifier, VersionOperator, VersionSpecifier } from './specifier.ts';
import { compareVersions, isSameRelease, startsWithRelease } from './version-order.ts';
import type { Version } from './version-scan.ts';
import { formatVersion, isPrerelease, tryParseVersion, withoutLocal } from './version.ts';

/** Something to hold against a specifier: a text, and the version it is when it is one. */
export interface Candidate {
  readonly text: string;
  readonly version: Version | undefined;
}

/** A candidate from a text as it stands on an index (kept as it is for `===`), or from a parsed version. */
export function candidateFrom(item: string | Version): Candidate {
  if (typeof item === 'string') return { text: item, version: tryParseVersion(item) };
  return { text: formatVersion(item), version: item };
}

/**
 * Whether a candidate meets one specifier. Whether pre-releases are wanted at all is the caller's question.
 *
 * A text that is no version meets nothing but `===`.
 */
export function matchesSpecifier(specifier: Specifier, candidate: Candidate): boolean {
  if (specifier.operator === '===') {
    return candidate.text.toLowerCase() === specifier.versionText.toLowerCase();
  }
  return (
    candidate.version !== undefined && MATCHERS[specifier.operator](specifier, candidate.version)
  );
}

type Matcher = (specifier: VersionSpecifier, candidate: Version) => boolean;

const MATCHERS: Readonly<Record<VersionOperator, Matcher>> = {
  '==': isEqual,
  '!=': (specifier, candidate) => !isEqual(specifier, candidate),
  '~=': isCompatible,
  '>=': ({ version: wanted }, candidate) => compareVersions(candidate, wanted) >= 0,
  '<=': ({ version: wanted }, candidate) => compareVersions(withoutLocal(candidate), wanted) <= 0,
  '>': isAfter,
  '<': isBefore,
};

/** A label of the candidate counts only when the specifier has one: `1.0+local` is `==1.0`. */
function isEqual({ version: wanted, wildcard }: VersionSpecifier, candidate: Version): boolean {
  if (wildcard) return hasPrefix(candidate, wanted, wanted.release);
  const compared = wanted.local === undefined ? withoutLocal(candidate) : candidate;
  return compareVersions(compared, wanted) === 0;
}

/** `~=1.4.5` is `>=1.4.5, ==1.4.*`. */
function isCompatible({ version: wanted }: VersionSpecifier, candidate: Version): boolean {
  return (
    compareVersions(candidate, wanted) >= 0 &&
    hasPrefix(candidate, wanted, wanted.release.slice(0, -1))
  );
}

/** Whether a candidate is in the wanted epoch and its release starts with `prefix`. */
function hasPrefix(candidate: Version, wanted: Version, prefix: readonly bigint[]): boolean {
  return candidate.epoch === wanted.epoch && startsWithRelease(candidate, prefix);
}

/**
 * `>1.0` leaves out what is 1.0 for its users though it sorts after it: its post-releases and local builds. Who writes
 * `>1.0.post1` knows of post-releases and gets the next one.
 */
function isAfter({ version: wanted }: VersionSpecifier, candidate: Version): boolean {
  if (wanted.post !== undefined || wanted.dev !== undefined) {
    return compareVersions(withoutLocal(candidate), wanted) > 0;
  }
  const isOfWanted = isSameRelease(candidate, wanted) && isSamePre(candidate, wanted);
  return !isOfWanted && compareVersions(candidate, wanted) > 0;
}

/** `<1.0` leaves out the pre-releases of 1.0, unless it names one itself. */
function isBefore({ version: wanted }: VersionSpecifier, candidate: Version): boolean {
  const bound = isPrerelease(wanted) ? wanted : { ...wanted, dev: 0n };
  return compareVersions(candidate, bound) < 0;
}

function isSamePre(left: Version, right: Version): boolean {
  return left.pre?.kind === right.pre?.kind && left.pre?.number === right.pre?.number;
}
