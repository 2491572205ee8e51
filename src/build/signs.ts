/**
 * The lines by which compilers, linkers, pip, uv and backends say why a build failed, and what to do about each.
 *
 * Patterns are matched against single lines; the group they capture is what is missing. They were collected from the
 * messages of gcc, clang, MSVC, GNU ld, lld, setuptools, CMake, Meson, pip, uv, build and pyproject-hooks.
 */
import { missingPieceAdvice, type Interpreter, type MissingPiece } from '../python/index.ts';
import type { ErrorCode } from '../support/errors.ts';
import type { BuildPlace } from './place.ts';

/** What advice depends on. */
export interface DiagnosisContext {
  readonly interpreter: Interpreter;
  readonly platform: NodeJS.Platform;
  readonly place: BuildPlace['kind'];
  /** Text of /etc/os-release, for the package names of the distribution. */
  readonly osRelease?: string;
  /** The module of the build backend. */
  readonly backend: string;
  /** Whether build requirements were installed into an environment of their own. */
  readonly isolated: boolean;
  /** Build requirements that the interpreter does not have. */
  readonly missing: readonly string[];
  /** What `CC` names, when it is set. */
  readonly compiler?: string;
}

export interface Sign {
  readonly code: ErrorCode;
  readonly pattern: RegExp;
  readonly message: (found: string, context: DiagnosisContext) => string;
  readonly hint: (found: string, context: DiagnosisContext) => string | undefined;
}

/** Those that explain the others first: a compiler that is missing also makes a header missing. */
export const SIGNS: readonly Sign[] = [
  {
    code: 'build/disk-full',
    pattern: /No space left on device|Disk quota exceeded/,
    message: () => 'The disk was full during the build.',
    hint: () => 'Free some space, or have TMPDIR name a folder on a larger disk.',
  },
  {
    code: 'build/out-of-memory',
    pattern:
      /Killed signal terminated program|virtual memory exhausted|Cannot allocate memory|out of memory allocating/,
    message: () => 'The compiler ran out of memory.',
    hint: () => 'Build fewer wheels at once: --jobs 1.',
  },
  {
    code: 'build/no-python-headers',
    pattern:
      /Python\.h['"]?(?:: No such file or directory| file not found| is missing)|Cannot open include file: '(?:Python|pyconfig)\.h'|Could NOT find Python3?[^\n]*Development\.Module/,
    message: (_found, { interpreter }) =>
      `The C headers of ${interpreter.label} are not installed (Python.h is missing).`,
    hint: (_found, context) => advice({ kind: 'python-headers' }, context),
  },
  {
    code: 'build/no-compiler',
    pattern:
      /command '[^']*?(?:gcc|g\+\+|cc|clang|c\+\+|clang\+\+|cl\.exe)(?:-[\d.]+)?' failed: No such file|unable to execute '[^']*?(?:gcc|cc|g\+\+|clang|c\+\+)(?:-[\d.]+)?'|No CMAKE_C(?:XX)?_COMPILER could be found|Unknown compiler\(s\)|\b(?:no|find a) C compiler\b|(?:^|\s)(?:cc|gcc|g\+\+|c\+\+|clang): (?:command )?not found|No such file or directory: '(?:[^']*\/)?(?:cc|gcc|g\+\+|c\+\+|clang)'|Microsoft Visual C\+\+ [\d.]+ or greater is required|linker `cc` not found/i,
    message: (_found, { compiler, place }) =>
      compiler === undefined
        ? `There is no C compiler ${place === 'host' ? 'on this machine' : 'in the container'}.`
        : `The compiler ${compiler}, which CC names, was not found.`,
    hint: (_found, context) =>
      context.compiler === undefined
        ? advice({ kind: 'compiler' }, context)
        : 'Correct CC, or unset it to use the compiler of the system.',
  },
  {
    code: 'build/missing-header',
    pattern:
      /(?:fatal error|error): ['"]?([\w./+-]+\.(?:h|hh|hpp|hxx))['"]?(?:: No such file or directory| file not found)|Cannot open include file: '([^']+)'/,
    message: (header) => `The compiler does not find the header ${header}.`,
    hint: (header, context) => advice({ kind: 'header', header }, context),
  },
  {
    code: 'build/missing-library',
    pattern:
      /(?:cannot find|unable to find library|library not found for) -l([\w.+-]*[\w+-])|ld: library '([^']+)' not found/,
    message: (library) => `The linker does not find the library ${library}.`,
    hint: (library, context) => advice({ kind: 'library', library }, context),
  },
  {
    code: 'build/missing-tool',
    pattern:
      /command '(swig|cython|cmake|ninja|make|cargo|rustc|gfortran|nasm|go)(?:\.exe)?' failed: No such file|(CMake|Ninja|Meson|Rust|Cargo)(?:, the Rust package manager,)? (?:must be|is not) installed|(?:can't|cannot|could not|failed to) find (?:the )?[`'"]?(Rust compiler|cargo|rustc|cmake|ninja|meson|swig|make)\b|(?:^|\s)(cmake|ninja|meson|make|swig|cargo|rustc|gfortran): (?:command )?not found|No such file or directory: '(?:[^']*\/)?(cmake|ninja|meson|make|swig|cargo|rustc|gfortran)'/i,
    message: (tool) => `The build needs ${tool}, which is not on PATH.`,
    hint: (tool) =>
      `Install ${tool} with the system's packages, or add it to [build-system] requires where the index has it.`,
  },
  {
    code: 'build/missing-dependency',
    pattern:
      /Dependency "?([\w.+-]+)"? not found|Package '?([\w.+-]+)'?(?:, required by '[^']+',)? (?:was )?not found|(?<!-- )Could NOT find ([\w.+-]+)|Could not find a package configuration file provided by "([^"]+)"/,
    message: (name) => `The build does not find the library package ${name}.`,
    hint: (name) => `Install the development package of ${name}.`,
  },
  {
    code: 'build/no-version',
    pattern:
      /setuptools[-_]scm was unable to detect version|Unable to determine (?:the )?version from (?:git|VCS)/i,
    message: () => 'The backend takes the version from git and found no repository.',
    hint: () =>
      'Give the folder of the repository with --source-root, or set SETUPTOOLS_SCM_PRETEND_VERSION.',
  },
  {
    // An index answered, whatever another one did not.
    code: 'build/requirement-not-found',
    pattern:
      /Package '([^']+)' requires a different Python|Packages require a different Python|satisfies the requirement (\S+) \(from versions: (?!none\))/,
    message: (requirement) => notFound(requirement),
    hint: () => CHECK_REQUIRES,
  },
  {
    code: 'build/index-unreachable',
    pattern:
      /NewConnectionError|ConnectTimeoutError|ReadTimeoutError|ProxyError\(|SSLError\(|NameResolutionError|Failed to establish a new connection|Max retries exceeded with url|error sending request for url|dns error|tcp connect error|Failed to fetch: `/,
    message: () => 'The package index could not be reached to install the build requirements.',
    hint: (_found, { interpreter, missing }) =>
      `Set PIP_INDEX_URL to an index that this machine reaches, or PIP_FIND_LINKS to a folder of wheels; or have ${missing.length === 0 ? 'the build requirements' : missing.join(', ')} installed for ${interpreter.path} and build with --no-isolation.`,
  },
  {
    code: 'build/download-failed',
    pattern:
      /Could not resolve host|Failed to connect to \S+ port|failed to download from `|Failed to clone/,
    message: () => 'The build downloads something of its own, and that failed.',
    hint: () => 'Give the machine access to it, or have the project build without downloads.',
  },
  {
    code: 'build/requirement-not-found',
    pattern:
      /(?:No matching distribution found for|Could not find a version that satisfies the requirement) ([^\s(]+)|Because ([\w.-]+) was not found in the (?:package registry|provided package locations)|only ([\w.<>=!~ -]+?) (?:is|are) available and/,
    message: (requirement) => notFound(requirement),
    hint: () => CHECK_REQUIRES,
  },
  {
    code: 'build/missing-module',
    pattern:
      /(?:ModuleNotFoundError|ImportError): No module named '?([\w.]+)'?|BackendUnavailable: Cannot import '([\w.]+)'|Backend '([\w.]+)[^']*' is not available|error: invalid command '(bdist_wheel)'/,
    message: (found, context) =>
      isBackend(found, context)
        ? `The build backend ${context.backend} is not installed.`
        : `The build imports the Python module ${moduleOf(found)}, which is not installed.`,
    hint: (found, context) => moduleAdvice(moduleOf(found), context),
  },
  {
    // A hook answers through a file, which is not there when it left by os._exit.
    code: 'build/no-answer',
    pattern: /FileNotFoundError: \[Errno 2\] No such file or directory: '[^']*output\.json'/,
    message: () => 'The build backend ended without an answer: it left Python before it was done.',
    hint: (_found, { backend }) =>
      `See what in ${backend}, or in setup.py, ends the process: os._exit or the like.`,
  },
];

const CHECK_REQUIRES =
  'Check [build-system] requires, and that the index has versions for this Python.';

function notFound(requirement: string): string {
  const what = requirement === '' ? 'version of a build requirement' : requirement;
  return `The package index has no ${what} that fits this Python.`;
}

/** setuptools before 70.1 takes the command from the package wheel. */
function moduleOf(found: string): string {
  return found === 'bdist_wheel' ? 'wheel' : found;
}

function isBackend(found: string, { backend }: DiagnosisContext): boolean {
  return found.split('.')[0] === backend.split(/[.:]/)[0];
}

function moduleAdvice(module: string, context: DiagnosisContext): string {
  if (context.isolated) return 'Add the package that has it to [build-system] requires.';
  const packages = context.missing.length > 0 ? context.missing : [module.split('.')[0] ?? module];
  const words = packages.map((one) => (/^[\w.-]+$/.test(one) ? one : `'${one}'`)).join(' ');
  return `Install it: ${context.interpreter.path} -m pip install ${words}`;
}

function advice(piece: MissingPiece, context: DiagnosisContext): string | undefined {
  const known = missingPieceAdvice(piece, {
    interpreter: context.interpreter,
    platform: context.platform,
    ...(context.osRelease === undefined ? {} : { osRelease: context.osRelease }),
  });
  if (context.place === 'host') return known;
  const advised = 'Have before-all install it in the container, or name another image.';
  return known === undefined ? advised : `${known} ${advised}`;
}
