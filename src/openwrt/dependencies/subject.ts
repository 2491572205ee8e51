/** The package that is analysed: its modules on the target, and what each import of them leads to. */
import type { FileTree } from '../../archive/tree/index.ts';
import { contentOf } from '../../archive/tree/index.ts';
import { parseEntryPoints } from '../../packaging/entry-points.ts';
import { WheelworksError } from '../../support/errors.ts';
import { behindSixMoves, namespaceOf, projectsOfModule } from './import-names.ts';
import {
  importsOnTarget,
  type ImportEdge,
  type ModuleKnowledge,
  type When,
  weaker,
} from './imports/edges.ts';
import type { Names } from './imports/condition.ts';
import { failingModules } from './failing-modules.ts';
import { moduleNames } from './imports/module-names.ts';
import { hasNames, type ScannedModule, type ScannedTree } from './imports/scan-tree.ts';
import type { Step } from './model.ts';
import { isTest, packagesAround, whenImported, type OwnModule } from './own-modules.ts';
import { assumedProviders, type Providers } from './providers.ts';
import type { StandardLibrary } from './stdlib/index.ts';

/** An import by a file of the package. */
export interface OutwardImport {
  readonly step: Step;
  /** Attributes taken of it. */
  readonly names: readonly string[];
}

export interface Subject {
  readonly standard: readonly OutwardImport[];
  readonly foreign: readonly OutwardImport[];
  /** Imports of the package's own modules. */
  readonly own: readonly OutwardImport[];
  /** Requirements that are taken to bring modules of other names. */
  readonly providers: Providers;
  /** Packages that are run with `-m`. */
  readonly runnable: readonly string[];
  /** Modules that are never imported, or only by tests. */
  readonly leftOut: readonly string[];
}

export interface SubjectOptions {
  readonly library: StandardLibrary;
  readonly names: Names;
  /** Projects that the package declares and gets; normal spelling. */
  readonly declared: ReadonlySet<string>;
  /** Modules that were taken out of the tree; whoever imports one is not a plug-in of somebody else for that. */
  readonly removed: ReadonlySet<string>;
  /** Whether a module of the standard library is in a package of the target. */
  readonly isOnDevice: (module: string) => boolean;
  /** Whether a module of the standard library is there with the least of the interpreter. */
  readonly isInLeast: (module: string) => boolean;
}

/** Sorts the imports of a package by where they lead. */
export async function subjectOf(
  tree: FileTree,
  scanned: ScannedTree,
  options: SubjectOptions,
): Promise<Subject> {
  const { library, declared, removed, isOnDevice } = options;
  const places = placesOf(scanned);
  const isStandard = (name: string): boolean => library.modules.has(name.split('.', 1)[0] ?? '');
  const isOwn = (name: string): boolean => !isStandard(name) && isWithin(places, name);
  const providers = assumedProviders(
    othersModules(scanned, (name) => isStandard(name) || isWithin(places, name)),
    [...declared],
  );
  const isAvailable = (name: string): boolean => {
    if (name === MAIN) return true;
    if (isOwn(name)) return places.has(name);
    if (isStandard(name)) return library.modules.has(name) && isOnDevice(name);
    return (
      behindSixMoves(name) !== undefined ||
      providers.has(namespaceOf(name)) ||
      projectsOfModule(name).some((each) => declared.has(each))
    );
  };
  const knowledge: Omit<ModuleKnowledge, 'isBroken'> = {
    names: moduleNames(options.names, scanned.modules),
    isModule: (name) =>
      places.has(name) || library.modules.has(name) || behindSixMoves(name) !== undefined,
    isAvailable,
    isOwn,
    isAtHand: (name) => !isStandard(name) || options.isInLeast(name),
    hasNames: (module, names) => hasNames(scanned.modules.get(module), names),
  };
  const isThere = (name: string): boolean => removed.has(name) || isAvailable(name);
  const fails = failingModules(scanned.modules, { ...knowledge, isAvailable: isThere });
  const judge = (module: ScannedModule): OwnModule & ScannedModule => {
    const known = { ...knowledge, isBroken: (name: string) => fails(name, module.name) };
    const { edges, dead } = importsOnTarget(module.scan.imports, known);
    if (dead.length === 0 || !loadsLazily(module)) return { ...module, edges, dead };
    // What it shows to type checkers alone it imports itself, by names that cannot be seen.
    const toCheckers = { ...known, names: asTypeChecker(known.names) };
    const { dead: always } = importsOnTarget(module.scan.imports, toCheckers);
    const targets = new Set(always.map(({ target }) => target));
    return { ...module, edges, dead: dead.filter(({ target }) => targets.has(target)) };
  };
  const modules = new Map([...scanned.modules].map(([name, module]) => [name, judge(module)]));
  const programs = scanned.programs.map(judge);
  const entries = [...(await entryModules(tree)), ...packagesOfNamespaces(modules)];
  const levels = whenImported(modules, {
    entries,
    programs,
    isAvailable: isThere,
  });
  const standard: OutwardImport[] = [];
  const foreign: OutwardImport[] = [];
  const own: OutwardImport[] = [];
  const sort = (module: OwnModule & ScannedModule, level: When): void => {
    for (const edge of module.edges) {
      if (edge.target === MAIN) continue;
      const behind = behindSixMoves(edge.target);
      const meant = behind === undefined ? edge : { ...edge, target: behind };
      const isOfLibrary = behind !== undefined || isStandard(edge.target);
      const list = isOfLibrary ? standard : isOwn(edge.target) ? own : foreign;
      list.push(outwardImport(module, meant, level));
    }
  };
  for (const [name, module] of modules) {
    const level = levels.get(name);
    if (level !== undefined) sort(module, level);
  }
  for (const program of programs) sort(program, 'import');
  return {
    standard,
    foreign,
    own,
    providers,
    runnable: [...modules.keys()].filter((name) => /^[^.]+\.__main__$/.test(name)),
    leftOut: [...modules.keys()].filter((name) => !levels.has(name)).sort(),
  };
}

/** What any file imports of others, whether or not it happens on the target. */
function othersModules(
  { modules, programs }: ScannedTree,
  isOurs: (name: string) => boolean,
): string[] {
  const facts = [...modules.values(), ...programs].flatMap(({ scan }) => scan.imports);
  const named = facts.flatMap(({ module, names = [] }) => [
    module,
    ...names.map((name) => `${module}.${name}`),
  ]);
  return [...new Set(named)].filter((name) => !isOurs(name));
}

/** Names as a type checker has them. */
function asTypeChecker(names: Names): Names {
  const isAsked = (dotted: string): boolean => /(?:^|\.)(?:TYPE_CHECKING|MYPY)$/.test(dotted);
  return { ...names, name: (dotted) => (isAsked(dotted) ? true : names.name(dotted)) };
}

/** Whether a module imports others when somebody asks for their names (PEP 562, lazy_loader). */
function loadsLazily({ scan }: ScannedModule): boolean {
  return (
    scan.defined?.includes('__getattr__') === true ||
    scan.imports.some(({ module, names = [] }) =>
      [module, ...(names ?? [])].some((each) => /^importlib$|import_module|lazy/i.test(each)),
    )
  );
}

/** The program that runs, which is there whatever it is. */
const MAIN = '__main__';

/** The imports that a project answers. */
export function importsOf({ foreign, providers }: Subject, project: string): OutwardImport[] {
  return foreign.filter(
    ({ step }) =>
      projectsOfModule(step.to).includes(project) ||
      providers.get(namespaceOf(step.to)) === project,
  );
}

function outwardImport(module: ScannedModule, edge: ImportEdge, level: When): OutwardImport {
  const { target, names, line, when, inFunction } = edge;
  return {
    names,
    step: {
      from: module.name,
      to: target,
      when: weaker(level, when),
      path: module.path,
      line,
      ...(inFunction === undefined ? {} : { inFunction }),
    },
  };
}

/** The modules there are, for looking up. */
function placesOf({ modules }: ScannedTree): ReadonlySet<string> {
  return new Set(modules.keys());
}

/** Whether a name is one of the package's, or lies in one: a namespace that others share is nobody's. */
function isWithin(places: ReadonlySet<string>, name: string): boolean {
  const parts = name.split('.');
  return parts.some((_, at) => places.has(parts.slice(0, at + 1).join('.')));
}

/** What is imported of a distribution in a namespace: `sphinxcontrib.jsmath`. */
function packagesOfNamespaces(modules: ReadonlyMap<string, ScannedModule>): string[] {
  return [...modules.values()].flatMap(({ name, isPackage }) => {
    const around = packagesAround(name);
    const isFirst = around.length > 0 && around.every((each) => !modules.has(each));
    return isPackage && isFirst && !isTest(name) ? [name] : [];
  });
}

const ENTRY_POINTS = /\.(?:dist|egg)-info\/entry_points\.txt$/;

/** The modules of commands; plug-ins of others are for those who have the others. */
async function entryModules(tree: FileTree): Promise<string[]> {
  const modules: string[] = [];
  for (const [path, file] of tree.files()) {
    if (!ENTRY_POINTS.test(path)) continue;
    try {
      const groups = parseEntryPoints(Buffer.from(await contentOf(file)).toString('utf8'));
      for (const { name, entries } of groups)
        if (name === 'console_scripts' || name === 'gui_scripts')
          for (const { module, extras } of entries) if (extras.length === 0) modules.push(module);
    } catch (error) {
      // That it is wrong others say.
      if (!(error instanceof WheelworksError)) throw error;
    }
  }
  return modules;
}
