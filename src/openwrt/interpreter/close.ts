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
 * - Other packages get a dependency. Only a module that needs what is for developers goes to it instead, and one that
 *   needs a library goes to its package, when what it takes along is little: `dbm.sqlite3`.
 *
 * What would make a circle of packages is told.
 */
import {
  closureOf,
  importsOf,
  move,
  openImports,
  openState,
  reachable,
  weigh,
  type ClosedSplit,
  type OpenImport,
  type SplitModules,
  type State,
} from './close-state.ts';
import type { SplitDefinition } from './definition.ts';

/** Closes a split; `open` is what would make a circle of packages. */
export function closeSplit(definition: SplitDefinition, modules: SplitModules): ClosedSplit {
  const state = openState(definition, modules);
  moveStart(state, modules.start);
  moveWhatLeaves(state);
  takeOverFromAbove(state);
  moveWhatFewNeed(state);
  dependOnWhatIsImported(state);
  followDynamically(state);
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

/** Modules of the base and the light package go where what they import is, themselves or by others of the two. */
function moveWhatLeaves(state: State): void {
  const leaving = [...state.places].flatMap(([module, place]) => {
    const ways = waysOut(state, module, place);
    return ways.size === 0 ? [] : [{ module, ways }];
  });
  for (const { module, ways } of leaving) {
    const to = hostOf(state, module, [...ways.keys()]);
    move(state, module, { to, why: ways.get(to) ?? [...ways.values()][0] ?? [] });
  }
}

/** The packages that a module of the base or the light package needs besides, each with the way there. */
function waysOut(
  state: State,
  module: string,
  place: string,
): ReadonlyMap<string, readonly string[]> {
  const ways = new Map<string, readonly string[]>();
  if (place !== state.base && place !== state.light) return ways;
  const has = closureOf(state, place);
  const seen = new Set<string>();
  const queue: (readonly string[])[] = [[module]];
  for (let way = queue.shift(); way !== undefined; way = queue.shift()) {
    const name = way.at(-1) ?? '';
    if (seen.has(name)) continue;
    seen.add(name);
    const owner = state.places.get(name);
    if (owner !== undefined && !has.has(owner) && !ways.has(owner)) ways.set(owner, way);
    if (owner === state.base || owner === state.light)
      queue.push(...importsOf(state, name).map((each) => [...(way ?? []), each]));
  }
  // What others than these two have, they have with the light package.
  if (ways.size > 1) ways.delete(state.light);
  return ways;
}

/**
 * The one of some packages that has all the others, else the largest. Only the interpreter's own modules, which it does
 * without (`_pyrepl`), go where everything is, so that no package needs another for them.
 */
function hostOf(state: State, module: string, packages: readonly string[]): string {
  const whole = packages.find((name) => {
    const has = closureOf(state, name);
    return packages.every((each) => has.has(each));
  });
  const [largest = ''] = [...packages].sort(
    (one, other) => weigh(state, other) - weigh(state, one),
  );
  return whole ?? (module.startsWith('_') ? state.meta : largest);
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

/**
 * Whoever runs programs needs no tests and no manual: `xmlrpc.server`, which writes its own, goes to the package of `pydoc`.
 * And for one module nobody needs a library more, where it is easily had with the library: `dbm.sqlite3`.
 */
function moveWhatFewNeed(state: State): void {
  for (let hasMoved = true; hasMoved;) {
    hasMoved = false;
    for (const each of openImports(state)) {
      const { module, package: place, imports, in: owner } = each;
      if (isCircle(state, place, owner) || isNeededByAll(state, each)) continue;
      const along = isForDevelopers(owner, place) ? [] : littleAlong(state, each);
      if (along === undefined) continue;
      for (const name of along) move(state, name, { to: state.light, why: [module, name] });
      move(state, module, { to: owner, why: [module, imports] });
      hasMoved = true;
    }
  }
}

/** Whether a module that programs import by its first name cannot be had without. */
function isNeededByAll(state: State, { module, package: place }: OpenImport): boolean {
  const entrances = [...state.places].filter(([name, at]) => at === place && !name.includes('.'));
  return entrances.some(([name]) => reachable(state, name, place).has(module));
}

const FOR_DEVELOPERS = /-(?:unittest|pydoc|venv|dev)$/;

function isForDevelopers(owner: string, place: string): boolean {
  return FOR_DEVELOPERS.test(owner) && !FOR_DEVELOPERS.test(place);
}

/** Bytes that everybody may have more of, so that not everybody has a library more; less than any machine code is. */
const LITTLE = 8192;

/**
 * What must go to the light package when a module goes to the package that it needs, and brings a library with it;
 * undefined where it has to stay.
 */
function littleAlong(
  state: State,
  { module, package: place, in: owner }: OpenImport,
): readonly string[] | undefined {
  const has = closureOf(state, place);
  const brought = [...closureOf(state, owner)].filter((name) => !has.has(name));
  const isImported = [...state.places].some(
    ([name, at]) => at === place && importsOf(state, name).includes(module),
  );
  if (brought.every((name) => state.depends.has(name)) || isImported) return undefined;
  const along = [...reachable(state, module, place)].filter((name) => name !== module);
  const weight = along.reduce((sum, name) => sum + (state.sizes.get(name) ?? 0), 0);
  const isWithin = (name: string, packages: ReadonlySet<string>): boolean =>
    importsOf(state, name).every((imported) => {
      const at = state.places.get(imported);
      return at === undefined || packages.has(at) || along.includes(imported);
    });
  const isFree = along.every((name) => isWithin(name, closureOf(state, state.light)));
  const isWhole = isWithin(module, closureOf(state, owner));
  return weight <= LITTLE && isFree && isWhole ? along : undefined;
}

function dependOnWhatIsImported(state: State): void {
  for (const { module, package: place, imports, in: owner } of openImports(state)) {
    if (closureOf(state, place).has(owner) || isCircle(state, place, owner)) continue;
    state.depends.get(place)?.add(owner);
    state.added.push({ package: place, depends: owner, why: [module, imports] });
  }
}

function isCircle(state: State, place: string, owner: string): boolean {
  return closureOf(state, owner).has(place);
}

/** `sysconfig` imports the settings of the build by a name that it puts together; without it they are of no use. */
function followDynamically(state: State): void {
  const to = state.places.get('sysconfig');
  for (const module of state.places.keys())
    if (to !== undefined && module.startsWith('_sysconfigdata_'))
      move(state, module, { to, why: ['sysconfig', module] });
}
