/**
 * The tags that an interpreter takes, the best first.
 *
 * Specification: Platform compatibility tags, "Use" (PEP 425); the order is that of `packaging.tags.sys_tags` 26.3, which
 * is what pip, uv and the others follow.
 */
import { supportedPlatforms, type PlatformDescription } from './supported-tags-platforms.ts';
import { formatTag, type Tag } from './tag.ts';
import { compactVersion, formatCPythonAbi } from './tag-python.ts';

/** All that decides which wheels an interpreter takes: plain data, probed from a running one or made up. */
export interface InterpreterDescription {
  /** `sys.implementation.name`: `cpython`, `pypy`, `graalpy`. */
  readonly implementation: string;
  /** The version of the language; `sys.version_info[:2]`. */
  readonly version: { readonly major: number; readonly minor: number };
  /** CPython 3.13 or newer built without the GIL (`Py_GIL_DISABLED`). Default: false. */
  readonly freeThreaded?: boolean;
  /** A debug build (`Py_DEBUG`). Default: false. */
  readonly debug?: boolean;
  /** CPython before 3.8 built with pymalloc. Default: true. */
  readonly pymalloc?: boolean;
  /** CPython before 3.3 with UCS-4 strings, as Linux distributions build it. Default: true. */
  readonly wideUnicode?: boolean;
  /**
   * The ABI tag of an implementation other than CPython, such as `pypy311_pp73`; {@link abiOfExtensionSuffix} derives it.
   * Without one only wheels that need no ABI are taken.
   */
  readonly abi?: string;
  readonly platform: PlatformDescription;
}

export interface SupportedTagsOptions {
  /**
   * Where the system's own `linux_*` tag ranks: before the portable ones (packaging 26.3 and later, the default), or after
   * them (packaging 26.2, pip 26.2 and earlier).
   */
  readonly nativeLinux?: 'first' | 'last';
}

/** The two-letter names that tags use for implementations; others go by their full name. */
const SHORT_NAMES: ReadonlyMap<string, string> = new Map([
  ['python', 'py'],
  ['cpython', 'cp'],
  ['pypy', 'pp'],
  ['ironpython', 'ip'],
  ['jython', 'jy'],
]);

/** Every tag that the interpreter takes, the best first, none twice. */
export function supportedTags(
  interpreter: InterpreterDescription,
  options: SupportedTagsOptions = {},
): readonly Tag[] {
  const platforms = supportedPlatforms(interpreter.platform, options.nativeLinux ?? 'first');
  const isCPython = interpreter.implementation === 'cpython';
  const own = isCPython ? cpythonTags(interpreter, platforms) : genericTags(interpreter, platforms);
  return unique([...own, ...pythonTags(interpreter, platforms)]);
}

/**
 * How well a wheel's tags fit an interpreter: a function from tags to the rank of the best one in `supported`, 0 being the
 * best of all; undefined when the interpreter takes none of them.
 */
export function tagRanker(supported: readonly Tag[]): (tags: readonly Tag[]) => number | undefined {
  const ranks = new Map(supported.map((tag, rank) => [formatTag(tag), rank]));
  return (tags) => {
    let best: number | undefined;
    for (const tag of tags) {
      const rank = ranks.get(formatTag(tag));
      if (rank !== undefined && (best === undefined || rank < best)) best = rank;
    }
    return best;
  };
}

/**
 * The ABI tag that the suffix of an interpreter's extension modules (`EXT_SUFFIX`) stands for; undefined when it tells none.
 *
 * `.pypy311-pp73-x86_64-linux-gnu.so` is `pypy311_pp73`, `.graalpy242-311-native-x86_64-linux.so` is
 * `graalpy242_311_native`, `.cpython-312-x86_64-linux-gnu.so` and `.cp312-win_amd64.pyd` are `cp312`.
 */
export function abiOfExtensionSuffix(suffix: string): string | undefined {
  const [leading, soabi, ...rest] = suffix.split('.');
  if (leading !== '' || soabi === undefined || soabi === '' || rest.length === 0) return undefined;
  const words = soabi.split('-');
  if (soabi.startsWith('cpython')) return words[1] ? `cp${words[1]}` : undefined;
  return tagWord(words.slice(0, abiWords(soabi)).join('-'));
}

/** How many words of the suffix name the ABI; those after it name the platform. */
function abiWords(soabi: string): number {
  if (soabi.startsWith('cp')) return 1;
  if (soabi.startsWith('pypy')) return 2;
  if (soabi.startsWith('graalpy')) return 3;
  return Infinity;
}

/** Tags separate their parts with `-` and members with `.`, so that inside both become `_`. */
function tagWord(text: string): string {
  return text.replaceAll(/[-. ]/g, '_');
}

/** `cp312-cp312-*`, the stable ABI, no ABI, then the stable ABI of every older minor version. */
function cpythonTags(interpreter: InterpreterDescription, platforms: readonly string[]): Tag[] {
  const { major, minor } = interpreter.version;
  const name = `cp${compactVersion(interpreter.version)}`;
  const stable = stableAbi(interpreter);
  const abis = [...cpythonAbis(interpreter), ...(stable === undefined ? [] : [stable]), 'none'];
  const tags = abis.flatMap((abi) => onPlatforms(name, abi, platforms));
  if (stable === undefined) return tags;
  for (let older = minor - 1; older >= FIRST_STABLE_MINOR; older -= 1) {
    tags.push(...onPlatforms(`cp${major}${older}`, stable, platforms));
  }
  return tags;
}

/** PEP 384 came with Python 3.2. */
const FIRST_STABLE_MINOR = 2;

/** Free-threaded builds cannot load `abi3`: their objects have another layout (PEP 803). */
function stableAbi(interpreter: InterpreterDescription): string | undefined {
  if (!isAtLeast(interpreter, FIRST_STABLE_MINOR)) return undefined;
  return isFreeThreaded(interpreter) ? 'abi3t' : 'abi3';
}

function cpythonAbis(interpreter: InterpreterDescription): string[] {
  const abi = {
    kind: 'cpython',
    version: interpreter.version,
    freeThreaded: isFreeThreaded(interpreter),
    debug: interpreter.debug ?? false,
    pymalloc: !isAtLeast(interpreter, 8) && (interpreter.pymalloc ?? true),
    wideUnicode: !isAtLeast(interpreter, 3) && (interpreter.wideUnicode ?? true),
  } as const;
  const abis = [formatCPythonAbi(abi)];
  // Since 3.8 a debug build loads the modules of release builds as well.
  if (abi.debug && isAtLeast(interpreter, 8)) abis.push(formatCPythonAbi({ ...abi, debug: false }));
  return abis;
}

function isFreeThreaded(interpreter: InterpreterDescription): boolean {
  return isAtLeast(interpreter, 13) && (interpreter.freeThreaded ?? false);
}

/** Whether the language version is at least 3.`minor`. */
function isAtLeast(interpreter: InterpreterDescription, minor: number): boolean {
  const { version } = interpreter;
  return version.major > 3 || (version.major === 3 && version.minor >= minor);
}

function genericTags(interpreter: InterpreterDescription, platforms: readonly string[]): Tag[] {
  const name = `${shortName(interpreter)}${compactVersion(interpreter.version)}`;
  const abis = [...(interpreter.abi === undefined ? [] : [interpreter.abi]), 'none'];
  return abis.flatMap((abi) => onPlatforms(name, abi, platforms));
}

function shortName(interpreter: InterpreterDescription): string {
  return SHORT_NAMES.get(interpreter.implementation) ?? interpreter.implementation;
}

/** What any interpreter of the language version takes: `py312-none-*`, `py3-none-*`, older ones, then the same for `any`. */
function pythonTags(interpreter: InterpreterDescription, platforms: readonly string[]): Tag[] {
  const pythons = pythonNames(interpreter);
  const own = ownPureName(interpreter);
  return [
    ...pythons.flatMap((name) => onPlatforms(name, 'none', platforms)),
    ...(own === undefined ? [] : onPlatforms(own, 'none', ['any'])),
    ...pythons.flatMap((name) => onPlatforms(name, 'none', ['any'])),
  ];
}

/** Pure wheels for one implementation are known for CPython by version and for PyPy as `pp3` only. */
function ownPureName(interpreter: InterpreterDescription): string | undefined {
  if (interpreter.implementation === 'cpython') return `cp${compactVersion(interpreter.version)}`;
  return interpreter.implementation === 'pypy' ? 'pp3' : undefined;
}

function pythonNames(interpreter: InterpreterDescription): string[] {
  const { major, minor } = interpreter.version;
  const names = [`py${major}${minor}`, `py${major}`];
  for (let older = minor - 1; older >= 0; older -= 1) names.push(`py${major}${older}`);
  return names;
}

function onPlatforms(interpreter: string, abi: string, platforms: readonly string[]): Tag[] {
  return platforms.map((platform) => ({ interpreter, abi, platform }));
}

function unique(tags: readonly Tag[]): Tag[] {
  return [...new Map(tags.map((tag) => [formatTag(tag), tag])).values()];
}
