import { contentOf, type FileTree } from '../../../archive/tree/index.ts';
import { mapParallel } from '../../../support/parallel.ts';
import { isUnreadable, type FileImports, type UnreadableSource } from './model.ts';
import { modulesOf, type TreeModule } from './modules.ts';
import type { ImportScanner } from './scanner.ts';

/** A module, or a program, with what its file says. */
export interface ScannedModule extends TreeModule {
  /** Empty for machine code and bytecode, whose imports nobody sees, and for a source that cannot be read. */
  readonly scan: FileImports;
}

export interface ScannedTree {
  /** By name. */
  readonly modules: ReadonlyMap<string, ScannedModule>;
  readonly programs: readonly ScannedModule[];
  readonly unreadable: readonly (UnreadableSource & { readonly path: string })[];
}

/**
 * Reads the imports of every file of a tree that Python would import or run.
 * @param roots as in `modulesOf`
 * @throws WheelworksError `process/cancelled`, `file/*` when a file of this machine cannot be read.
 */
export async function scanTree(
  tree: FileTree,
  scanner: ImportScanner,
  {
    roots,
    accept = () => true,
  }: { roots?: readonly string[]; accept?: (name: string) => boolean } = {},
): Promise<ScannedTree> {
  const found = await modulesOf(tree, roots);
  const accepted = [...found.modules.values()].filter(({ name }) => accept(name));
  const all = [...accepted, ...found.programs];
  const sources = all.flatMap((module) =>
    module.source === undefined ? [] : [{ module, file: module.source }],
  );
  const requests = await mapParallel(sources, FILES_AT_ONCE, async ({ module, file }) => ({
    module: module.name,
    isPackage: module.isPackage,
    source: await contentOf(file),
  }));
  const answers = await scanner.scan(requests);
  const scans = new Map(sources.map(({ module }, at) => [module, answers[at]]));
  const scanned = (module: TreeModule): ScannedModule => {
    const scan = scans.get(module);
    return { ...module, scan: scan === undefined || isUnreadable(scan) ? NOTHING : scan };
  };
  const modules = new Map(accepted.map((module) => [module.name, scanned(module)]));
  const programs = found.programs.map(scanned);
  const unreadable = all.flatMap((module) => {
    const scan = scans.get(module);
    return scan !== undefined && isUnreadable(scan) ? [{ ...scan, path: module.path }] : [];
  });
  return { modules, programs, unreadable };
}

const FILES_AT_ONCE = 16;
const NOTHING: FileImports = { imports: [], constants: {} };

/**
 * Whether a module gives names to whoever takes them of it; true where that is not known: for others' modules, for plain ones,
 * and for packages that take all of another or make names up when they are asked.
 */
export function hasNames(module: ScannedModule | undefined, names: readonly string[]): boolean {
  const { defined, imports } = module?.scan ?? NOTHING;
  if (defined === undefined || defined.includes('__getattr__')) return true;
  if (imports.some((each) => each.names?.includes('*') === true)) return true;
  return names.every((name) => name === '*' || defined.includes(name) || /^__\w+__$/.test(name));
}
