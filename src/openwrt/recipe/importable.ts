/**
 * Which files of an sdist its build installs as modules, told without building: what setuptools wrote into
 * `top_level.txt`, what the backend's table says, a package of the project's name, and else every package that is not
 * for tests, documents or examples.
 */
import { normalizeName } from '../../packaging/index.ts';

export interface ImportableOptions {
  /** Of the project. */
  readonly name: string;
  /** The text of a member; undefined when it was not kept. */
  readonly text: (member: string) => string | undefined;
  /** Names of modules that the backend's settings give. */
  readonly declared: readonly string[];
}

export interface Importable {
  /** From the place below site-packages to the member. */
  readonly files: ReadonlyMap<string, string>;
  /** Names of the top. */
  readonly modules: readonly string[];
  /** Those that no Python file has, since the build makes them of another language. */
  readonly built: readonly string[];
}

const NOT_INSTALLED =
  /^(?:tests?|testing|docs?|examples?|benchmarks?|scripts|tools|bin|ci|tasks|noxfile|conftest|setup|build|fabfile|versioneer|ez_setup)$/;

/** Sorts the Python files of an sdist. */
export function importableFiles(
  members: readonly string[],
  { name, text, declared }: ImportableOptions,
): Importable {
  const roots = rootsOf(members);
  const listed = members
    .filter((member) => /(?:^|\/)[^/]+\.egg-info\/top_level\.txt$/.test(member))
    .flatMap((member) => (text(member) ?? '').split(/\s+/))
    .filter((each) => /^[\w./-]+$/.test(each));
  const present = (candidates: readonly string[]): string[] =>
    [...new Set(candidates)].filter((module) => roots.has(module));
  const own = ownModules(roots, name);
  const rest = [...roots.keys()].filter((module) => !NOT_INSTALLED.test(module));
  const modules =
    [present(listed), present(declared), own, rest].find((each) => each.length > 0) ?? [];
  const files = new Map<string, string>();
  for (const module of modules) {
    const root = roots.get(module) ?? '';
    const at = root === '' ? module : `${root}/${module}`;
    for (const member of members)
      if (member === `${at}.py` || (member.startsWith(`${at}/`) && member.endsWith('.py')))
        files.set(root === '' ? member : member.slice(root.length + 1), member);
  }
  const built = [...listed, ...nativeModules(members)].filter(
    (module) => /^[A-Za-z_]\w*$/.test(module) && !roots.has(module),
  );
  return { files, modules: modules.sort(), built: [...new Set(built)].sort() };
}

/** What sources in other languages are called, where the name is that of a module: `_speedups.c`. */
function nativeModules(members: readonly string[]): string[] {
  return members.flatMap((member) => {
    const [, name] = /(?:^|\/)(_\w+)\.(?:c|cc|cpp|cxx|pyx|rs|f90)$/.exec(member) ?? [];
    return name === undefined ? [] : [name];
  });
}

/** The module of the project's name, and what shares a folder for sources with it. */
function ownModules(roots: ReadonlyMap<string, string>, name: string): string[] {
  const isOwn = (module: string): boolean =>
    normalizeName(module.replace(/^_+/, '')) === normalizeName(name);
  const folders = new Set([...roots].filter(([module]) => isOwn(module)).map(([, root]) => root));
  folders.delete('');
  return [...roots]
    .filter(([module, root]) => isOwn(module) || folders.has(root))
    .map(([module]) => module);
}

/** Names of modules at the top, or in the folders that projects keep their sources in, with that folder. */
function rootsOf(members: readonly string[]): Map<string, string> {
  const roots = new Map<string, string>();
  for (const member of members) {
    const match = /^(?:(src|lib|python)\/)?([A-Za-z_]\w*)(\.py|\/(?:.*\/)?[^/]+\.py)$/.exec(member);
    const [, root = '', module = ''] = match ?? [];
    if (match === null || (root === '' && /^(?:src|lib|python)$/.test(module))) continue;
    if (!roots.has(module)) roots.set(module, root);
  }
  return roots;
}
