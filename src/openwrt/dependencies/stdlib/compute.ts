import { WheelworksError } from '../../../support/errors.ts';
import type { FileTree } from '../../../archive/tree/index.ts';
import { importsOnTarget, type ImportEdge, type ModuleKnowledge } from '../imports/edges.ts';
import type { ImportFact } from '../imports/model.ts';
import type { ImportScanner } from '../imports/scanner.ts';
import { hasNames, scanTree, type ScannedModule } from '../imports/scan-tree.ts';
import { moduleNames } from '../imports/module-names.ts';
import { targetNames } from '../imports/target-names.ts';
import type { StandardLibrary, StandardModule } from './model.ts';

export interface StandardLibraryFacts {
  readonly scanner: ImportScanner;
  /** Where the tree is from. */
  readonly source: string;
  /** `3.13.5`. */
  readonly version: string;
  /** Linked into the interpreter. */
  readonly builtin: Iterable<string>;
  /** Extension modules that the tree may lack, since a library was missing when it was built. */
  readonly native?: Iterable<string>;
  /** What modules in machine code import, as an interpreter told: name to names. */
  readonly nativeImports?: ReadonlyMap<string, readonly string[]>;
  /** The folder of the tree that holds `os.py`; by default it is looked for. */
  readonly root?: string;
}

/**
 * The graph of the standard library in a tree, as it is on a router.
 *
 * Tests, IDLE and the demos are left out. So are imports of what is in no Python for Linux (`msvcrt`).
 * @throws WheelworksError `openwrt/no-standard-library` when there is none in the tree; `process/cancelled`; `file/*`.
 */
export async function computeStandardLibrary(
  tree: FileTree,
  facts: StandardLibraryFacts,
): Promise<StandardLibrary> {
  const root = facts.root ?? rootOf(tree);
  const roots = [root, root === '' ? 'lib-dynload' : `${root}/lib-dynload`];
  const { modules: scanned } = await scanTree(tree, facts.scanner, { roots, accept: isShipped });
  const virtual = [...VIRTUAL].filter(([name]) => !scanned.has(name));
  const builtin = new Set([...facts.builtin, ...virtual.map(([name]) => name)]);
  const known = new Set([...scanned.keys(), ...builtin, ...(facts.native ?? [])]);
  const isModule = (name: string): boolean => known.has(name);
  const targeted = targetNames({ python: facts.version, builtin: [...builtin] });
  const modules = new Map<string, StandardModule>();
  for (const name of known) {
    const module = scanned.get(name);
    const knowledge: ModuleKnowledge = {
      names: moduleNames(targeted, scanned),
      isModule,
      isAvailable: isModule,
      isOwn: () => false,
      isAtHand: () => false,
      isBroken: () => false,
      hasNames: (module, names) => hasNames(scanned.get(module), names),
    };
    const own = module === undefined ? NOTHING : moduleOf(module, knowledge);
    const isSeen = module?.source !== undefined;
    const told = isSeen ? [] : (facts.nativeImports?.get(name) ?? []);
    const measured = told.filter((each) => isModule(each));
    modules.set(name, { ...own, imports: [...new Set([...own.imports, ...measured])] });
  }
  for (const [name, imports] of virtual) modules.set(name, { ...NOTHING, imports });
  return { source: facts.source, version: facts.version, builtin, modules };
}

/** What is a module without a file: others put it into `sys.modules`. */
const VIRTUAL: ReadonlyMap<string, readonly string[]> = new Map([
  ['collections.abc', ['_collections_abc']],
  ['os.path', ['posixpath']],
]);

const NOTHING: StandardModule = { imports: [], optional: [], use: [], offers: {} };

const LEFT_OUT = new Set(['test', 'tests', 'idlelib', 'turtledemo', '_bundled', 'xxlimited']);

function isShipped(name: string): boolean {
  return !name.startsWith('_test') && !name.split('.').some((part) => LEFT_OUT.has(part));
}

function rootOf(tree: FileTree): string {
  const places = tree
    .files()
    .map(([path]) => path)
    .filter((path) => /(?:^|\/)os\.pyc?$/.test(path) && !path.includes('site-packages'))
    .sort((one, other) => one.split('/').length - other.split('/').length);
  const [place] = places;
  if (place === undefined)
    throw new WheelworksError(
      'openwrt/no-standard-library',
      'There is no standard library of Python in the folder.',
      { hint: 'Give the folder that holds os.py, or one above it.' },
    );
  return place.slice(0, Math.max(0, place.lastIndexOf('/')));
}

function moduleOf(module: ScannedModule, knowledge: ModuleKnowledge): StandardModule {
  const { name, scan } = module;
  // As a program a module of the standard library is a demonstration or a test of itself.
  const facts = scan.imports.filter(({ guards }) => !guards.some(([kind]) => kind === 'main'));
  const { edges } = importsOnTarget(facts, knowledge);
  const isOffer = ({ inFunction }: ImportEdge): boolean => inFunction === '__getattr__';
  const targets = (wanted: (edge: ImportEdge) => boolean): Set<string> =>
    new Set(
      edges
        .filter((edge) => wanted(edge) && knowledge.isModule(edge.target) && edge.target !== name)
        .map((edge) => edge.target),
    );
  const imports = targets(({ when }) => when === 'import');
  const optional = targets(({ when }) => when === 'optional');
  const use = targets((edge) => edge.when === 'use' && !isOffer(edge));
  return {
    imports: [...imports],
    optional: [...optional].filter((each) => !imports.has(each)),
    use: [...use].filter((each) => !imports.has(each) && !optional.has(each)),
    offers: offersOf(scan.imports),
  };
}

/** `def __getattr__(name): ... from .process import ProcessPoolExecutor`: who asks for that name gets that module. */
function offersOf(facts: readonly ImportFact[]): Readonly<Record<string, string>> {
  const offers: Record<string, string> = {};
  for (const { module, names, guards } of facts)
    if (guards.some((guard) => guard[0] === 'function' && guard[1] === '__getattr__'))
      for (const name of names ?? []) if (name !== '*') offers[name] = module;
  return offers;
}
