/**
 * When each module of a package is imported: by whoever imports the package, by a function of it, on other systems only.
 *
 * What nothing of the package imports is there for others to import. It counts, unless it cannot be imported without something
 * that the package does not declare: then it is for those who have that (`anyio.pytest_plugin`), and what it imports is optional.
 */
import {
  isStronger,
  weaker,
  type DeadImport,
  type ImportEdge,
  type When,
} from './imports/edges.ts';

/** A module with the imports that its file makes on the target. */
export interface OwnModule {
  readonly name: string;
  readonly edges: readonly ImportEdge[];
  readonly dead: readonly DeadImport[];
}

export interface OwnModulesOptions {
  /** Where imports of the package begin besides its top-level modules: modules of entry points. */
  readonly entries: readonly string[];
  /** The imports of programs. */
  readonly programs: readonly OwnModule[];
  /** Whether an import of something that is not of the package works. */
  readonly isAvailable: (target: string) => boolean;
}

/** When each module is imported; those that are missing are never, or are tests. */
export function whenImported(
  modules: ReadonlyMap<string, OwnModule>,
  options: OwnModulesOptions,
): ReadonlyMap<string, When> {
  const reach = reachThrough(modules);
  const roots = new Map<string, When>();
  const standIns = standInsOf(modules);
  for (const name of [...modules.keys()].filter((each) => !each.includes('.') && !isTest(each)))
    if (!(name.startsWith('_') && standIns.has(name))) roots.set(name, 'import');
  for (const name of options.entries) if (modules.has(name)) roots.set(name, 'import');
  for (const program of options.programs)
    for (const { target, when } of program.edges)
      if (modules.has(target)) raise(roots, target, when);
  const strict = reach(roots);
  const dead = deadModules(modules, strict);
  const blocked = blockedModules(
    modules,
    (name) => strict.get(name) === 'import',
    options.isAvailable,
  );
  const others = [...modules.keys()].filter(
    (name) => !strict.has(name) && !dead.has(name) && !isTest(name),
  );
  const imported = importedBy(modules, (name) => !dead.has(name) && !isTest(name));
  const start = (name: string): void =>
    raise(roots, name, blocked.has(name) ? 'optional' : 'import');
  for (const name of others) if (!imported.has(name)) start(name);
  let reached = reach(roots);
  // What is left imports each other in a circle, which nothing else enters.
  for (const name of others.sort()) {
    if (reached.has(name)) continue;
    start(name);
    reached = reach(roots);
  }
  return reached;
}

/** Modules of tests, by the names that their runners look for. */
export function isTest(name: string): boolean {
  const parts = name.split('.');
  const last = parts.at(-1) ?? '';
  return (
    parts.some((part) => part === 'tests' || part === 'test') ||
    /^test_|_tests?$|^conftest$/.test(last)
  );
}

function raise(levels: Map<string, When>, name: string, when: When): void {
  const known = levels.get(name);
  if (known === undefined || isStronger(when, known)) levels.set(name, when);
}

/** Whoever imports a module imports the packages around it. */
export function packagesAround(name: string): string[] {
  const parts = name.split('.');
  return parts.slice(0, -1).map((_, at) => parts.slice(0, at + 1).join('.'));
}

function reachThrough(
  modules: ReadonlyMap<string, OwnModule>,
): (roots: ReadonlyMap<string, When>) => Map<string, When> {
  return (roots) => {
    const reached = new Map<string, When>();
    const waiting = [...roots];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const [name, when] = next;
      const known = reached.get(name);
      if (known !== undefined && !isStronger(when, known)) continue;
      reached.set(name, when);
      for (const around of packagesAround(name))
        if (modules.has(around)) waiting.push([around, when]);
      for (const edge of modules.get(name)?.edges ?? [])
        if (modules.has(edge.target)) waiting.push([edge.target, weaker(when, edge.when)]);
    }
    return reached;
  };
}

/** Modules that stand in for what is there. */
function standInsOf(modules: ReadonlyMap<string, OwnModule>): ReadonlySet<string> {
  const dead = [...modules.values()].flatMap((module) => module.dead);
  return new Set(dead.filter(({ isInstead }) => isInstead === true).map(({ target }) => target));
}

/**
 * Modules that are imported on other systems only, or in the stead of what is there: each import of them is dead, or stands in one
 * that is. In a package that only stands in, so are modules that nothing imports: who wants them imports the package first.
 */
function deadModules(
  modules: ReadonlyMap<string, OwnModule>,
  reached: ReadonlyMap<string, When>,
): ReadonlySet<string> {
  const dead = new Set<string>();
  const standIns = standInsOf(modules);
  const isInstead = (name: string): boolean =>
    [name, ...packagesAround(name)].some((each) => standIns.has(each));
  const waiting = [...modules.values()].flatMap(({ name, dead: never }) =>
    isTest(name) ? [] : never.map(({ target }) => target),
  );
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const module = modules.get(name);
    if (module === undefined || isTest(name) || dead.has(name) || reached.has(name)) continue;
    dead.add(name);
    waiting.push(...module.edges.map(({ target }) => target));
    if (isInstead(name))
      waiting.push(...[...modules.keys()].filter((each) => each.startsWith(`${name}.`)));
  }
  // What others import all the same is alive, with all that it imports; that tests try what stands in does not make it so.
  const alive = [
    ...importedBy(modules, (name) => !dead.has(name) && !isTest(name)),
    ...[...importedBy(modules, isTest)].filter((name) => !isInstead(name)),
  ];
  for (let name = alive.pop(); name !== undefined; name = alive.pop()) {
    if (!dead.delete(name)) continue;
    const edges = modules.get(name)?.edges ?? [];
    alive.push(...packagesAround(name), ...edges.map(({ target }) => target));
  }
  return dead;
}

/** The modules that some of them import. */
function importedBy(
  modules: ReadonlyMap<string, OwnModule>,
  counts: (name: string) => boolean,
): ReadonlySet<string> {
  const imported = new Set<string>();
  for (const [name, { edges }] of modules)
    if (counts(name)) for (const { target } of edges) if (target !== name) imported.add(target);
  return imported;
}

/**
 * Modules whose import fails: they import something that is not there, or a module that does, or are in a package that does.
 * One that is imported in any case is wrong itself then, and says nothing of its importers.
 */
function blockedModules(
  modules: ReadonlyMap<string, OwnModule>,
  isStrict: (name: string) => boolean,
  isAvailable: (target: string) => boolean,
): ReadonlySet<string> {
  const blocked = new Set<string>();
  const stops = (name: string): boolean => blocked.has(name) && !isStrict(name);
  for (let size = -1; size !== blocked.size;) {
    size = blocked.size;
    for (const [name, { edges }] of modules)
      if (
        packagesAround(name).some(stops) ||
        edges.some(
          ({ target, when }) =>
            when === 'import' && (modules.has(target) ? stops(target) : !isAvailable(target)),
        )
      )
        blocked.add(name);
  }
  return blocked;
}
