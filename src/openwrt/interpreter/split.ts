/** An installed CPython, split into packages: which files each has, and what it depends on. */
import { comparePaths, FileTree, type TreeFile } from '../../archive/tree/index.ts';
import { mapParallel } from '../../support/parallel.ts';
import { missingModules, type MissingModule } from './broken.ts';
import {
  closeSplit,
  findOpenImports,
  type AddedDependency,
  type ImportGraph,
  type ModuleMove,
  type OpenImport,
} from './close.ts';
import { installedName, type SplitDefinition } from './definition.ts';
import { divideTree } from './divide.ts';
import { libraryModules } from './modules.ts';
import { libraryPackages, packageOfLibrary, stripNative } from './natives.ts';
import type { InstalledInterpreter } from './read-interpreter.ts';
import { startModules } from './start-up.ts';

/** A package of the split before its sources are compiled. */
export interface SplitPart {
  /** As it is installed: `libpython3-3.13`. */
  readonly name: string;
  /** As the definition has it: `libpython3`. */
  readonly key: string;
  /** Its files, stripped, with sources. */
  readonly tree: FileTree;
  /** Names as they are installed, sorted. */
  readonly depends: readonly string[];
  readonly inMeta: boolean;
  readonly hasAbiVersion: boolean;
  /** Whether nothing in it is for one processor only. */
  readonly isPure: boolean;
}

/** A package of the definition that the tree has too little for. */
export interface LeftOutPackage {
  readonly name: string;
  /** The modules that it would need and that were not built; empty when the tree has none of its files. */
  readonly missing: readonly string[];
}

export interface InterpreterSplit {
  readonly interpreter: InstalledInterpreter;
  readonly definition: SplitDefinition;
  /** With the light and the meta package, in the order of the definition. */
  readonly parts: readonly SplitPart[];
  readonly leftOut: readonly LeftOutPackage[];
  /** Modules that cannot be imported in this tree, and so are in no package. */
  readonly missing: readonly MissingModule[];
  /** Paths of the tree that are in no package. */
  readonly unused: readonly string[];
  readonly moves: readonly ModuleMove[];
  readonly added: readonly AddedDependency[];
  readonly open: readonly OpenImport[];
  /** Libraries that no package is known for, by the file that needs them. */
  readonly unknownLibraries: readonly { readonly path: string; readonly library: string }[];
}

export interface SplitOptions {
  /** What each module imports whenever it is imported, of modules of the tree and of those it lacks. */
  readonly graph: ImportGraph;
  /** Leave the lists as they are, and only tell what is wrong with them. Default false. */
  readonly asListed?: boolean;
}

/** @throws WheelworksError `elf/*`, `file/*`. */
export async function splitInterpreter(
  interpreter: InstalledInterpreter,
  definition: SplitDefinition,
  { graph, asListed = false }: SplitOptions,
): Promise<InterpreterSplit> {
  const { tree, library } = interpreter;
  const divided = divideTree(tree, library, definition);
  const modules = libraryModules(tree, library);
  const missing = missingModules(graph, new Set([...modules.keys(), ...interpreter.builtins]));
  const { leftOut, dropped } = leaveOut(definition, { divided: divided.places, modules, missing });
  const kept = new Map([...divided.places].filter(([path]) => !dropped.has(path)));
  const split = {
    places: new Map([...modules].flatMap(([name, path]) => pair(name, kept.get(path)))),
    graph,
    start: startModules(interpreter.minor),
    sizes: new Map([...modules].map(([name, path]) => [name, sizeAt(tree, path)])),
  };
  const closed = asListed
    ? { places: split.places, moves: [], added: [], open: findOpenImports(definition, split) }
    : closeSplit(definition, split);
  for (const [name, place] of closed.places) kept.set(modules.get(name) ?? '', place);
  const unknownLibraries: { path: string; library: string }[] = [];
  const trees = treesOf(tree, kept);
  const parts = await mapParallel(orderOf(definition, trees), 1, async (part) =>
    finishPart(part, { interpreter, definition, closed, trees, unknownLibraries }),
  );
  return {
    interpreter,
    definition,
    parts,
    leftOut,
    missing: [...missing.values()].filter(({ module }) => modules.has(module)),
    unused: [...divided.leftOut, ...dropped].sort(comparePaths),
    moves: closed.moves,
    added: closed.added,
    open: closed.open,
    unknownLibraries,
  };
}
