/** What a loader loads for one file, from where, systems' own libraries included: what `ldd` shows, of any architecture. */
import { evaluate } from './evaluate.ts';
import { createFactsCache, type FactsCache } from './libraries/facts-cache.ts';
import type { LibrarySource } from './libraries/request.ts';
import { loadAll } from './load.ts';
import { reachOf } from './reach.ts';
import type { ElfFacts } from './facts.ts';
import type { Libc } from '../platform/index.ts';
import { fileSubject } from './subjects/file.ts';

/** A file with everything it loads. */
export interface DependencyTree {
  readonly path: string;
  readonly architecture: string | undefined;
  readonly libc: Libc | undefined;
  readonly interpreter: string | undefined;
  readonly needed: readonly string[];
  readonly rpath: readonly string[];
  readonly runpath: readonly string[];
  /** By the name it is needed by, in the order of being loaded. */
  readonly libraries: readonly LoadedLibrary[];
}

/** One library of a tree. */
export interface LoadedLibrary {
  readonly name: string;
  /** Where the loader finds it; undefined when it is found nowhere. */
  readonly foundAt: string | undefined;
  /** The same with every symbolic link followed. */
  readonly path: string | undefined;
  readonly needed: readonly string[];
}

/**
 * Follows the needs of a shared library or program.
 * @throws WheelworksError `audit/not-auditable` when it is no native file, `file/*`.
 */
export async function dependencyTree(
  path: string,
  source: LibrarySource,
  facts: FactsCache = createFactsCache(),
): Promise<DependencyTree> {
  const subject = await fileSubject(path, facts);
  const { architecture, libc } = await evaluate(subject, {});
  const elf = subject.natives[0]?.elf;
  const base = { path, architecture, libc, ...partsOf(elf), interpreter: elf?.interpreter };
  if (architecture === undefined || libc === undefined) return { ...base, libraries: [] };
  const { links, libraries } = await loadAll({
    natives: subject.natives,
    reach: reachOf(subject.natives),
    architecture,
    libc,
    folder: subject.folder,
    source,
    isMet: () => false,
  });
  const tree = new Map<string, LoadedLibrary>();
  for (const { name, to } of links) {
    const found = to === undefined ? undefined : libraries.get(to.path);
    const { needed } = partsOf(found?.facts.elf);
    tree.set(name, { name, foundAt: found?.foundAt, path: found?.path, needed });
  }
  // The loader is in the process before anything is loaded, so that no one looks for it.
  const chain = elf === undefined ? [] : [{ elf, folder: subject.folder }];
  const all = [base, ...tree.values()].flatMap(({ needed }) => needed);
  for (const name of all.filter((each) => !tree.has(each))) {
    const found = await source.find({ name, chain, architecture, libc });
    const { needed } = partsOf(found?.facts.elf);
    tree.set(name, { name, foundAt: found?.foundAt, path: found?.path, needed });
  }
  return { ...base, libraries: [...tree.values()] };
}

function partsOf(elf: ElfFacts | undefined): Pick<ElfFacts, 'needed' | 'rpath' | 'runpath'> {
  const { needed = [], rpath = [], runpath = [] } = elf ?? {};
  return { needed, rpath, runpath };
}
