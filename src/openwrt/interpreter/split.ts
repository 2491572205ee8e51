/** An installed CPython, split into packages. */
import { posix } from 'node:path';
import { comparePaths, type FileTree } from '../../archive/tree/index.ts';
import type { AddedDependency, ImportGraph, ModuleMove, OpenImport } from './close-state.ts';
import { closeSplit, findOpenImports } from './close.ts';
import type { SplitDefinition } from './definition.ts';
import { divideTree } from './divide.ts';
import {
  leftOutPackages,
  missingModules,
  modulesOfOtherSystems,
  optionalModules,
  type LeftOutPackage,
  type MissingModule,
} from './missing.ts';
import type { LibraryOwners } from './library-owners.ts';
import { libraryModules } from './modules.ts';
import { makeParts, type SplitPart } from './parts.ts';
import type { InstalledInterpreter } from './read-interpreter.ts';
import { startModules } from './start-up.ts';
import { withholdParts, type WithheldPackage } from './withhold.ts';

export interface InterpreterSplit {
  readonly interpreter: InstalledInterpreter;
  readonly definition: SplitDefinition;
  /** With the light and the meta package, in the order of the definition. */
  readonly parts: readonly SplitPart[];
  readonly leftOut: readonly LeftOutPackage[];
  /** Packages that are not made, as a library that they need is in no package. */
  readonly withheld: readonly WithheldPackage[];
  /** Modules of the tree that cannot be imported, and so are in no package. */
  readonly missing: readonly MissingModule[];
  /** Paths of the tree that are in no package, sorted. */
  readonly unused: readonly string[];
  readonly moves: readonly ModuleMove[];
  readonly added: readonly AddedDependency[];
  readonly open: readonly OpenImport[];
}

export interface SplitOptions {
  /** What each module imports whenever it is imported: modules of the tree, and extension modules that it lacks. */
  readonly graph: ImportGraph;
  /** Leave the lists as they are, and only tell what is open. Default false. */
  readonly asListed?: boolean;
  /** Which packages have libraries. */
  readonly libraries?: LibraryOwners;
}

/**
 * Splits an interpreter by the lists of a definition, closed under import. Modules that were not built, and packages that
 * have nothing else, are left out.
 * @throws WheelworksError `elf/*`, `file/*`.
 */
export async function splitInterpreter(
  interpreter: InstalledInterpreter,
  definition: SplitDefinition,
  { graph, asListed = false, libraries = {} }: SplitOptions,
): Promise<InterpreterSplit> {
  const { tree, library, builtins, minor } = interpreter;
  const { places, leftOut: unlisted } = divideTree(tree, library, definition);
  const modules = libraryModules(tree, library);
  const unbuilt = optionalModules(definition).filter(
    (name) => !modules.has(name) && !builtins.has(name),
  );
  const removed = [...modules].filter(([, path]) => !places.has(path)).map(([name]) => name);
  const missing = missingModules(graph, new Set([...unbuilt, ...removed]));
  const leftOut = leftOutPackages(definition, { places, modules, builtins, missing });
  const kept = withoutMissing(places, { modules, missing, leftOut });
  const placed = new Map<string, string>();
  for (const [module, path] of modules) {
    const place = kept.get(path);
    if (place !== undefined) placed.set(module, place);
  }
  const split = {
    places: placed,
    graph,
    start: startModules(minor),
    sizes: sizesOf(tree, modules),
  };
  const { moves, added, open } = asListed
    ? { moves: [], added: [], open: findOpenImports(definition, split) }
    : closeSplit(definition, split);
  for (const { module, to } of moves) kept.set(modules.get(module) ?? '', to);
  takeLinksAlong(tree, kept);
  const dropped = [...places.keys()].filter((path) => !kept.has(path));
  const { parts, withheld } = withholdParts(
    await makeParts(definition, { interpreter, places: kept, added, libraries }),
    { name: definition.meta, light: definition.light.name },
  );
  return {
    interpreter,
    definition,
    parts,
    leftOut,
    withheld,
    missing: [...missing.values()].filter(
      ({ module }) => modules.has(module) && places.has(modules.get(module) ?? ''),
    ),
    unused: [...unlisted, ...dropped].sort(comparePaths),
    moves,
    added,
    open,
  };
}

/** A link goes where the module is that it is another name of: Debian has two for `_sysconfigdata`. */
function takeLinksAlong(tree: FileTree, places: Map<string, string>): void {
  for (const path of places.keys()) {
    const entry = tree.get(path);
    if (entry?.kind !== 'symlink' || !path.endsWith('.py')) continue;
    const to = places.get(posix.join(posix.dirname(path), entry.target));
    if (to !== undefined) places.set(path, to);
  }
}

function withoutMissing(
  places: ReadonlyMap<string, string>,
  {
    modules,
    missing,
    leftOut,
  }: {
    readonly modules: ReadonlyMap<string, string>;
    readonly missing: ReadonlyMap<string, MissingModule>;
    readonly leftOut: readonly LeftOutPackage[];
  },
): Map<string, string> {
  const lost = [...missing.keys(), ...modulesOfOtherSystems];
  const gone = new Set(lost.flatMap((module) => modules.get(module) ?? []));
  const empty = new Set(leftOut.map(({ name }) => name));
  return new Map([...places].filter(([path, place]) => !gone.has(path) && !empty.has(place)));
}

function sizesOf(
  tree: FileTree,
  modules: ReadonlyMap<string, string>,
): ReadonlyMap<string, number> {
  return new Map(
    [...modules].map(([module, path]) => {
      const entry = tree.get(path);
      return [module, entry?.kind === 'file' ? entry.size : 0];
    }),
  );
}
