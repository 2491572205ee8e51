/** What a repair would take into a subject so that it needs nothing but what a baseline promises. */
import { librariesFor, type Baseline, type Libc } from '../platform/index.ts';
import type { NativeFacts } from './facts.ts';
import type { LibrarySource } from './libraries/request.ts';
import { loadAll, type Load, type LoadLink, type MissingLibrary } from './load.ts';
import { needsOf, type ElfNeeds } from './needs.ts';
import type { Reach } from './reach.ts';
import { bestVerdict, remainsOnceReachable } from './tags.ts';
import { resolveUnversioned } from './unversioned.ts';
import { judge, providesLibrary, type Blocker } from './verdict.ts';

/** Libraries to take in, and the tag that is met with them. */
export interface Graft {
  /**
   * The best tag once the libraries are in the subject; `linux_<arch>` when even then no baseline is met, undefined
   * when some of them are missing.
   */
  readonly tag: string | undefined;
  /** Every library that was found, those that other grafted ones need included, each file once; by name. */
  readonly libraries: readonly GraftedLibrary[];
  /** Which file gets which library, of the subject or grafted; what baselines have is not among them. */
  readonly links: readonly LoadLink[];
  /** What was found nowhere; empty when there is a tag. */
  readonly missing: readonly MissingLibrary[];
  /**
   * What stands between the files with these libraries and the last baseline that was tried, when none is met; grafted
   * ones go by where they are on this machine.
   */
  readonly blockers: readonly Blocker[];
}

/** One library to take in. */
export interface GraftedLibrary {
  /** The name it is needed by; of several the first in order. */
  readonly name: string;
  /** Where it is, with every symbolic link followed. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Files of the subject, by path, and grafted libraries, by name, that need it. */
  readonly neededBy: readonly string[];
  /** Its own best tag; `linux_<arch>` when it meets no baseline. */
  readonly ownTag: string;
  readonly facts: NativeFacts;
}

/** What there is to graft for. */
export interface GraftRequest {
  /** The loadable files of the subject. */
  readonly natives: readonly NativeFacts[];
  readonly reach: Reach;
  readonly architecture: string;
  readonly libc: Libc;
  /** Of that architecture and libc, the oldest first. */
  readonly baselines: readonly Baseline[];
  /** As {@link LoadRequest.folder}. */
  readonly folder: string | undefined;
  /** Libraries that something else brings. */
  isExcluded(library: string): boolean;
}

/**
 * The libraries to take in for the best tag that can be met with what is found: baselines are tried from the one that
 * most systems satisfy. What a baseline promises is not taken in for it; what lies in the subject is not looked for
 * elsewhere. Needs of the grafted libraries count as the subject's own.
 */
export async function graft(request: GraftRequest, source: LibrarySource): Promise<Graft> {
  const { architecture, libc, baselines } = request;
  const attempts = attemptReader(request, source);
  let last: { readonly attempt: Attempt; readonly blockers: readonly Blocker[] } | undefined;
  for (const baseline of libc === 'musl' ? baselines.toReversed() : baselines) {
    const attempt = await attempts(baseline);
    const isWhole = attempt.load.missing.length === 0;
    const blockers = remaining(attempt.needs, architecture, baseline);
    if (isWhole && blockers.length === 0)
      return { ...graftOf(attempt, request, `${baseline.name}_${architecture}`), blockers };
    // Of those that are not met, the one for which most was found tells the most.
    if (last === undefined || attempt.load.missing.length <= last.attempt.load.missing.length)
      last = { attempt, blockers };
  }
  if (last === undefined)
    return { tag: undefined, libraries: [], links: [], missing: [], blockers: [] };
  const isWhole = last.attempt.load.missing.length === 0;
  const tag = isWhole ? `linux_${architecture}` : undefined;
  return { ...graftOf(last.attempt, request, tag), blockers: last.blockers };
}

/** The interpreter has libpython loaded before it imports anything, or its code is in the program itself. */
const LIBPYTHON = /^libpython\d+(?:\.\d+)?[a-z]*\.so/;

/** Whether a library is the interpreter's own, which a wheel must neither carry nor name. */
export function isLibPython(library: string): boolean {
  return LIBPYTHON.test(library);
}

/**
 * Parts of the C library, which work with the loader of the same build alone: a copy in a wheel would be a second one
 * in the process.
 */
const OF_LIBC =
  /^lib(?:c|m|dl|rt|pthread|util|resolv|anl|mvec|nsl|thread_db|BrokenLocale|nss_\w+)\.so(?:\.|$)|^libc\.musl-/;

/** Whether a library is part of the C library, which cannot be grafted. */
export function isOfLibc(library: string): boolean {
  return OF_LIBC.test(library);
}

interface Attempt {
  readonly load: Load;
  readonly needs: readonly ElfNeeds[];
}

/** Most baselines promise the same libraries as the one before: what is to be taken in is then the same, too. */
function attemptReader(
  request: GraftRequest,
  source: LibrarySource,
): (baseline: Baseline) => Promise<Attempt> {
  const withoutLibc: LibrarySource = {
    ...source,
    find: async (wanted) => (isOfLibc(wanted.name) ? undefined : source.find(wanted)),
  };
  const isExcluded = (name: string): boolean => request.isExcluded(name) || isLibPython(name);
  const attempts = new Map<string, Promise<Attempt>>();
  const attempt = async (baseline: Baseline): Promise<Attempt> => {
    const libraries = librariesFor(baseline, request.architecture);
    const load = await loadAll({
      ...request,
      source: withoutLibc,
      isMet: (name) => isExcluded(name) || providesLibrary(baseline, libraries, name),
    });
    return { load, needs: await needsWith(load, request, isExcluded) };
  };
  return (baseline) => {
    const key = [...librariesFor(baseline, request.architecture)].sort().join('\n');
    const known = attempts.get(key) ?? attempt(baseline);
    attempts.set(key, known);
    return known;
  };
}

/** The needs of the subject's files and of what is taken in, each with the others around it. */
async function needsWith(
  load: Load,
  request: GraftRequest,
  isExcluded: (name: string) => boolean,
): Promise<readonly ElfNeeds[]> {
  const targets = new Map(
    load.links.flatMap(({ from, name, to }) =>
      to === undefined ? [] : [[`${from.path}\0${name}`, to.path]],
    ),
  );
  const targetOf = (path: string, name: string): string | undefined =>
    targets.get(`${path}\0${name}`) ?? request.reach.targetOf(path, name);
  const reach: Reach = {
    targetOf,
    finds: (path, name) => targetOf(path, name) !== undefined,
    placesOf: (name) => request.reach.placesOf(name),
  };
  const grafted = [...load.libraries].map(([path, { facts }]) => ({ ...facts, path }));
  const natives = [...request.natives, ...grafted];
  const unversioned = await resolveUnversioned(natives, request.architecture, request.libc);
  return natives.flatMap((native) =>
    native.elf === undefined
      ? []
      : [
          needsOf(native, native.elf, {
            reach,
            origins: unversioned.get(native.path)?.origins ?? [],
            isExcluded,
          }),
        ],
  );
}

function remaining(
  needs: readonly ElfNeeds[],
  architecture: string,
  baseline: Baseline,
): readonly Blocker[] {
  return judge(needs, architecture, [baseline]).flatMap(({ blockers }) =>
    blockers.filter(remainsOnceReachable),
  );
}

function graftOf(
  { load, needs }: Attempt,
  { architecture, libc, baselines }: GraftRequest,
  tag: string | undefined,
): Omit<Graft, 'blockers'> {
  const ownTag = (path: string): string => {
    const own = needs.filter((each) => each.path === path);
    return bestVerdict(judge(own, architecture, baselines), libc)?.tag ?? `linux_${architecture}`;
  };
  const names = new Map<string, string>();
  for (const { name, to } of load.links) {
    if (to === undefined || to.inSubject) continue;
    const known = names.get(to.path);
    if (known === undefined || name < known) names.set(to.path, name);
  }
  const neededBy = (path: string): readonly string[] => {
    const users = load.links.filter(({ to }) => to?.inSubject === false && to.path === path);
    return [
      ...new Set(
        users.map(({ from }) => (from.inSubject ? from.path : (names.get(from.path) ?? from.path))),
      ),
    ].sort();
  };
  const libraries = [...load.libraries.values()].map(({ name, path, facts }) => ({
    name: names.get(path) ?? name,
    path,
    size: facts.size,
    neededBy: neededBy(path),
    ownTag: ownTag(path),
    facts,
  }));
  return {
    tag,
    libraries: libraries.sort((left, right) =>
      left.name === right.name
        ? left.path < right.path
          ? -1
          : 1
        : left.name < right.name
          ? -1
          : 1,
    ),
    links: load.links,
    missing: load.missing,
  };
}
