import { contentOf, type FileTree } from '../../../archive/tree/index.ts';
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
  const unreadable: (UnreadableSource & { path: string })[] = [];
  const read = async (module: TreeModule): Promise<ScannedModule> => {
    if (module.source === undefined) return { ...module, scan: NOTHING };
    const { name, isPackage } = module;
    const scan = await scanner.scan({
      module: name,
      isPackage,
      source: await contentOf(module.source),
    });
    if (!isUnreadable(scan)) return { ...module, scan };
    unreadable.push({ ...scan, path: module.path });
    return { ...module, scan: NOTHING };
  };
  const modules = new Map<string, ScannedModule>();
  for (const module of found.modules.values())
    if (accept(module.name)) modules.set(module.name, await read(module));
  const programs: ScannedModule[] = [];
  for (const program of found.programs) programs.push(await read(program));
  return { modules, programs, unreadable };
}

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
