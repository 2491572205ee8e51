import type { FileTree } from '../../archive/tree/index.ts';

/** The modules of a standard library by their names: `json.decoder` to `usr/lib/python3.13/json/decoder.py`. */
export function libraryModules(tree: FileTree, library: string): ReadonlyMap<string, string> {
  const modules = new Map<string, string>();
  for (const [path] of tree.files()) {
    const name = path.startsWith(`${library}/`)
      ? moduleName(path.slice(library.length + 1))
      : undefined;
    // What Python finds first: a package before a module, both before an extension module.
    if (name !== undefined && !(modules.has(name) && !path.endsWith('/__init__.py')))
      modules.set(name, path);
  }
  return modules;
}

const EXTENSION = /^lib-dynload\/(\w+?)(?:module)?\.(?:[\w.-]+\.)?so$/;
const SOURCE = /^((?:[A-Za-z_]\w*\/)*[A-Za-z_][\w-]*)\.py$/;

/** The name of the module that a path below the standard library is, when it is one. */
export function moduleName(path: string): string | undefined {
  const extension = EXTENSION.exec(path)?.[1];
  if (extension !== undefined) return extension;
  const source = SOURCE.exec(path)?.[1];
  return source?.replace(/\/__init__$/, '').replaceAll('/', '.');
}
