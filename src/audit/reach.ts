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
  readonly folder: string;
  readonly elf: NonNullable<NativeFacts['elf']>;
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
    elf === undefined ? [] : [{ path, folder: folderOf(installedPath(path)), elf }],
  );
  const byMember = new Map(members.map((member) => [member.path, member]));
  const linked = [...aliases].flatMap(([alias, path]) => {
    const member = byMember.get(path);
    return member === undefined ? [] : [{ ...member, alias, folder: folderOf(alias) }];
  });
  const carriers = carriersOf([...members, ...linked]);
  const reached = reachedFrom(members, linked);
  return {
    finds: (path, library) => reached.get(path)?.has(library) === true,
    targetOf: (path, library) => reached.get(path)?.get(library),
    placesOf: (library) => [...(carriers.get(library) ?? [])].sort(),
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
function carriersOf(members: readonly Member[]): ReadonlyMap<string, ReadonlySet<string>> {
  const carriers = new Map<string, Set<string>>();
  for (const { path, elf, alias } of members) {
    for (const name of namesOf(alias ?? path, elf.soname))
      carriers.set(name, (carriers.get(name) ?? new Set()).add(path));
  }
  return carriers;
}

function namesOf(path: string, soname: string | undefined): readonly string[] {
  const base = path.slice(path.lastIndexOf('/') + 1);
  return soname === undefined || soname === base ? [base] : [base, soname];
}

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
  for (const root of members) {
    const loaded = new Map(namesOf(root.path, root.elf.soname).map((name) => [name, root.path]));
    const queue: { member: Member; rpaths: readonly string[] }[] = [
      { member: root, rpaths: rpathsOf(root) },
    ];
    // The queue grows by one entry a loaded file, and each file is loaded once.
    for (const { member, rpaths } of queue) {
      for (const name of member.elf.needed) {
        const known = loaded.get(name);
        const target =
          known === undefined ? findIn(byPath, searchPath(member, rpaths), name) : undefined;
        const path = known ?? target?.path;
        if (path === undefined) continue;
        reached.get(member.path)?.set(name, path);
        if (target === undefined) continue;
        for (const each of [name, ...namesOf(target.alias ?? target.path, target.elf.soname)])
          loaded.set(each, target.path);
        queue.push({ member: target, rpaths: [...rpaths, ...rpathsOf(target)] });
      }
    }
  }
  return reached;
}

/** DT_RPATH of a file that has no DT_RUNPATH also serves whatever it loads. */
function rpathsOf({ elf, folder }: Member): readonly string[] {
  return elf.runpath.length > 0 ? [] : elf.rpath.map((entry) => expand(entry, folder));
}

function searchPath(member: Member, rpaths: readonly string[]): readonly string[] {
  const { runpath } = member.elf;
  return runpath.length > 0 ? runpath.map((entry) => expand(entry, member.folder)) : rpaths;
}

function findIn(
  byPath: ReadonlyMap<string, Member>,
  folders: readonly string[],
  name: string,
): Member | undefined {
  for (const folder of folders) {
    const member = byPath.get(folder === '' ? name : `${folder}/${name}`);
    if (member !== undefined) return member;
  }
  return undefined;
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
