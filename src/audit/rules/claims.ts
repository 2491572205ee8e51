/** The baselines that a wheel's tags promise against what its native files need, in both directions. */
import {
  baselineByTag,
  distributionsFor,
  imageFor,
  isPlausible,
  loadDistributions,
  parseLibcTag,
  type Baseline,
  type Distribution,
} from '../../platform/index.ts';
import type { Finding } from '../../support/finding.ts';
import type { Evaluation } from '../audit.ts';
import type { Blocker } from '../verdict.ts';
import { shown } from './shown.ts';

/** What the tags promise and the files break, libraries that no baseline has, and what could be promised besides. */
export async function claimFindings(audit: Evaluation): Promise<readonly Finding[]> {
  const judged = audit.claims.filter(({ holds }) => holds !== undefined);
  const isOurs = ownBlockers(audit);
  const seen = new Set<string>();
  const broken = judged.flatMap(({ tag, blockers }) => {
    const ours = blockers.filter(isOurs);
    const [first] = ours;
    // A tag and its old name are one promise; of another ABI, of processors and of impossible tags other rules speak.
    if (first === undefined || first.kind === 'abi' || seen.has(first.tag) || !isPlausible(tag))
      return [];
    seen.add(first.tag);
    return [notEarned(tag, first, { blockers: ours, audit })];
  });
  return [
    ...broken,
    ...(judged.length === 0 ? [] : external(audit)),
    ...(await couldBeOlder(audit)),
  ];
}

/**
 * Libraries that no baseline has may come from another wheel, those that the wheel carries may be loaded before, and of
 * processors a rule of its own speaks.
 */
function ownBlockers({ externalLibraries }: Evaluation): (blocker: Blocker) => boolean {
  const externals = new Set(externalLibraries.map(({ name }) => name));
  return ({ kind, library, carried }) => {
    if (kind === 'isa') return false;
    if (kind !== 'library') return true;
    return carried !== true && (library === undefined || !externals.has(library));
  };
}

function notEarned(
  tag: string,
  first: Blocker,
  { blockers, audit }: { readonly blockers: readonly Blocker[]; readonly audit: Evaluation },
): Finding {
  const isOurs = ownBlockers(audit);
  const best = audit.published.find((verdict) => !verdict.blockers.some(isOurs));
  return {
    code: 'audit/tag-not-earned',
    severity: 'error',
    effect: 'users-break',
    message: `The native files do not meet ${tag}.`,
    path: first.path,
    evidence: shown(
      blockers.map((blocker) => blocker.detail),
      4,
      '; ',
    ),
    hint: [...(best === undefined ? [] : [`They meet ${best.tag}.`]), remedy(tag, blockers)].join(
      ' ',
    ),
  };
}

/** As many functions can be avoided; where a file needs more, only an older system helps. */
const MOST_AVOIDABLE = 3;

/** What to do for the tag to be true: where to build, or what little to leave out. */
function remedy(tag: string, blockers: readonly Blocker[]): string {
  const named = baselineByTag(tag);
  const image = named === undefined ? undefined : imageFor(named.baseline, named.architecture);
  const build =
    image === undefined
      ? `build on a system as old as ${tag} says`
      : `build in ${image.reference}${image.retired === undefined ? '' : ' (no longer maintained)'}`;
  const libraries = new Set(
    blockers.flatMap(({ kind, library }) =>
      kind === 'library' && library !== undefined ? [library] : [],
    ),
  );
  const ways = [
    build,
    ...avoidable(blockers.filter(({ kind }) => kind === 'symbol')),
    ...(libraries.size === 0 ? [] : [`take ${shown(libraries)} into the wheel`]),
  ];
  return `For ${tag} ${ways.join(', or ')}.`;
}

function avoidable(blockers: readonly Blocker[]): readonly string[] {
  const places = new Map<string, Set<string>>();
  for (const { symbol, symbols, path } of blockers) {
    const names = symbols ?? (symbol === undefined ? [] : [symbol]);
    // Of some versions it is not known what they are wanted for: leaving out the rest would not help.
    if (names.length === 0) return [];
    for (const name of names) places.set(name, (places.get(name) ?? new Set()).add(path));
  }
  if (places.size === 0 || places.size > MOST_AVOIDABLE) return [];
  const wanted = [...places].map(([name, paths]) => `${name} (${shown(paths, 2)})`);
  return [`do without ${wanted.join(', ')}`];
}

function external(audit: Evaluation): readonly Finding[] {
  // Of libpython its own rule speaks: taking it in would be the wrong advice.
  const libraries = audit.externalLibraries.filter(({ name }) => !/^libpython\d/.test(name));
  const [first] = libraries;
  if (first === undefined) return [];
  return [
    {
      code: 'audit/external-library',
      severity: 'warning',
      effect: 'users-break',
      message:
        'The native files need libraries that neither the tag promises nor the wheel carries.',
      path: first.neededBy[0] ?? '',
      evidence: shown(
        libraries.map(({ name }) => name),
        8,
      ),
      hint: 'Put them into the wheel; name those that another package brings with --exclude.',
    },
  ];
}

/** The other direction: what the files need is older than what the tags ask for. */
async function couldBeOlder(audit: Evaluation): Promise<readonly Finding[]> {
  const { overallTag, architecture, libc, claims } = audit;
  const earned = overallTag === undefined ? undefined : baselineByTag(overallTag);
  if (earned === undefined || overallTag === undefined || libc !== 'glibc') return [];
  const promised = claims
    .filter(({ holds, tag }) => holds === true && parseLibcTag(tag)?.architecture === architecture)
    .map(({ tag }) => tag)
    .sort((one, other) => levelOf(one) - levelOf(other));
  const [oldest] = promised;
  if (oldest === undefined || levelOf(overallTag) >= levelOf(oldest)) return [];
  const gained = await gainedBy(earned.baseline, oldest, earned.architecture);
  if (gained.length === 0) return [];
  return [
    {
      code: 'audit/tag-could-be-older',
      severity: 'info',
      effect: 'advice',
      message: `The wheel claims ${oldest} and would pass as ${overallTag}, which more systems take.`,
      evidence: `gained: ${shown(
        gained.map(({ name, version }) => `${name} ${version}`),
        6,
      )}`,
      hint: `wheelworks retag to ${overallTag}, if the package was tested there.`,
    },
  ];
}

/** Distributions, the newest glibc first, that satisfy a baseline and not what a tag claims. */
async function gainedBy(
  earned: Baseline,
  claimed: string,
  architecture: string,
): Promise<readonly Distribution[]> {
  const all = await loadDistributions();
  const satisfied = distributionsFor(earned, architecture, all);
  const claim = baselineByTag(claimed)?.baseline;
  const had = new Set(claim === undefined ? [] : distributionsFor(claim, architecture, all));
  const level = levelOf(claimed);
  return satisfied
    .filter((distribution) => !had.has(distribution) && levelOfLibc(distribution) < level)
    .sort((one, other) => levelOfLibc(other) - levelOfLibc(one));
}

function levelOfLibc({ libcVersion: [major, minor] }: Distribution): number {
  return major * 1000 + minor;
}

/** The libc version of a tag as one number; that of other tags is never older. */
function levelOf(tag: string): number {
  const version = parseLibcTag(tag)?.version;
  return version === undefined ? Infinity : version.major * 1000 + version.minor;
}
