/** Which sources stay, because something else than an import reads them. */
import type { FileTree } from '../../archive/tree/index.ts';
import { resolveLink } from './links.ts';

/** Why a `.py` stays beside its bytecode, or has none. */
export type KeptReason =
  /** It lies where Python does not look for modules, as a script in `usr/bin`. */
  | 'outside'
  /** No module can have its name: `my-template.py`, `{{name}}/setup.py`. */
  | 'not-importable'
  /** Code of the package names the file, and so opens or runs it. */
  | 'named'
  /** A link that is no module leads to it. */
  | 'linked';

export interface KeptSource {
  readonly path: string;
  readonly reason: KeptReason;
  /** The file that names it and how, or the link. */
  readonly evidence?: string;
}

/** A module that names a Python file. */
export interface Mention {
  /** Path of the module in the tree. */
  readonly by: string;
  /** As the code has it: `_in_process.py`, `helpers/run.py`. */
  readonly name: string;
}

/** Where modules of a Python are found: its own library, and site-packages in it. */
export function importRoots(minor: string): readonly string[] {
  return [`usr/lib/python${minor}/site-packages/`, `usr/lib/python${minor}/`];
}

/** What can be told of a source from its path alone; undefined for one that can be imported. */
export function keptByPath(path: string, roots: readonly string[]): KeptSource | undefined {
  const root = roots.find((each) => path.startsWith(each));
  if (root === undefined) return { path, reason: 'outside' };
  const parts = path.slice(root.length, -'.py'.length).split('/');
  const odd = parts.find((part) => !IDENTIFIER.test(part) && !part.startsWith(BUILD_SETTINGS));
  return odd === undefined
    ? undefined
    : { path, reason: 'not-importable', evidence: `no module is called ${odd}` };
}

/** `sysconfig` imports the settings of the build under a name with the platform in it: `..._x86_64-linux-musl`. */
const BUILD_SETTINGS = '_sysconfigdata_';

const IDENTIFIER = /^[\p{ID_Start}_]\p{ID_Continue}*$/u;

/**
 * The sources among `modules` that the code itself names. A name alone counts for files beside and below the module that
 * has it: other packages have an `utils.py` too.
 */
export function keptByName(modules: readonly string[], mentions: readonly Mention[]): KeptSource[] {
  const kept: KeptSource[] = [];
  const byBase = new Map<string, string[]>();
  for (const path of modules) {
    const base = baseOf(path);
    if (!EVERYWHERE.has(base)) byBase.set(base, [...(byBase.get(base) ?? []), path]);
  }
  const known = new Set<string>();
  for (const { by, name } of mentions) {
    const tail = name.replace(/^(?:\.{0,2}\/)+/, '');
    const folder = by.slice(0, by.lastIndexOf('/') + 1);
    for (const path of byBase.get(baseOf(name)) ?? []) {
      const isMeant = path.startsWith(folder) && `/${path}`.endsWith(`/${tail}`);
      if (!isMeant || known.has(path)) continue;
      known.add(path);
      kept.push({ path, reason: 'named', evidence: `${by} names ${JSON.stringify(name)}` });
    }
  }
  return kept;
}

/** Named for what they mean to every package, not for one that is there. */
const EVERYWHERE = new Set(['__init__.py', '__main__.py']);

function baseOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** The sources that links with other names than those of modules lead to: programs that are run by path. */
export function keptByLink(tree: FileTree): KeptSource[] {
  const kept: KeptSource[] = [];
  for (const [path, entry] of tree.entries()) {
    if (entry.kind !== 'symlink' || path.endsWith('.py')) continue;
    const target = resolveLink(tree, path);
    if (target?.endsWith('.py') === true && tree.get(target)?.kind === 'file')
      kept.push({ path: target, reason: 'linked', evidence: path });
  }
  return kept;
}
