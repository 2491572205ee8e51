/** What several systems have in common. */
import type { BaselineLibrary, BaselineVersion } from './model.ts';
import { byCodeUnit } from './model.ts';
import { closureOf } from './to-baseline.ts';

/** The libraries of one system. */
export interface SystemLibraries {
  readonly libraries: ReadonlyMap<string, BaselineLibrary>;
}

/** What one system has and the intersection lost. */
export interface Dropped {
  readonly library: string;
  /** Empty for symbols without a version; undefined when the whole library is lost. */
  readonly version?: string;
  /** The lost symbols; all of them when `whole`. */
  readonly symbols: readonly string[];
  /** The version, or library, is lost as such. */
  readonly whole: boolean;
}

/** Data whose size is not the same everywhere. */
export interface Resized {
  readonly library: string;
  readonly version: string;
  readonly symbol: string;
  /** Bytes, in the order of the systems. */
  readonly sizes: readonly number[];
}

/** What the systems have in common, and where they differ. */
export interface Intersection {
  readonly libraries: ReadonlyMap<string, BaselineLibrary>;
  /** Soname to symbols that only some systems export, where no version tells. */
  readonly deniedSymbols: ReadonlyMap<string, readonly string[]>;
  readonly resized: readonly Resized[];
}

/**
 * Libraries, versions and symbols that every system has.
 *
 * A symbol that moved to a library which its old one needs is still found through the old one, and kept there. Of data whose
 * sizes differ the smallest is kept, which every system grants.
 */
export function intersect(systems: readonly SystemLibraries[]): Intersection {
  const [first, ...others] = systems;
  const libraries = new Map<string, BaselineLibrary>();
  const resized: Resized[] = [];
  for (const [soname, library] of first?.libraries ?? []) {
    const copies = systems.flatMap((system) => system.libraries.get(soname) ?? []);
    if (copies.length < systems.length) continue;
    const versions = new Map<string, BaselineVersion>();
    for (const name of versionsOfAll(copies, library)) {
      const common = commonVersion(systems, soname, name);
      versions.set(name, common.version);
      resized.push(...common.resized);
    }
    const needed = library.needed.filter((name) =>
      copies.every((copy) => copy.needed.includes(name)),
    );
    libraries.set(soname, { needed, versions });
  }
  const result = { libraries, resized };
  return {
    ...result,
    deniedSymbols: others.length === 0 ? new Map() : deniedSymbols(systems, result),
  };
}

/** What a system has beyond an intersection that it is part of. */
export function droppedFrom(
  system: SystemLibraries,
  common: ReadonlyMap<string, BaselineLibrary>,
): readonly Dropped[] {
  const dropped: Dropped[] = [];
  for (const [soname, { versions }] of system.libraries) {
    const kept = common.get(soname);
    if (kept === undefined) {
      const symbols = [...versions.values()].flatMap((version) => version.symbols);
      dropped.push({ library: soname, symbols, whole: true });
      continue;
    }
    for (const [name, version] of versions) {
      const left = kept.versions.get(name);
      const remaining = new Set(left?.symbols);
      const symbols = version.symbols.filter((symbol) => !remaining.has(symbol));
      if (left === undefined || symbols.length > 0)
        dropped.push({ library: soname, version: name, symbols, whole: left === undefined });
    }
  }
  return dropped;
}

function versionsOfAll(copies: readonly BaselineLibrary[], library: BaselineLibrary): string[] {
  return [...library.versions.keys()].filter((name) =>
    copies.every(({ versions }) => versions.has(name)),
  );
}

function commonVersion(
  systems: readonly SystemLibraries[],
  soname: string,
  name: string,
): { readonly version: BaselineVersion; readonly resized: readonly Resized[] } {
  const copies = systems.flatMap(
    (system) => system.libraries.get(soname)?.versions.get(name) ?? [],
  );
  const found = systems.map((system) => findable(system, soname, name));
  const every = [...new Set(copies.flatMap(({ symbols }) => symbols))].sort(byCodeUnit);
  const symbols = every.filter((symbol) => found.every((names) => names.has(symbol)));
  const hidden = new Set(copies.flatMap((copy) => copy.hidden));
  const sizes = (kind: 'objects' | 'threadLocals'): [string, number[]][] =>
    symbols.flatMap((symbol) => {
      const known = copies.flatMap((copy) => copy[kind].get(symbol) ?? []);
      return known.length === 0 ? [] : [[symbol, known]];
    });
  const objects = sizes('objects');
  const threadLocals = sizes('threadLocals');
  const parents = (copies[0]?.parents ?? []).filter((parent) =>
    copies.every((copy) => copy.parents.includes(parent)),
  );
  return {
    version: {
      parents,
      symbols,
      hidden: symbols.filter((symbol) => hidden.has(symbol)),
      objects: new Map(objects.map(([symbol, known]) => [symbol, Math.min(...known)])),
      threadLocals: new Map(threadLocals.map(([symbol, known]) => [symbol, Math.min(...known)])),
    },
    resized: [...objects, ...threadLocals]
      .filter(([, known]) => new Set(known).size > 1)
      .map(([symbol, known]) => ({ library: soname, version: name, symbol, sizes: known })),
  };
}

/** The symbols that a file finds under a version of a library: its own, and those of what is loaded with it. */
function findable(system: SystemLibraries, soname: string, version: string): ReadonlySet<string> {
  const names = new Set<string>();
  for (const library of closureOf(system, soname))
    for (const symbol of system.libraries.get(library)?.versions.get(version)?.symbols ?? [])
      names.add(symbol);
  return names;
}

/**
 * Names that a kept version, or symbols without a version, lost: files that want them pass a check of versions and do not load everywhere.
 * What the library still has under another version is not denied, because names are all that a deny-list knows.
 */
function deniedSymbols(
  systems: readonly SystemLibraries[],
  common: { readonly libraries: ReadonlyMap<string, BaselineLibrary> },
): ReadonlyMap<string, readonly string[]> {
  const denied = new Map<string, readonly string[]>();
  for (const [soname, { versions }] of common.libraries) {
    const left = new Set(
      closureOf(common, soname).flatMap((name) =>
        [...(common.libraries.get(name)?.versions.values() ?? [])].flatMap(
          ({ symbols }) => symbols,
        ),
      ),
    );
    const lost = systems.flatMap((system) =>
      [...(system.libraries.get(soname)?.versions ?? [])]
        .filter(([name]) => name === '' || versions.has(name))
        .flatMap(([, version]) => version.symbols.filter((symbol) => !left.has(symbol))),
    );
    if (lost.length > 0) denied.set(soname, [...new Set(lost)].sort(byCodeUnit));
  }
  return denied;
}
