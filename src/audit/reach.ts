/**
 * Which needed libraries the loader finds inside the wheel.
 *
 * Specification: ld.so(8). A library is looked for by DT_RPATH of the file that needs it and of those that loaded it,
 * by DT_RUNPATH of that file alone, and not at all when one of the same name is loaded already.
 */
import type { NativeFacts } from './facts.ts';

/** A library that lies in the wheel where no search path of the files that need it leads. */
export interface UnreachableLibrary {
  readonly name: string;
  readonly neededBy: readonly string[];
  /** Where it is. */
  readonly at: readonly string[];
}

interface Member {
  readonly path: string;
  readonly elf: NonNullable<NativeFacts['elf']>;
  /** DT_RPATH as folders of the installed wheel; of a file that has a DT_RUNPATH it does not count. */
  readonly rpath: ReadonlySet<string>;
  /** DT_RUNPATH; undefined for files without. */
  readonly runpath: ReadonlySet<string> | undefined;
  /** The symbolic link that it is found by. */
  readonly alias?: string;
}

/** What a wheel carries, and what of that its files find. */
export interface Reach {
  /** Whether a file (by path) finds a library it needs inside the wheel. */
  finds(path: string, library: string): boolean;
  /** The file of the wheel that a file's need is met by; undefined when it finds none. */
  targetOf(path: string, library: string): string | undefined;
  /** Where the wheel has a library of this name. */
  placesOf(library: string): readonly string[];
}

/**
 * Follows the search paths of every file, as the loader would.
 * @param aliases other paths of these files, by which a loader finds them
 */
export function reachOf(
  natives: readonly NativeFacts[],
  aliases: ReadonlyMap<string, string> = new Map(),
): Reach {
  const members = natives.flatMap(({ path, elf }) =>
    elf === undefined ? [] : [{ path, elf, ...searchPathsOf(elf, folderOf(installedPath(path))) }],
  );
  const byMember = new Map(members.map((member) => [member.path, member]));
  const linked = [...aliases].flatMap(([alias, path]) => {
    const member = byMember.get(path);
    return member === undefined
      ? []
      : [{ ...member, alias, ...searchPathsOf(member.elf, folderOf(alias)) }];
  });
  const carriers = carriersOf([...members, ...linked]);
  const reached = reachedFrom(members, linked);
  return {
    finds: (path, library) => reached.get(path)?.has(library) === true,
    targetOf: (path, library) => reached.get(path)?.get(library),
    placesOf: (library) => carriers.get(library) ?? [],
  };
}

/**
 * Libraries that the wheel carries where the files that need them do not look. Those that every system has anyway are
 * no such: the loader takes the system's.
 */
export function unreachableLibraries(
  natives: readonly NativeFacts[],
  reach: Reach,
  isOfSystems: (library: string) => boolean,
): readonly UnreachableLibrary[] {
  const found = new Map<string, Set<string>>();
  for (const { path, elf } of natives) {
    for (const name of elf?.needed ?? []) {
      if (reach.placesOf(name).length === 0 || reach.finds(path, name) || isOfSystems(name))
        continue;
      found.set(name, (found.get(name) ?? new Set()).add(path));
    }
  }
  return [...found]
    .map(([name, paths]) => ({ name, neededBy: [...paths].sort(), at: reach.placesOf(name) }))
    .sort((left, right) => (left.name < right.name ? -1 : 1));
}

/** Names by which a file of the wheel can satisfy a need, to the paths of those files. */
function carriersOf(members: readonly Member[]): ReadonlyMap<string, readonly string[]> {
  const carriers = new Map<string, Set<string>>();
  for (const { path, elf, alias } of members) {
    for (const name of namesOf(alias ?? path, elf.soname))
      carriers.set(name, (carriers.get(name) ?? new Set()).add(path));
  }
  return new Map([...carriers].map(([name, paths]) => [name, [...paths].sort()]));
}

function namesOf(path: string, soname: string | undefined): readonly string[] {
  const base = path.slice(path.lastIndexOf('/') + 1);
  return soname === undefined || soname === base ? [base] : [base, soname];
}

/**
 * How many needs may be looked at and folders looked in, over all files: a few seconds. Real wheels take some thousands. A
 * chain of ten thousand forged files would take a hundred million; what is left to follow then counts as not found.
 */
const MOST_STEPS = 3_000_000;

/**
 * Loads every file the way dlopen does, with all it needs. A need counts as reached when it is in any of these trees:
 * a library that only ever comes with another one finds what that one has loaded.
 */
function reachedFrom(
  members: readonly Member[],
  linked: readonly Member[],
): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const byPath = new Map(
    [...linked, ...members].map((member) => [member.alias ?? installedPath(member.path), member]),
  );
  const reached = new Map<string, Map<string, string>>(
    members.map(({ path }) => [path, new Map()]),
  );
  const budget = { steps: MOST_STEPS };
  for (const root of members) {
    const loaded = new Map(namesOf(root.path, root.elf.soname).map((name) => [name, root.path]));
    const queue: { member: Member; rpaths: ReadonlySet<string> }[] = [
      { member: root, rpaths: root.rpath },
    ];
    // The queue grows by one entry a loaded file, and each file is loaded once.
    for (const { member, rpaths } of queue) {
      for (const name of member.elf.needed) {
        if (budget.steps <= 0) return reached;
        budget.steps -= 1;
        const known = loaded.get(name);
        const target =
          known === undefined
            ? findIn(byPath, { folders: member.runpath ?? rpaths, name, budget })
            : undefined;
        const path = known ?? target?.path;
        if (path === undefined) continue;
        reached.get(member.path)?.set(name, path);
        if (target === undefined) continue;
        for (const each of [name, ...namesOf(target.alias ?? target.path, target.elf.soname)])
          loaded.set(each, target.path);
        queue.push({ member: target, rpaths: joined(rpaths, target.rpath, budget) });
      }
    }
  }
  return reached;
}

interface Budget {
  steps: number;
}

function findIn(
  byPath: ReadonlyMap<string, Member>,
  { folders, name, budget }: { folders: ReadonlySet<string>; name: string; budget: Budget },
): Member | undefined {
  for (const folder of folders) {
    budget.steps -= 1;
    const member = byPath.get(folder === '' ? name : `${folder}/${name}`);
    if (member !== undefined) return member;
  }
  return undefined;
}

/** The search path of those that loaded a file, and then its own. */
function joined(
  inherited: ReadonlySet<string>,
  own: ReadonlySet<string>,
  budget: Budget,
): ReadonlySet<string> {
  if ([...own].every((folder) => inherited.has(folder))) return inherited;
  budget.steps -= inherited.size + own.size;
  return new Set([...inherited, ...own]);
}

function searchPathsOf(
  { rpath, runpath }: Member['elf'],
  folder: string,
): Pick<Member, 'rpath' | 'runpath'> {
  const expanded = (entries: readonly string[]): ReadonlySet<string> =>
    new Set(entries.map((entry) => expand(entry, folder)));
  return runpath.length > 0
    ? { rpath: new Set(), runpath: expanded(runpath) }
    : { rpath: expanded(rpath), runpath: undefined };
}

/** What cannot be a folder of the wheel: an absolute path of some machine, or the current directory. */
const NOWHERE = '/';

/** A search path entry as a folder of the installed wheel. */
function expand(entry: string, folder: string): string {
  const rest = /^(?:\$ORIGIN|\$\{ORIGIN\})(?:\/(.*))?$/.exec(entry);
  if (rest === null) return NOWHERE;
  const parts: string[] = folder === '' ? [] : folder.split('/');
  for (const part of (rest[1] ?? '').split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return NOWHERE;
  }
  return parts.join('/');
}

/** Where installers put a member: `platlib` and `purelib` of `.data` are the folder of everything else. */
function installedPath(path: string): string {
  return path.replace(/^[^/]+\.data\/(?:platlib|purelib)\//, '');
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}
