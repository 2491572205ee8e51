/** What of an interpreter was not built: modules that cannot be imported, packages that are left with nothing. */
import otherSystems from './data/other-systems.json' with { type: 'json' };
import type { ImportGraph } from './close-state.ts';
import type { SplitDefinition } from './definition.ts';

/** A module that is there and cannot be imported. */
export interface MissingModule {
  readonly module: string;
  /** What it imports, at last the module that is not there: `sqlite3 -> sqlite3.dbapi2 -> _sqlite3`. */
  readonly why: readonly string[];
}

/** A package of the definition that the tree has too little for. */
export interface LeftOutPackage {
  readonly name: string;
  /** The modules that were not built; those of its own lists when it has no file at all. */
  readonly missing: readonly string[];
}

/**
 * The modules that a CPython can be without: extension modules whose library was not there, of those that the lists name and
 * of the light package; and what the lists remove, which may be another package of a distribution, as Tk is.
 */
export function optionalModules(definition: SplitDefinition): readonly string[] {
  const listed = definition.packages.flatMap(({ paths }) =>
    paths.flatMap((path) => EXTENSION.exec(path)?.[1] ?? []),
  );
  const removed = definition.light.remove.flatMap((path) => REMOVED.exec(path)?.[1] ?? []);
  return [...listed, ...removed, '_bz2', '_crypt', '_zstd', 'zlib'];
}

/** Modules that no Python on Linux can import. */
export const modulesOfOtherSystems: ReadonlySet<string> = new Set(otherSystems.modules);

/**
 * The modules that import, directly or by others, what was not built.
 * @param unbuilt names of modules that are not there
 */
export function missingModules(
  graph: ImportGraph,
  unbuilt: ReadonlySet<string>,
): ReadonlyMap<string, MissingModule> {
  const missing = new Map<string, MissingModule>();
  for (let hasGrown = true; hasGrown;) {
    hasGrown = false;
    for (const [module, imports] of graph) {
      if (missing.has(module) || unbuilt.has(module)) continue;
      const parent = module.slice(0, Math.max(0, module.lastIndexOf('.')));
      const lost = [parent, ...imports].find((each) => unbuilt.has(each) || missing.has(each));
      if (lost === undefined) continue;
      missing.set(module, { module, why: [module, ...(missing.get(lost)?.why ?? [lost])] });
      hasGrown = true;
    }
  }
  return missing;
}

export interface BuiltModules {
  /** Path to package. */
  readonly places: ReadonlyMap<string, string>;
  /** Module to path. */
  readonly modules: ReadonlyMap<string, string>;
  /** Modules that are part of the program. */
  readonly builtins: ReadonlySet<string>;
  readonly missing: ReadonlyMap<string, MissingModule>;
}

/** The packages without any module that can be imported by its first name, and without files at all. */
export function leftOutPackages(
  definition: SplitDefinition,
  built: BuiltModules,
): LeftOutPackage[] {
  return definition.packages.flatMap((each) => {
    const { name, paths, hasAbiVersion } = each;
    if (hasAbiVersion) return [];
    const files = [...built.places].filter(([, place]) => place === name);
    if (files.length === 0) {
      const listed = paths.flatMap((path) => EXTENSION.exec(path)?.[1] ?? moduleOf(path));
      return [{ name, missing: listed.filter((module) => !built.builtins.has(module)) }];
    }
    const entrances = [...built.modules].filter(
      ([module, path]) => !module.includes('.') && built.places.get(path) === name,
    );
    const lost = entrances.flatMap(([module]) => built.missing.get(module) ?? []);
    if (entrances.length === 0 || lost.length < entrances.length) return [];
    return [{ name, missing: [...new Set(lost.flatMap(({ why }) => why.slice(-1)))] }];
  });
}

const REMOVED = /^(\w+)(?:\.py)?$/;
const EXTENSION = /^lib-dynload\/(\w+)\.\*so$/;

function moduleOf(path: string): string[] {
  return path.startsWith('/') || path.includes('*') ? [] : [path.replace(/\.py$/, '')];
}
