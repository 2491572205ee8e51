/**
 * The search paths of a repaired wheel's files: relative to the file itself, inside of what is installed with it, and no
 * longer than it takes.
 *
 * Specification: ld.so(8). Written as DT_RPATH, which LD_LIBRARY_PATH does not overrule and which serves the libraries
 * that a file loads as well; musl makes no difference between the two and keeps what is there.
 */
import type { AuditedNative } from '../../audit/index.ts';
import type { ElfEdit } from '../../binary/elf/index.ts';
import type { Libc } from '../../platform/index.ts';

/** What a file of the wheel needs of search paths. */
export interface PathDemand {
  /** Where the file will be: its path in the wheel. */
  readonly at: string;
  /** Paths in the wheel of libraries that it has to find and so far does not. */
  readonly targets: readonly string[];
  /**
   * Folders, from the root of what is installed, with native files in them: what a file loads from there by name (dlopen)
   * cannot be seen.
   */
  readonly folders: ReadonlySet<string>;
  readonly libc: Libc | undefined;
  /** The wheel needs libraries that something else brings, which may be found beside it. */
  readonly leansOnOthers: boolean;
}

/** The edits that give a file its search path; none when it has nothing wrong with it. */
export function searchPathEdits({ facts }: AuditedNative, demand: PathDemand): readonly ElfEdit[] {
  const { elf } = facts;
  if (elf === undefined) return [];
  const isMoved = demand.at !== facts.path;
  const current = elf.runpath.length > 0 ? elf.runpath : elf.rpath;
  const wanted = [...new Set(demand.targets.map((to) => relativeFolder(demand.at, to)))].sort();
  const missing = wanted.filter((entry) => !current.includes(entry));
  // Of a file that has both DT_RPATH does not count, but tells of the machine all the same.
  const isSound =
    !isMoved && [...elf.rpath, ...elf.runpath].every((entry) => !isFaulty(entry, facts.path));
  if (isSound && missing.length === 0) return [];
  const kept = current.filter((entry) => isWorthKeeping(entry, facts.path, demand));
  const entries = [...new Set([...(isMoved ? [] : kept), ...wanted])];
  const asRunpath = demand.libc === 'musl' && elf.runpath.length > 0;
  return asRunpath
    ? [
        { kind: 'runpath', entries },
        ...(elf.rpath.length > 0 ? [{ kind: 'rpath', entries: [] } as const] : []),
      ]
    : [
        ...(entries.length > 0 || elf.rpath.length > 0
          ? [{ kind: 'rpath', entries } as const]
          : []),
        ...(elf.runpath.length > 0 ? [{ kind: 'runpath', entries: [] } as const] : []),
      ];
}

/** `$ORIGIN` and the way from a file's folder to another file's, both as they are installed. */
export function relativeFolder(from: string, to: string): string {
  const start = foldersOf(from);
  const end = foldersOf(to);
  let shared = 0;
  while (shared < start.length && shared < end.length && start[shared] === end[shared]) shared += 1;
  return ['$ORIGIN', ...start.slice(shared).map(() => '..'), ...end.slice(shared)].join('/');
}

function foldersOf(path: string): readonly string[] {
  return installedPath(path).split('/').slice(0, -1);
}

/** `platlib` and `purelib` of `.data` are the folder of everything else. */
export function installedPath(path: string): string {
  return path.replace(/^[^/]+\.data\/(?:platlib|purelib)\//, '');
}

/** Other parts of `.data` are installed to where nothing is known of. */
function isElsewhere(path: string): boolean {
  return partOf(path) !== '';
}

/** Whether the way from one file to the other is the same wherever a wheel is installed. */
export function isBeside(from: string, to: string): boolean {
  return partOf(from) === partOf(to);
}

/** `pkg-1.0.data/data`; empty for what lies in the root. */
function partOf(path: string): string {
  return /^[^/]+\.data\/(?!platlib\/|purelib\/)[^/]+(?=\/)/.exec(path)?.[0] ?? '';
}

/** Depends on the machine or on the current folder, or leads out of what is installed. */
function isFaulty(entry: string, path: string): boolean {
  const rest = ORIGIN.exec(entry);
  if (rest === null) return true;
  return !isElsewhere(path) && folderAt(entry, path) === undefined;
}

const ORIGIN = /^\$(?:ORIGIN|\{ORIGIN\})(?:\/(.*))?$/;

/** The folder that an entry stands for, from the root; undefined when it leaves that. */
function folderAt(entry: string, path: string): string | undefined {
  const parts = [...foldersOf(path)];
  for (const part of (ORIGIN.exec(entry)?.[1] ?? '').split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return undefined;
  }
  return parts.join('/');
}

function isWorthKeeping(
  entry: string,
  path: string,
  { folders, leansOnOthers }: PathDemand,
): boolean {
  if (isFaulty(entry, path)) return false;
  const folder = isElsewhere(path) ? undefined : folderAt(entry, path);
  return folder === undefined || folders.has(folder) || leansOnOthers;
}
