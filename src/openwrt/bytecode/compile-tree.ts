/**
 * A tree whose modules are bytecode. A module lies where its source lay, `foo.pyc` in the place of `foo.py`: Python imports
 * it there, and nowhere else, when there is no source. Where the source stays, the bytecode goes to `__pycache__`, since
 * Python prefers a source to what lies beside it.
 */
import {
  comparePaths,
  contentOf,
  FileTree,
  type TreeEntry,
  type TreeFile,
} from '../../archive/tree/index.ts';
import { mapParallel } from '../../support/parallel.ts';
import type { CompileAnswer } from './answers.ts';
import type { Compiler } from './compiler.ts';
import {
  importRoots,
  keptByLink,
  keptByName,
  keptByPath,
  type KeptSource,
  type Mention,
} from './kept-sources.ts';
import { resolveLink } from './links.ts';

export interface CompileTreeOptions {
  readonly compiler: Compiler;
  /** Of the target: `3.13`. */
  readonly minor: string;
  /** Every source stays, with its bytecode in `__pycache__`. Default false. */
  readonly keepSources?: boolean;
  /** Sources stay that other means than an import may use, as their names in the code tell. Default true. */
  readonly keepUsed?: boolean;
}

/** A source that is no Python of the target's version. */
export interface CompileFailure {
  readonly path: string;
  /** From 1; 0 when the compiler names none. */
  readonly line: number;
  readonly message: string;
  /** The line of a filespec that leaves the file out. */
  readonly cure: string;
}

/** A module that reads the source of modules when it runs, which bytecode alone does not have. */
export interface SourceReader {
  readonly path: string;
  /** `getsource`. */
  readonly calls: readonly string[];
}

export interface CompiledTree {
  readonly tree: FileTree;
  /** What was taken out: the sources alone, for a twin that is installed beside the package. */
  readonly sources: FileTree;
  /** When there are any, the tree lacks these modules. */
  readonly failures: readonly CompileFailure[];
  /** The sources that stay although they need not, by path. */
  readonly kept: readonly KeptSource[];
  readonly readers: readonly SourceReader[];
  /** Bytecode that was there without a source and is another Python's. */
  readonly foreign: readonly string[];
}

/**
 * Compiles the modules of a tree, whose paths are those on the device. The tree itself stays as it is; `__pycache__`
 * folders in it are not taken over.
 * @throws WheelworksError `openwrt/interpreter-ended`, `file/*`.
 */
export async function compileTree(
  tree: FileTree,
  { compiler, minor, keepSources = false, keepUsed = true }: CompileTreeOptions,
): Promise<CompiledTree> {
  const roots = importRoots(minor);
  const entries = tree.entries().filter(([path]) => !CACHE.test(path));
  const sources = entries.flatMap(([path, { kind }]) =>
    kind === 'file' && path.endsWith('.py') ? [path] : [],
  );
  const fixed = sources.flatMap((path) => keptByPath(path, roots) ?? []);
  const unimportable = new Set(fixed.map(({ path }) => path));
  const modules = sources.filter((path) => !unimportable.has(path));
  const answers = await compileModules(tree, modules, compiler);
  const chosen = keepSources || !keepUsed ? [] : keptForUse(tree, modules, answers);
  const stays = new Set(keepSources ? modules : chosen.map(({ path }) => path));
  const bytecode = new Map<string, TreeFile>();
  for (const { path, answer } of answers) {
    if (answer.kind !== 'bytecode') continue;
    const { bytes } = answer;
    const place = stays.has(path) ? cachedPath(path, minor) : `${path}c`;
    bytecode.set(place, { kind: 'file', mode: 0o644, size: bytes.length, content: { bytes } });
  }
  const leaves = new Set(modules.filter((path) => !stays.has(path)));
  return {
    ...divide(tree, { entries, leaves, bytecode }),
    failures: answers.flatMap(failuresOf),
    kept: [...fixed, ...chosen].sort((one, other) => comparePaths(one.path, other.path)),
    readers: answers.flatMap(({ path, answer }) =>
      answer.kind === 'bytecode' && answer.calls.length > 0 ? [{ path, calls: answer.calls }] : [],
    ),
    foreign: await foreignBytecode(entries, bytecode, compiler.magic),
  };
}

const CACHE = /(?:^|\/)__pycache__(?:\/|$)/;

interface Compiled {
  readonly path: string;
  readonly answer: CompileAnswer;
}

async function compileModules(
  tree: FileTree,
  modules: readonly string[],
  compiler: Compiler,
): Promise<readonly Compiled[]> {
  const requests = await mapParallel(modules, FILES_AT_ONCE, async (path) => {
    const entry = tree.get(path);
    const source = entry?.kind === 'file' ? await contentOf(entry) : new Uint8Array();
    return { path: `/${path}`, source };
  });
  const answers = await compiler.compile(requests);
  return modules.flatMap((path, index) => {
    const answer = answers[index];
    return answer === undefined ? [] : [{ path, answer }];
  });
}

const FILES_AT_ONCE = 16;

/** The modules whose source is used by other means than an import, each once. */
function keptForUse(
  tree: FileTree,
  modules: readonly string[],
  answers: readonly Compiled[],
): KeptSource[] {
  const mentions = answers.flatMap(({ path: by, answer }): Mention[] =>
    answer.kind === 'bytecode' ? answer.files.map((name) => ({ by, name })) : [],
  );
  const known = new Set(modules);
  const found = [...keptByName(modules, mentions), ...keptByLink(tree)];
  return found.filter(({ path }) => known.delete(path));
}

/** Where Python looks for the bytecode of a source that is there (PEP 3147); Python 2 has only one place. */
function cachedPath(path: string, minor: string): string {
  if (minor.startsWith('2.')) return `${path}c`;
  const slash = path.lastIndexOf('/') + 1;
  const name = path.slice(slash, -'.py'.length);
  return `${path.slice(0, slash)}__pycache__/${name}.cpython-${minor.replace('.', '')}.pyc`;
}

interface Division {
  readonly entries: readonly (readonly [string, TreeEntry])[];
  /** Sources that do not stay. */
  readonly leaves: ReadonlySet<string>;
  readonly bytecode: ReadonlyMap<string, TreeFile>;
}

/** A link to a source that leaves is one to its bytecode. */
function divide(
  tree: FileTree,
  { entries, leaves, bytecode }: Division,
): { tree: FileTree; sources: FileTree } {
  const compiled = new FileTree();
  const sources = new FileTree();
  for (const [path, entry] of entries) {
    const target = entry.kind === 'symlink' ? resolveLink(tree, path) : path;
    if (target === undefined || !leaves.has(target)) {
      compiled.set(path, entry);
      continue;
    }
    sources.set(path, entry);
    if (entry.kind === 'symlink')
      compiled.set(`${path}c`, { ...entry, target: `${entry.target}c` });
  }
  for (const [path, file] of bytecode) compiled.set(path, file);
  return { tree: compiled, sources };
}

function failuresOf({ path, answer }: Compiled): CompileFailure[] {
  if (answer.kind !== 'error') return [];
  const { line, message } = answer;
  return [{ path, line, message, cure: `-|/${path}` }];
}

async function foreignBytecode(
  entries: readonly (readonly [string, TreeEntry])[],
  bytecode: ReadonlyMap<string, TreeFile>,
  magic: number,
): Promise<string[]> {
  const foreign: string[] = [];
  for (const [path, entry] of entries) {
    if (entry.kind !== 'file' || !path.endsWith('.pyc') || bytecode.has(path)) continue;
    const [low = 0, high = 0] = await contentOf(entry);
    if (low + 256 * high !== magic) foreign.push(path);
  }
  return foreign;
}
