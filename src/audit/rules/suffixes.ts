/**
 * The file names of extension modules against the tags of their wheel.
 *
 * Specification: PEP 3149 (`name.cpython-312-x86_64-linux-gnu.so`), and CPython's list of suffixes
 * (`importlib.machinery.EXTENSION_SUFFIXES`): a module with another suffix is not found at all.
 */
import type { TagSet } from '../../packaging/index.ts';
import type { Finding } from '../../support/finding.ts';
import type { NativeFacts } from '../facts.ts';

/** What an extension module's name says. */
interface Suffix {
  /** The module without the suffix; every Python's variant of a module has the same. */
  readonly stem: string;
  /** `cp312`, `cp313t`, `pypy310_pp73` as in ABI tags; undefined for abi3 and plain names. */
  readonly abi: string | undefined;
  /** The interpreter tag that goes with it. */
  readonly interpreter: string | undefined;
  /** `x86_64-linux-gnu`, `darwin`; undefined when it names none. */
  readonly platform: string | undefined;
}

const CPYTHON = /^(.+?)\.cpython-(\d)(\d+)(t?)d?m?u?(?:-([\w-]+))?\.so$/;
const PYPY = /^(.+?)\.pypy(\d)(\d+)-(pp\d+)(?:-([\w-]+))?\.so$/;
const WINDOWS = /^(.+?)\.cp(\d)(\d+)(t?)-(win\w+)\.pyd$/;
const STABLE = /^(.+?)\.abi3t?\.(?:so|pyd)$/;

function parseSuffix(path: string): Suffix | undefined {
  const cpython = CPYTHON.exec(path) ?? WINDOWS.exec(path);
  if (cpython !== null) {
    const [, stem = '', major = '', minor = '', threads = '', platform] = cpython;
    return {
      stem,
      abi: `cp${major}${minor}${threads}`,
      interpreter: `cp${major}${minor}`,
      platform,
    };
  }
  const pypy = PYPY.exec(path);
  if (pypy !== null) {
    const [, stem = '', major = '', minor = '', abi = '', platform] = pypy;
    const interpreter = `pp${major}${minor}`;
    return { stem, abi: `pypy${major}${minor}_${abi}`, interpreter, platform };
  }
  const stable = STABLE.exec(path);
  if (stable === null) return undefined;
  return { stem: stable[1] ?? '', abi: undefined, interpreter: undefined, platform: undefined };
}

/** Whether a path is that of an extension module, by its suffix alone; plain `.so` files may be anything. */
export function isExtensionModule(path: string): boolean {
  return parseSuffix(path) !== undefined || path.endsWith('.pyd');
}

/** What is wrong with the names of a wheel's extension modules. */
export function suffixFindings(tags: TagSet, natives: readonly NativeFacts[]): readonly Finding[] {
  const modules = natives.flatMap((native) => {
    const suffix = parseSuffix(native.path);
    return suffix === undefined ? [] : [{ native, suffix }];
  });
  return [
    ...modules.flatMap(({ native, suffix }) => abiFindings(tags, native, suffix)),
    ...narrowFindings(
      tags,
      modules.map(({ suffix }) => suffix),
      natives,
    ),
    ...modules.flatMap(({ native, suffix }) => platformFindings(native, suffix)),
  ];
}

/** Debug, pymalloc and unicode flags do not show in every suffix. */
function plainAbi(abi: string): string {
  return abi.replace(/(?<=\d)(?:m|mu|u|d)+$/, '');
}

/** Tags that promise more than one Python. */
function isBroad({ abis }: TagSet): boolean {
  return abis.includes('none') || abis.includes('abi3') || abis.includes('abi3t');
}

function abiFindings(tags: TagSet, { path }: NativeFacts, { abi }: Suffix): readonly Finding[] {
  if (abi === undefined || isBroad(tags)) return [];
  if (tags.abis.some((each) => plainAbi(each) === abi)) return [];
  return [
    {
      code: 'audit/suffix-abi',
      severity: 'error',
      effect: 'users-break',
      message: `An extension module is for ${abi} by its file name, but the wheel is tagged ${tags.abis.join('.')}.`,
      path,
      hint: 'The Python that installs this wheel does not find the module; build it with that Python.',
    },
  ];
}

/**
 * A wheel for many Pythons may carry a variant of a module for each of them, or fall back to Python code; with a
 * variant for a single one it most likely has the wrong tag.
 */
function narrowFindings(
  tags: TagSet,
  suffixes: readonly Suffix[],
  natives: readonly NativeFacts[],
): readonly Finding[] {
  if (!isBroad(tags)) return [];
  const variants = new Map<string, Set<string | undefined>>();
  for (const { stem, abi } of suffixes)
    variants.set(stem, (variants.get(stem) ?? new Set()).add(abi));
  const narrow = suffixes.find(
    ({ stem, abi, interpreter }) =>
      abi !== undefined &&
      variants.get(stem)?.size === 1 &&
      !(tags.interpreters.length === 1 && tags.interpreters[0] === interpreter) &&
      !natives.some(({ path }) => path === `${stem}.so`),
  );
  if (narrow === undefined) return [];
  const abi = narrow.abi ?? '';
  return [
    {
      code: 'audit/suffix-narrow',
      severity: 'warning',
      effect: 'users-break',
      message: `The wheel is tagged for many Pythons, but an extension module is for ${abi} alone.`,
      path: natives.find(({ path }) => parseSuffix(path)?.stem === narrow.stem)?.path ?? '',
      evidence: `tagged ${tags.interpreters.join('.')}-${tags.abis.join('.')}`,
      hint: `Have the backend tag the wheel for the Python that built it, as ${narrow.interpreter ?? ''}-${abi}.`,
    },
  ];
}

/** Debian's multiarch tuples, which CPython takes for its suffixes, to the architecture of platform tags. */
const ARCHITECTURES: ReadonlyMap<string, string> = new Map([
  ['aarch64-linux', 'aarch64'],
  ['arm-linux', 'armv7l'],
  ['i386-linux', 'i686'],
  ['i686-linux', 'i686'],
  ['loongarch64-linux', 'loongarch64'],
  ['powerpc64le-linux', 'ppc64le'],
  ['ppc64le-linux', 'ppc64le'],
  ['riscv64-linux', 'riscv64'],
  ['s390x-linux', 's390x'],
  ['x86_64-linux', 'x86_64'],
]);

function platformFindings(native: NativeFacts, { platform }: Suffix): readonly Finding[] {
  const { path, format, arch, elf, loadable } = native;
  if (platform === undefined) return [];
  const wrong = (is: string): readonly Finding[] => [
    {
      code: 'audit/suffix-platform',
      severity: 'error',
      effect: 'users-break',
      message: `An extension module is for ${platform} by its file name and for ${is} by its contents.`,
      path,
      hint: 'Python finds a module by its name and then cannot load it; build it anew.',
    },
  ];
  const isLinux = platform.includes('-linux');
  if (isLinux !== (format === 'elf')) return wrong(format);
  if (!isLinux || !loadable) return [];
  const expected = ARCHITECTURES.get(platform.split('-').slice(0, 2).join('-'));
  if (expected !== undefined && arch !== undefined && arch !== expected) return wrong(arch);
  // The other way round proves nothing: before 3.11 CPython on musl said `gnu` as well.
  return platform.includes('-musl') && elf?.libc === 'glibc' ? wrong('glibc') : [];
}
