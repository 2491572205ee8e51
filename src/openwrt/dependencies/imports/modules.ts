/** Which modules a tree has: what an interpreter would import from its folders, and under which name. */
import type { FileTree, TreeFile } from '../../../archive/tree/index.ts';
import { contentOf } from '../../../archive/tree/index.ts';

export interface TreeModule {
  /** Dotted; a program has the empty name. */
  readonly name: string;
  /** Of the file in the tree. */
  readonly path: string;
  /** `native` also where a source lies beside the extension module that is loaded in its stead. */
  readonly kind: 'source' | 'native' | 'bytecode';
  /** It is an `__init__`. */
  readonly isPackage: boolean;
  /** What its imports can be read from; absent where there are machine code or bytecode only. */
  readonly source?: TreeFile;
}

export interface TreeModules {
  readonly modules: ReadonlyMap<string, TreeModule>;
  /** Files of `bin` that Python runs. */
  readonly programs: readonly TreeModule[];
}

/** Best first, as an interpreter looks for them in a folder. */
const PREFERENCE = ['native', 'source', 'bytecode'] as const;

/**
 * The modules of a tree.
 * @param roots folders that `sys.path` would have, as paths in the tree; by default its `site-packages`, or the tree itself.
 */
export async function modulesOf(
  tree: FileTree,
  roots: readonly string[] = importRoots(tree),
): Promise<TreeModules> {
  const modules = new Map<string, TreeModule>();
  const files = tree.files();
  for (const root of roots)
    for (const [path, file] of files) {
      const module = moduleAt(path, root, file);
      if (module !== undefined) add(modules, module);
    }
  const programs: TreeModule[] = [];
  for (const [path, file] of files)
    if (await isProgram(path, file))
      programs.push({ name: '', path, kind: 'source', isPackage: false, source: file });
  return { modules, programs };
}

/** The folders that an interpreter would search. */
export function importRoots(tree: FileTree): readonly string[] {
  const roots = tree
    .entries()
    .filter(([path, { kind }]) => kind === 'directory' && SITE_PACKAGES.test(path))
    .map(([path]) => path);
  return roots.length === 0 ? [''] : roots;
}

const SITE_PACKAGES = /(?:^|\/)(?:site|dist)-packages$/;
const IDENTIFIER = /^[\p{L}_][\p{L}\p{N}_]*$/u;

function moduleAt(path: string, root: string, file: TreeFile): TreeModule | undefined {
  if (root !== '' && !path.startsWith(`${root}/`)) return undefined;
  const parts = path.slice(root === '' ? 0 : root.length + 1).split('/');
  const [stem = '', ...suffixes] = (parts.pop() ?? '').split('.');
  const kind = kindOf(suffixes);
  if (kind === undefined || ![...parts, stem].every((part) => IDENTIFIER.test(part)))
    return undefined;
  const isPackage = stem === '__init__';
  if (!isPackage) parts.push(stem);
  if (parts.length === 0) return undefined;
  const module = { name: parts.join('.'), path, kind, isPackage };
  return kind === 'source' ? { ...module, source: file } : module;
}

function kindOf(suffixes: readonly string[]): TreeModule['kind'] | undefined {
  if (suffixes.at(-1) === 'so') return suffixes.length <= 2 ? 'native' : undefined;
  if (suffixes.length !== 1) return undefined;
  return { py: 'source', pyc: 'bytecode' }[suffixes[0] ?? ''] as TreeModule['kind'] | undefined;
}

/** A package comes before a module of its name, and each kind of file before the next; a source beside them is kept. */
function add(modules: Map<string, TreeModule>, module: TreeModule): void {
  const known = modules.get(module.name);
  if (known === undefined) {
    modules.set(module.name, module);
    return;
  }
  const comesFirst =
    module.isPackage === known.isPackage
      ? PREFERENCE.indexOf(module.kind) < PREFERENCE.indexOf(known.kind)
      : module.isPackage;
  const [first, second] = comesFirst ? [module, known] : [known, module];
  const source = first.source ?? (first.isPackage === second.isPackage ? second.source : undefined);
  modules.set(module.name, source === undefined ? first : { ...first, source });
}

/** Bytes in which the first line of a program says who runs it. */
const LONGEST_SHEBANG = 512;

async function isProgram(path: string, file: TreeFile): Promise<boolean> {
  if (!/^(?:usr\/)?s?bin\/[^/]+$|^[^/]+\.data\/scripts\/[^/]+$/.test(path)) return false;
  const [line = ''] = Buffer.from((await contentOf(file)).subarray(0, LONGEST_SHEBANG))
    .toString('latin1')
    .split('\n', 1);
  return /^#!.*python/.test(line);
}
