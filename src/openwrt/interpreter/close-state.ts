/** A split while it is closed: where modules are, what packages depend on, and what was changed. */
import type { SplitDefinition } from './definition.ts';

/** The modules that each module imports whenever it is imported itself. */
export type ImportGraph = ReadonlyMap<string, readonly string[]>;

export interface SplitModules {
  /** The package of each module that is in one. */
  readonly places: ReadonlyMap<string, string>;
  readonly graph: ImportGraph;
  /** What the interpreter imports by itself. */
  readonly start: readonly string[];
  /** Bytes of each module; packages are weighed by them. */
  readonly sizes: ReadonlyMap<string, number>;
}

export interface ModuleMove {
  readonly module: string;
  readonly from: string;
  readonly to: string;
  /** How it is reached from the start, or what it imports: `python3 -> runpy -> importlib.util`. */
  readonly why: readonly string[];
}

export interface AddedDependency {
  readonly package: string;
  readonly depends: string;
  readonly why: readonly string[];
}

/** An import that leaves what its package has. */
export interface OpenImport {
  readonly module: string;
  readonly package: string;
  readonly imports: string;
  readonly in: string;
}

export interface ClosedSplit {
  readonly places: ReadonlyMap<string, string>;
  readonly moves: readonly ModuleMove[];
  readonly added: readonly AddedDependency[];
  readonly open: readonly OpenImport[];
}

export interface State {
  readonly base: string;
  readonly light: string;
  readonly meta: string;
  readonly places: Map<string, string>;
  readonly graph: ImportGraph;
  readonly sizes: ReadonlyMap<string, number>;
  readonly depends: Map<string, Set<string>>;
  readonly moves: Map<string, ModuleMove>;
  readonly added: AddedDependency[];
}

/** A split as it stands. */
export function openState(
  { packages, light, meta }: SplitDefinition,
  modules: SplitModules,
): State {
  const present = new Set(modules.places.values());
  const depends = new Map(
    [...packages, light].map((each) => [each.name, new Set(each.depends)] as const),
  );
  const members = packages.filter((each) => each.inMeta && present.has(each.name));
  depends.set(meta, new Set([light.name, ...members.map((each) => each.name)]));
  for (const name of present) if (!depends.has(name)) depends.set(name, new Set());
  return {
    base: light.name.replace(/-light$/, '-base'),
    light: light.name,
    meta,
    places: new Map(modules.places),
    graph: modules.graph,
    sizes: modules.sizes,
    depends,
    moves: new Map(),
    added: [],
  };
}

export function weigh({ places, sizes }: State, name: string): number {
  let weight = 0;
  for (const [module, place] of places) if (place === name) weight += sizes.get(module) ?? 0;
  return weight;
}

export function openImports(state: State): OpenImport[] {
  return [...state.places].flatMap(([module, place]) => leavingImports(state, module, place));
}

function leavingImports(state: State, module: string, place: string): OpenImport[] {
  const has = closureOf(state, place);
  return importsOf(state, module).flatMap((imports) => {
    const owner = state.places.get(imports);
    return owner === undefined || has.has(owner)
      ? []
      : [{ module, package: place, imports, in: owner }];
  });
}

/** What is imported, each after the packages that it lies in. */
export function importsOf({ graph }: State, module: string): string[] {
  const direct = [parentOf(module), ...(graph.get(module) ?? [])].filter((each) => each !== '');
  const all = direct.flatMap((name) => {
    const parts = name.split('.');
    return parts.map((_, index) => parts.slice(0, index + 1).join('.'));
  });
  return [...new Set(all)].filter((each) => each !== module);
}

function parentOf(module: string): string {
  return module.slice(0, Math.max(0, module.lastIndexOf('.')));
}

/** A package, and all that is installed with it. */
export function closureOf({ depends }: State, name: string): ReadonlySet<string> {
  const found = new Set<string>();
  const queue = [name];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    if (found.has(next)) continue;
    found.add(next);
    queue.push(...(depends.get(next) ?? []));
  }
  return found;
}

export function move(
  state: State,
  module: string,
  { to, why }: { readonly to: string; readonly why: readonly string[] },
): void {
  const from = state.places.get(module);
  if (from === undefined || from === to) return;
  state.places.set(module, to);
  // Two moves of one module are one, from where it was.
  const first = state.moves.get(module)?.from ?? from;
  state.moves.set(module, { module, from: first, to, why });
}

/** A module with the modules of the same package that come with it. */
export function reachable(state: State, module: string, place: string): ReadonlySet<string> {
  const found = new Set<string>();
  const queue = [module];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    if (found.has(next) || state.places.get(next) !== place) continue;
    found.add(next);
    queue.push(...importsOf(state, next));
  }
  return found;
}
