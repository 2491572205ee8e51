import packageTable from './data/system-packages.json' with { type: 'json' };
import type { Interpreter } from './interpreter.ts';

/** What a build did not find. */
export type MissingPiece =
  | { readonly kind: 'compiler' }
  /** `Python.h` of the interpreter. */
  | { readonly kind: 'python-headers' }
  /** What `python -m venv` needs; Debian leaves it out. */
  | { readonly kind: 'venv' }
  | { readonly kind: 'pip' }
  /** A C header as an `#include` names it: `zlib.h`, `openssl/ssl.h`. */
  | { readonly kind: 'header'; readonly header: string }
  /** A library as `-l` names it: `z`, `ssl`. */
  | { readonly kind: 'library'; readonly library: string };

/** The machine that lacks it. */
export interface AdviceContext {
  readonly platform: NodeJS.Platform;
  /** The text of `/etc/os-release` (os-release(5)); absent outside Linux. */
  readonly osRelease?: string;
  /** The interpreter that is being built for; needed for its headers, pip and venv. */
  readonly interpreter?: Pick<
    Interpreter,
    | 'path'
    | 'label'
    | 'place'
    | 'version'
    | 'implementation'
    | 'freeThreaded'
    | 'basePrefix'
    | 'modules'
  >;
}

/** One sentence that says what to install and how; undefined when nothing sure can be said. */
export function missingPieceAdvice(
  piece: MissingPiece,
  context: AdviceContext,
): string | undefined {
  if (piece.kind === 'compiler') return compilerAdvice(context);
  if (piece.kind === 'header' || piece.kind === 'library') return libraryAdvice(piece, context);
  return pythonAdvice(piece.kind, context);
}

function compilerAdvice(context: AdviceContext): string | undefined {
  if (context.platform === 'darwin') return XCODE;
  if (context.platform === 'win32')
    return 'Install the Build Tools for Visual Studio with "Desktop development with C++".';
  const manager = managerOf(context);
  return manager === undefined ? undefined : runAsRoot(manager, manager.compiler);
}

const XCODE = 'Run: xcode-select --install';

function pythonAdvice(
  kind: 'python-headers' | 'venv' | 'pip',
  context: AdviceContext,
): string | undefined {
  const { interpreter } = context;
  if (interpreter === undefined) return undefined;
  // The distribution's packages serve the distribution's Pythons only.
  const manager = isOfDistribution(interpreter) ? managerOf(context) : undefined;
  if (manager !== undefined) {
    const words = packageOf(kind, manager, interpreter);
    if (words !== undefined) return runAsRoot(manager, words);
  }
  if (kind === 'pip' && interpreter.modules.ensurepip)
    return `Run: ${interpreter.path} -m ensurepip --upgrade`;
  if (kind === 'venv')
    return `Install virtualenv for ${interpreter.path}, or build with another Python.`;
  if (kind === 'pip')
    return `Get pip from https://bootstrap.pypa.io/get-pip.py for ${interpreter.path}.`;
  if (interpreter.place === 'xcode') return XCODE;
  return `${interpreter.label} in ${interpreter.basePrefix} came without its headers: install it again with them, or name another Python.`;
}

type AdvisedInterpreter = NonNullable<AdviceContext['interpreter']>;

/** Distributions install below /usr; everything built or fetched by hand lies elsewhere. */
function isOfDistribution({ basePrefix }: AdvisedInterpreter): boolean {
  return basePrefix === '/usr';
}

function packageOf(
  kind: 'python-headers' | 'venv' | 'pip',
  manager: Manager,
  interpreter: AdvisedInterpreter,
): string | undefined {
  if (interpreter.implementation.name !== 'cpython') return undefined;
  const { major, minor } = interpreter.version;
  const template = kind === 'python-headers' ? manager.headers : manager[kind];
  return (
    template
      .replace('{version}', `${major}.${minor}`)
      .replace('{threads}', interpreter.freeThreaded ? 't' : '')
      // openSUSE's Python 3.6 is from before its packages had the version in their names.
      .replace('{compact}', major === 3 && minor <= 6 ? '3' : `${major}${minor}`)
  );
}

function libraryAdvice(
  piece: Extract<MissingPiece, { kind: 'header' | 'library' }>,
  context: AdviceContext,
): string | undefined {
  const name = piece.kind === 'header' ? piece.header : piece.library;
  const row = table.libraries.find((candidate) =>
    piece.kind === 'library'
      ? candidate.libraries.includes(name)
      : candidate.headers.some((header) =>
          header.endsWith('/') ? name.startsWith(header) : name === header,
        ),
  );
  const packages = row?.packages ?? {};
  if (context.platform === 'darwin') {
    const formula = packages['brew'];
    return formula === undefined ? undefined : `Run: brew install ${formula}`;
  }
  const manager = managerOf(context);
  if (manager === undefined) return undefined;
  const known = packages[manager.name];
  if (known !== undefined) return runAsRoot(manager, known);
  return manager.search === null ? undefined : searchAdvice(manager.search, piece);
}

function searchAdvice(
  search: string,
  piece: Extract<MissingPiece, { kind: 'header' | 'library' }>,
): string {
  const file = piece.kind === 'header' ? piece.header : `lib${piece.library}.so`;
  const pattern = search.startsWith('dnf') ? `'*/${file}'` : file;
  return `Find the development package that has it: ${search} ${pattern}`;
}

/** A package manager: how to install, and the names of what every build needs. */
interface ManagerRow {
  /** `ID`s of os-release(5). */
  readonly systems: readonly string[];
  readonly install: string;
  readonly search: string | null;
  readonly compiler: string;
  readonly headers: string;
  readonly venv: string;
  readonly pip: string;
}

interface Manager extends ManagerRow {
  readonly name: string;
}

interface PackageTable {
  readonly managers: Readonly<Record<string, ManagerRow>>;
  /** Headers are whole names, or folders that end in `/`. */
  readonly libraries: readonly {
    readonly libraries: readonly string[];
    readonly headers: readonly string[];
    readonly packages: Readonly<Record<string, string | undefined>>;
  }[];
}

const table: PackageTable = packageTable;

function managerOf(context: AdviceContext): Manager | undefined {
  if (context.platform !== 'linux' || context.osRelease === undefined) return undefined;
  for (const system of distributionIds(context.osRelease)) {
    for (const [name, manager] of Object.entries(table.managers)) {
      if (manager.systems.includes(system)) return { name, ...manager };
    }
  }
  return undefined;
}

/** `ID`, then `ID_LIKE` in its order, which is closest first: os-release(5). */
function distributionIds(osRelease: string): string[] {
  const value = (key: string): string =>
    (new RegExp(`^${key}=(.*)$`, 'm').exec(osRelease)?.[1] ?? '')
      .trim()
      .replace(/^(["'])(.*)\1$/, '$2');
  return `${value('ID')} ${value('ID_LIKE')}`
    .toLowerCase()
    .split(/\s+/)
    .filter((id) => id !== '');
}

function runAsRoot(manager: Manager, packages: string): string {
  return `As root, run: ${manager.install} ${packages}`;
}
