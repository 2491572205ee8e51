/**
 * The libraries of a container that wheels need, on this machine.
 *
 * The container's own search is followed: LD_LIBRARY_PATH, the folders of ld.so.conf or of musl's path file, those that
 * loaders know themselves. What a library needs in turn is looked for in its search path first. Every name lies in a folder
 * that is called as in the container, below one of ours, with its contents: no link leads anywhere.
 */
import { link, mkdir, copyFile } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { createFactsCache, splitLibraryPath, type NativeFacts } from '../../audit/index.ts';
import { fileError } from '../../support/errors.ts';
import type { Environment } from '../environment.ts';

export interface ContainerLibrariesOptions {
  /** Runs a script in the container; its standard output. */
  readonly sh: (script: string, ...args: string[]) => Promise<string>;
  readonly copyOut: (from: string, to: string) => Promise<void>;
  readonly env: Environment;
  /** As in tags; a library for another processor is passed over. */
  readonly architecture: string;
  /** An empty folder of this machine. */
  readonly folder: string;
  /** A folder of the container that may be filled. */
  readonly scratch: string;
}

/** Copies what is wanted and all that it needs; the folders that hold it, in the order of the search. */
export type ContainerLibraries = (wanted: readonly string[]) => Promise<readonly string[]>;

/** The libraries of a container; what has been copied for one wheel is there for the next. */
export function containerLibraries(options: ContainerLibrariesOptions): ContainerLibraries {
  const state: State = {
    options,
    known: new Set(),
    folders: new Set(),
    rounds: 0,
    system: undefined,
  };
  let last: Promise<unknown> = Promise.resolve();
  return (wanted) => {
    // Two at once would copy the same files.
    const result = last.then(() => copyAll(state, wanted));
    last = result.catch(() => undefined);
    return result;
  };
}

interface State {
  readonly options: ContainerLibrariesOptions;
  readonly known: Set<string>;
  /** Of the container, in the order in which they were found to hold something. */
  readonly folders: Set<string>;
  rounds: number;
  system: readonly string[] | undefined;
}

/** A name to look for, and the folders that only who needs it looks in. */
interface Wanted {
  readonly name: string;
  readonly folders: readonly string[];
}

async function copyAll(state: State, names: readonly string[]): Promise<readonly string[]> {
  const { options } = state;
  state.system ??= [
    ...splitLibraryPath(options.env['LD_LIBRARY_PATH']),
    ...(await options.sh(SYSTEM_FOLDERS)).split('\n').filter((line) => line.startsWith('/')),
  ];
  let pending: readonly Wanted[] = names.map((name) => ({ name, folders: [] }));
  while (pending.length > 0) {
    const fresh = pending.filter(({ name }) => !state.known.has(name));
    for (const { name } of fresh) state.known.add(name);
    pending = fresh.length === 0 ? [] : await copyRound(state, fresh);
  }
  return [...state.folders].map((folder) => join(options.folder, folder));
}

const SYSTEM_FOLDERS = String.raw`
cat /etc/ld.so.conf /etc/ld.so.conf.d/*.conf 2>/dev/null | sed 's/#.*//; s/[[:space:]]*$//'
for file in /etc/ld-musl-*.path; do [ -f "$file" ] && tr ':' '\n' <"$file"; done
for folder in /lib/*-linux-* /usr/lib/*-linux-* /lib64 /usr/lib64 /lib /usr/lib /usr/local/lib; do
  [ -d "$folder" ] && echo "$folder"
done
true
`;

/** $1: where copies go; then folders, `--`, and names. Every copy is told with the folder and the name it has there. */
const COPY = String.raw`
out=$1; shift
rm -rf "$out"; mkdir -p "$out"
folders=
while [ "$1" != -- ]; do folders="$folders$1:"; shift; done
shift
count=0
for name in "$@"; do
  IFS=:
  for folder in $folders; do
    [ -f "$folder/$name" ] || continue
    count=$((count + 1))
    cp -L "$folder/$name" "$out/$count" && echo "$count	$folder	$name"
  done
  unset IFS
done
`;

interface Copy {
  readonly path: string;
  readonly folder: string;
  readonly name: string;
}

async function copyRound(state: State, wanted: readonly Wanted[]): Promise<readonly Wanted[]> {
  const { options, system = [] } = state;
  state.rounds += 1;
  const own = wanted.flatMap(({ folders }) => folders);
  const all = [...new Set([...own, ...system])];
  const names = wanted.map(({ name }) => name).filter((name) => !name.includes('/'));
  const told = await options.sh(COPY, options.scratch, ...all, '--', ...names);
  const copies = told.split('\n').flatMap((line): readonly Omit<Copy, 'path'>[] => {
    const [, folder, name] = line.split('\t');
    return folder === undefined || name === undefined ? [] : [{ folder, name }];
  });
  if (copies.length === 0) return [];
  const staged = join(options.folder, '.staged', String(state.rounds));
  await options.copyOut(options.scratch, staged);
  const facts = createFactsCache();
  const next: Wanted[] = [];
  for (const each of wanted) {
    for (const [index, copy] of copies.entries()) {
      if (copy.name !== each.name) continue;
      // Another one's search path is not this one's.
      if (!system.includes(copy.folder) && !each.folders.includes(copy.folder)) continue;
      const path = join(staged, String(index + 1));
      const found = await facts.tryRead(path);
      if (found === undefined || !fitsProcessor(found, options.architecture)) continue;
      await place(join(options.folder, copy.folder, copy.name), path);
      state.folders.add(copy.folder);
      next.push(...needsOf(found, copy.folder));
      break;
    }
  }
  return next;
}

function fitsProcessor({ elf, arch }: NativeFacts, architecture: string): boolean {
  const processor = (name: string): string => (name.startsWith('arm') ? 'arm' : name);
  return elf !== undefined && arch !== undefined && processor(arch) === processor(architecture);
}

function needsOf({ elf }: NativeFacts, folder: string): readonly Wanted[] {
  if (elf === undefined) return [];
  const folders = [...elf.rpath, ...elf.runpath].flatMap((entry) => {
    const path = entry.replace(/\$ORIGIN\b|\$\{ORIGIN\}/g, folder);
    return path.startsWith('/') && !path.includes('$') ? [posix.normalize(path)] : [];
  });
  return elf.needed.map((name) => ({ name, folders }));
}

async function place(target: string, staged: string): Promise<void> {
  try {
    await mkdir(dirname(target), { recursive: true });
    await link(staged, target).catch(() => copyFile(staged, target));
  } catch (error) {
    throw fileError(error, target);
  }
}
