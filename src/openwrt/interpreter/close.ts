/**
 * Makes a split closed under import: whoever has a package installed, with what it depends on, can import its modules.
 *
 * The feed's lists are not (`http.client` in the light package imports `urllib.parse`, which is in another), and its base
 * package cannot run `-c` and `-m`. What is done about it takes nothing from anybody:
 *
 * - What the interpreter imports by itself moves to the base package.
 * - A module of the base or the light package that needs more goes to the package that it needs: nobody could import it
 *   without that one before.
 * - A package whose modules import from one above it takes these modules over: who has the upper one has the lower one too.
 * - Other packages get a dependency, where a module that has no dot in its name cannot be imported otherwise, or where it
 *   brings less than they hold themselves and no library. What remains is told.
 */
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

/** Closes a split, as far as it can be without making packages larger for all that few need. */
export function closeSplit(definition: SplitDefinition, modules: SplitModules): ClosedSplit {
  const state = openState(definition, modules);
  moveStart(state, modules.start);
  moveWhatLeaves(state);
  takeOverFromAbove(state);
  dependOnWhatIsImported(state);
  return {
    places: state.places,
    moves: [...state.moves.values()],
    added: state.added,
    open: openImports(state),
  };
}

/** The imports of a split as it stands that leave their package and what it depends on. */
export function findOpenImports(definition: SplitDefinition, modules: SplitModules): OpenImport[] {
  return openImports(openState(definition, modules));
}

interface State {
  readonly base: string;
  readonly light: string;
  readonly places: Map<string, string>;
  readonly graph: ImportGraph;
  readonly sizes: ReadonlyMap<string, number>;
  readonly depends: Map<string, Set<string>>;
  readonly moves: Map<string, ModuleMove>;
  readonly added: AddedDependency[];
}

function openState({ packages, light, meta }: SplitDefinition, modules: SplitModules): State {
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
    places: new Map(modules.places),
    graph: modules.graph,
    sizes: modules.sizes,
    depends,
    moves: new Map(),
    added: [],
  };
}

function moveStart(state: State, start: readonly string[]): void {
  const reached = new Map<string, readonly string[]>();
  const queue = start.map((module) => ({ module, why: [state.base, module] }));
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const { module, why } = next;
    if (reached.has(module)) continue;
    reached.set(module, why);
    move(state, module, { to: state.base, why });
    for (const each of importsOf(state, module)) queue.push({ module: each, why: [...why, each] });
  }
}

/** Modules of the base and the light package go where what they import is, again and again until nothing moves. */
function moveWhatLeaves(state: State): void {
  for (let hasMoved = true; hasMoved;) {
    hasMoved = false;
    for (const [module, place] of state.places) {
      if (place !== state.base && place !== state.light) continue;
      const leaving = leavingImports(state, module, place);
      const [first] = leaving;
      if (first === undefined) continue;
      const needed = [...new Set(leaving.map((each) => each.in))];
      move(state, module, { to: hostOf(state, needed), why: [module, first.imports] });
      hasMoved = true;
    }
  }
}

/** The one of some packages that has all the others, else the largest. */
function hostOf(state: State, packages: readonly string[]): string {
  const whole = packages.find((name) => {
    const has = closureOf(state, name);
    return packages.every((each) => has.has(each));
  });
  const [largest = ''] = [...packages].sort(
    (one, other) => weigh(state, other) - weigh(state, one),
  );
  return whole ?? largest;
}

/** `email.utils` imports `urllib.parse`, and the package of `urllib` depends on that of `email`. */
function takeOverFromAbove(state: State): void {
  for (const each of openImports(state)) {
    if (state.places.get(each.imports) === each.package) continue;
    if (!closureOf(state, each.in).has(each.package)) continue;
    const has = closureOf(state, each.package);
    const taken = reachable(state, each.imports, each.in);
    const isClosed = [...taken].every((module) =>
      importsOf(state, module).every((name) => {
        const owner = state.places.get(name);
        return owner === undefined || taken.has(name) || has.has(owner);
      }),
    );
    if (!isClosed) continue;
    for (const module of taken)
      move(state, module, { to: each.package, why: [each.module, each.imports] });
  }
}

/** A module with the modules of the same package that come with it. */
function reachable(state: State, module: string, place: string): ReadonlySet<string> {
  const found = new Set<string>();
  const queue = [module];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    if (found.has(next) || state.places.get(next) !== place) continue;
    found.add(next);
    queue.push(...importsOf(state, next));
  }
  return found;
}

/** First what packages cannot do without: what they bring decides what is small. */
function dependOnWhatIsImported(state: State): void {
  for (const isWorthIt of [isNeededByAll, isSmall])
    for (const each of openImports(state)) {
      const { module, package: place, imports, in: owner } = each;
      if (closureOf(state, place).has(owner) || closureOf(state, owner).has(place)) continue;
      if (!isWorthIt(state, each)) continue;
      state.depends.get(place)?.add(owner);
      state.added.push({ package: place, depends: owner, why: [module, imports] });
    }
}

/** Whether a module that programs import by its first name cannot be had without. */
function isNeededByAll(state: State, { module, package: place }: OpenImport): boolean {
  const entrances = [...state.places].filter(([name, at]) => at === place && !name.includes('.'));
  return entrances.some(([name]) => reachable(state, name, place).has(module));
}

function isSmall(state: State, { package: place, in: owner }: OpenImport): boolean {
  const has = closureOf(state, place);
  const brought = [...closureOf(state, owner)].filter((name) => !has.has(name));
  const weight = brought.reduce((sum, name) => sum + weigh(state, name), 0);
  return brought.every((name) => state.depends.has(name)) && weight <= weigh(state, place);
}

function weigh({ places, sizes }: State, name: string): number {
  let weight = 0;
  for (const [module, place] of places) if (place === name) weight += sizes.get(module) ?? 0;
  return weight;
}

function openImports(state: State): OpenImport[] {
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
function importsOf({ graph }: State, module: string): string[] {
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
function closureOf({ depends }: State, name: string): ReadonlySet<string> {
  const found = new Set<string>();
  const queue = [name];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    if (found.has(next)) continue;
    found.add(next);
    queue.push(...(depends.get(next) ?? []));
  }
  return found;
}

function move(
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
