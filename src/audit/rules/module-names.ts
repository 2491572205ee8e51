/**
 * What the file names of extension modules say.
 *
 * Specification: PEP 3149 (`name.cpython-312-x86_64-linux-gnu.so`), PEP 703 and PEP 803 for free-threaded Pythons, and the
 * suffixes that PyPy and Windows use.
 */
import { architectures } from '../../platform/index.ts';

/** What an extension module's name says. */
export interface ModuleName {
  /** The module without the suffix; every Python's variant of a module has the same. */
  readonly stem: string;
  /** `cp312`, `cp313t`, `cp312d`, `pypy310_pp73` as in ABI tags; undefined for the stable ABI. */
  readonly abi: string | undefined;
  /** The interpreter tag that goes with it. */
  readonly interpreter: string | undefined;
  /** The CPython it is for; undefined for PyPy and the stable ABI. */
  readonly cpython: { readonly major: number; readonly minor: number } | undefined;
  /** `abi3` or `abi3t`; undefined for a module of one Python. */
  readonly stable: 'abi3' | 'abi3t' | undefined;
  /** `x86_64-linux-gnu`, `darwin`; undefined when it names none. */
  readonly platform: string | undefined;
  /** Everything behind the stem: `.cpython-312-x86_64-linux-gnu.so`. */
  readonly suffix: string;
}

const CPYTHON = /^(.+?)\.cpython-(\d)(\d+)(t?d?)m?u?(?:-([\w-]+))?\.so$/;
const PYPY = /^(.+?)\.pypy(\d)(\d+)-(pp\d+)(?:-([\w-]+))?\.so$/;
const WINDOWS = /^(.+?)(?:_d)?\.cp(\d)(\d+)(t?)-(win\w+)\.pyd$/;
const STABLE = /^(.+?)\.(abi3t?)(?:-([\w-]+))?\.(?:so|pyd)$/;

/** Reads a name; undefined for one without a suffix of extension modules, `m.so` among them. */
export function parseModuleName(path: string): ModuleName | undefined {
  return parseCpython(path) ?? parsePypy(path) ?? parseStable(path);
}

/** Whether a path is that of an extension module, by its suffix alone; plain `.so` files may be anything. */
export function isExtensionModule(path: string): boolean {
  return parseModuleName(path) !== undefined || path.endsWith('.pyd');
}

function parseCpython(path: string): ModuleName | undefined {
  const match = CPYTHON.exec(path) ?? WINDOWS.exec(path);
  if (match === null) return undefined;
  const [, stem = '', major = '', minor = '', flags = '', platform] = match;
  return {
    stem,
    abi: `cp${major}${minor}${flags}`,
    interpreter: `cp${major}${minor}`,
    cpython: { major: Number(major), minor: Number(minor) },
    stable: undefined,
    platform,
    suffix: path.slice(stem.length),
  };
}

function parsePypy(path: string): ModuleName | undefined {
  const match = PYPY.exec(path);
  if (match === null) return undefined;
  const [, stem = '', major = '', minor = '', abi = '', platform] = match;
  return {
    stem,
    abi: `pypy${major}${minor}_${abi}`,
    interpreter: `pp${major}${minor}`,
    cpython: undefined,
    stable: undefined,
    platform,
    suffix: path.slice(stem.length),
  };
}

function parseStable(path: string): ModuleName | undefined {
  const match = STABLE.exec(path);
  if (match === null) return undefined;
  const [, stem = '', stable, platform] = match;
  return {
    stem,
    abi: undefined,
    interpreter: undefined,
    cpython: undefined,
    stable: stable === 'abi3t' ? 'abi3t' : 'abi3',
    platform,
    suffix: path.slice(stem.length),
  };
}

/**
 * The architecture, as ELF files are named after it, that a triplet means; undefined for one that nobody uses.
 * Besides CPython's own, of which Debian's multiarch tuples are the model, those of PyPy and of ABIs that no tag means.
 */
export function tripletArchitecture(triplet: string): string | undefined {
  return TRIPLETS.get(triplet);
}

const TRIPLETS: ReadonlyMap<string, string> = new Map([
  ...architectures
    .filter(({ sameFilesAs }) => sameFilesAs === undefined)
    .flatMap(({ name, triplets }) => [
      [triplets.glibc, name] as const,
      [triplets.musl, name] as const,
    ]),
  ['i686-linux-gnu', 'i686'],
  ['i686-linux-musl', 'i686'],
  ['ppc64le-linux-gnu', 'ppc64le'],
  ['x86_64-linux-gnux32', 'x32'],
  ['arm-linux-gnueabi', 'arm'],
  ['arm-linux-musleabi', 'arm'],
]);
