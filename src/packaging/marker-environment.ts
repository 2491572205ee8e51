/**
 * The variables that environment markers may ask about, and their values on one target.
 *
 * Specification: Dependency specifiers (PEP 508, PEP 685, PEP 751), section "Environment markers".
 * https://packaging.python.org/specifications/dependency-specifiers/#environment-markers
 */

/** A variable of the marker language, under its present name. */
export type MarkerVariable = keyof MarkerEnvironment;

/**
 * What an interpreter on a target answers, keyed as the specification spells the variables.
 *
 * A variable that a marker asks for and that is missing is an error when the marker is evaluated, never a silent no.
 */
export interface MarkerEnvironment {
  /** `sys.implementation.name`: `cpython`, `pypy`. */
  readonly implementation_name?: string;
  /** `sys.implementation.version`: equals the Python version on CPython, PyPy's own on PyPy. */
  readonly implementation_version?: string;
  /** `os.name`: `posix`, `nt`. */
  readonly os_name?: string;
  /** `platform.machine()`: `x86_64`, `AMD64`, `arm64`, `aarch64`. */
  readonly platform_machine?: string;
  /** `platform.python_implementation()`: `CPython`, `PyPy`. */
  readonly platform_python_implementation?: string;
  /** `platform.release()`: the kernel's, often not a version (`6.8.0-45-generic`). */
  readonly platform_release?: string;
  /** `platform.system()`: `Linux`, `Darwin`, `Windows`. */
  readonly platform_system?: string;
  /** `platform.version()`: free text. */
  readonly platform_version?: string;
  /** `platform.python_version()`: `3.13.0rc1`. */
  readonly python_full_version?: string;
  /** The first two numbers: `3.13`. */
  readonly python_version?: string;
  /** `sys.platform`: `linux`, `darwin`, `win32`. */
  readonly sys_platform?: string;
  /** The extra whose dependencies are being looked at; empty for none. */
  readonly extra?: string;
  /** Lock files only: all extras asked for. */
  readonly extras?: readonly string[];
  /** Lock files only: all dependency groups asked for. */
  readonly dependency_groups?: readonly string[];
}

/** The spellings of each variable; those with a dot and `python_implementation` are from before PEP 508. */
export const MARKER_VARIABLES: ReadonlyMap<string, MarkerVariable> = new Map([
  ['implementation_name', 'implementation_name'],
  ['implementation_version', 'implementation_version'],
  ['os_name', 'os_name'],
  ['os.name', 'os_name'],
  ['platform_machine', 'platform_machine'],
  ['platform.machine', 'platform_machine'],
  ['platform_python_implementation', 'platform_python_implementation'],
  ['platform.python_implementation', 'platform_python_implementation'],
  ['python_implementation', 'platform_python_implementation'],
  ['platform_release', 'platform_release'],
  ['platform_system', 'platform_system'],
  ['platform_version', 'platform_version'],
  ['platform.version', 'platform_version'],
  ['python_full_version', 'python_full_version'],
  ['python_version', 'python_version'],
  ['sys_platform', 'sys_platform'],
  ['sys.platform', 'sys_platform'],
  ['extra', 'extra'],
  ['extras', 'extras'],
  ['dependency_groups', 'dependency_groups'],
]);

/** Variables compared as versions whenever the other side makes a valid version specifier. */
export const VERSION_VARIABLES: ReadonlySet<string> = new Set<MarkerVariable>([
  'implementation_version',
  'platform_release',
  'python_full_version',
  'python_version',
]);

/** Variables that hold several names, for `"name" in extras`. */
export const SET_VARIABLES: ReadonlySet<string> = new Set<MarkerVariable>([
  'extras',
  'dependency_groups',
]);
