/**
 * Version specifiers joined with commas, and which versions they let through.
 *
 * Specification: Version specifiers (PEP 440), sections "Version specifiers" and "Handling of pre-releases".
 * https://packaging.python.org/specifications/version-specifiers/#handling-of-pre-releases
 */
import { candidateFrom, matchesSpecifier, type Candidate } from './specifier-match.ts';
import {
  canonicalSpecifier,
  formatSpecifier,
  namesPrerelease,
  parseSpecifier,
  tryParseSpecifier,
  type Specifier,
} from './specifier.ts';
import { isPrerelease, type Version } from './version.ts';
import { trimPythonSpace } from './white-space.ts';

/** All must hold; in the order written. The empty set takes every version. */
export type SpecifierSet = readonly Specifier[];

export interface ContainsOptions {
  /** Whether pre-releases may match at all; by default they may, as the one version asked about has no rival. */
  readonly prereleases?: boolean;
  /** Whether the version is installed already: then a pre-release is accepted whatever `prereleases` says. */
  readonly installed?: boolean;
}

export interface FilterOptions {
  /** Take or leave pre-releases; by default they are taken only when asked for or when nothing else matches. */
  readonly prereleases?: boolean;
}

/**
 * Reads specifiers joined with commas; empty ones (`>=1,`) are passed over, as installers do.
 * @throws WheelworksError `packaging/invalid-specifier` naming the first wrong one.
 */
export function parseSpecifierSet(text: string): SpecifierSet {
  return clausesOf(text).map((clause) => parseSpecifier(clause));
}

/** Like {@link parseSpecifierSet}, with undefined when any specifier is not valid. */
export function tryParseSpecifierSet(text: string): SpecifierSet | undefined {
  const set: Specifier[] = [];
  for (const clause of clausesOf(text)) {
    const specifier = tryParseSpecifier(clause);
    if (specifier === undefined) return undefined;
    set.push(specifier);
  }
  return set;
}

function clausesOf(text: string): string[] {
  return text.split(',').filter((clause) => trimPythonSpace(clause) !== '');
}

/** Sorted and without repetition, versions as written: what `str(SpecifierSet)` gives. */
export function formatSpecifierSet(set: SpecifierSet): string {
  const sorted = set.toSorted((left, right) =>
    compareText(formatSpecifier(left), formatSpecifier(right)),
  );
  const distinct = new Map<string, string>();
  for (const specifier of sorted) {
    const key = canonicalSpecifier(specifier);
    if (!distinct.has(key)) distinct.set(key, formatSpecifier(specifier));
  }
  return [...distinct.values()].join(',');
}

/**
 * Whether one version meets every specifier. A text that is no version never throws: it meets `===` and the empty set.
 *
 * Give the text as the index has it where `===` matters: that operator compares texts and not versions.
 */
export function specifierSetContains(
  set: SpecifierSet,
  version: string | Version,
  options: ContainsOptions = {},
): boolean {
  const candidate = candidateFrom(version);
  const refusesPrereleases = options.prereleases === false && options.installed !== true;
  if (refusesPrereleases && isPrereleaseCandidate(candidate)) return false;
  return set.every((specifier) => matchesSpecifier(specifier, candidate));
}

/**
 * The versions that meet every specifier, in the order given.
 *
 * Pre-releases come through when `prereleases` says so, when a specifier names one (`>=2.0rc1`), or when nothing but
 * pre-releases matches.
 */
export function filterVersions<Item extends string | Version>(
  set: SpecifierSet,
  versions: readonly Item[],
  options: FilterOptions = {},
): Item[] {
  const matching = versions
    .map((item) => ({ item, candidate: candidateFrom(item) }))
    .filter(({ candidate }) => set.every((specifier) => matchesSpecifier(specifier, candidate)));
  const takesPrereleases = options.prereleases ?? takesPrereleasesByDefault(set, matching);
  return matching
    .filter(({ candidate }) => takesPrereleases || !isPrereleaseCandidate(candidate))
    .map(({ item }) => item);
}

function takesPrereleasesByDefault(
  set: SpecifierSet,
  matching: readonly { readonly candidate: Candidate }[],
): boolean {
  if (set.some((specifier) => namesPrerelease(specifier))) return true;
  return !matching.some(({ candidate }) => isFinal(candidate));
}

function isFinal({ version }: Candidate): boolean {
  return version !== undefined && !isPrerelease(version);
}

function isPrereleaseCandidate({ version }: Candidate): boolean {
  return version !== undefined && isPrerelease(version);
}

function compareText(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
