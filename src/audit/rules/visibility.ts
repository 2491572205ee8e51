/**
 * Extension modules that the Python a wheel is tagged for never sees: it looks for exact suffixes and for nothing else.
 *
 * Source: `importlib.machinery.EXTENSION_SUFFIXES` of upstream's CPython. The triplet in them is known from another release on for
 * every architecture and libc; stable ABI modules may have one from 3.15 on (gh-122931).
 */
import { parsePlatformTag, type TagSet } from '../../packaging/index.ts';
import { architectureFacts, extensionTriplet, type Libc } from '../../platform/index.ts';
import type { Finding } from '../../support/finding.ts';
import type { ModuleName } from './module-names.ts';
import type { Module } from './suffixes.ts';

/** One finding for each module of which no variant has a suffix that upstream's Python looks for. */
export function invisibleFindings(
  tags: TagSet,
  modules: readonly Module[],
  present: ReadonlySet<string>,
): readonly Finding[] {
  return modules.flatMap((module): readonly Finding[] => {
    const python = pythonOf(tags, module.name);
    const { arch, loadable } = module.native;
    if (python === undefined || !loadable || arch === undefined) return [];
    if (architectureFacts(arch) === undefined) return [];
    const blind = libcsOf(tags, module).find((libc) => {
      const looked = suffixesOf(python, arch, libc);
      return !looked.some((suffix) => present.has(`${module.name.stem}${suffix}`));
    });
    if (blind === undefined) return [];
    return [invisible(module, { python, looked: suffixesOf(python, arch, blind) })];
  });
}

/** A CPython that a module is for: its minor version, and whether it has no GIL. */
interface Python {
  readonly minor: number;
  readonly freeThreaded: boolean;
}

/** CPython 3.5 brought the triplet. */
const TRIPLETS_SINCE = 5;
/** From here on the stable ABI may have one too. */
const STABLE_TRIPLETS_SINCE = 15;

function pythonOf(
  tags: TagSet,
  { cpython, abi, stable, platform }: ModuleName,
): Python | undefined {
  if (cpython !== undefined) {
    if (cpython.major !== 3 || cpython.minor < TRIPLETS_SINCE) return undefined;
    // Of a debug build, the suffix of the release is as good.
    if (abi?.endsWith('d') === true) return undefined;
    return { minor: cpython.minor, freeThreaded: abi?.endsWith('t') === true };
  }
  if (stable === undefined) return undefined;
  const oldest = oldestMinor(tags);
  if (oldest === undefined) return undefined;
  const freeThreaded = tags.abis.every((each) => /^cp\d+t$/.test(each));
  // What a Python without GIL looked for before PEP 803 is of no interest: no stable ABI was for it.
  if (freeThreaded && oldest < STABLE_TRIPLETS_SINCE) return undefined;
  return stable === 'abi3' && platform === undefined && !freeThreaded
    ? undefined
    : { minor: oldest, freeThreaded };
}

/** Of the tagged CPythons the one that knows the least. */
function oldestMinor({ interpreters }: TagSet): number | undefined {
  const minors = interpreters.flatMap((tag) => {
    const match = /^cp3(\d+)$/.exec(tag);
    return match === null ? [] : [Number(match[1])];
  });
  return minors.length === 0 ? undefined : Math.min(...minors);
}

/** The systems that a wheel is for, by what decides the triplet. */
function libcsOf(tags: TagSet, { native }: Module): readonly Libc[] {
  const libcs = tags.platforms.flatMap((tag): readonly Libc[] => {
    const { kind } = parsePlatformTag(tag);
    if (kind === 'manylinux') return ['glibc'];
    return kind === 'musllinux' ? ['musl'] : [];
  });
  const { libc } = native.elf ?? {};
  // `linux_*` says nothing of the libc: the file does, or its name must do.
  if (libcs.length === 0) return [libc ?? 'glibc'];
  return [...new Set(libcs)];
}

/** What upstream's CPython appends to a module's name, in its order. */
function suffixesOf({ minor, freeThreaded }: Python, arch: string, libc: Libc): readonly string[] {
  const triplet = extensionTriplet(arch, libc, minor);
  const dashed = triplet === undefined ? '' : `-${triplet}`;
  // The pymalloc flag was part of it until 3.7.
  const flags = freeThreaded ? 't' : minor < 8 ? 'm' : '';
  const stable = freeThreaded ? [] : ['.abi3'];
  const all = minor < STABLE_TRIPLETS_SINCE ? stable : [...stable, '.abi3t'];
  const withTriplets =
    minor < STABLE_TRIPLETS_SINCE || triplet === undefined
      ? all
      : all.flatMap((each) => [`${each}-${triplet}`, each]);
  return [`.cpython-3${minor}${flags}${dashed}`, ...withTriplets, ''].map((each) => `${each}.so`);
}

function invisible(
  { native: { path }, name }: Module,
  { python, looked }: { readonly python: Python; readonly looked: readonly string[] },
): Finding {
  const interpreter = `CPython 3.${python.minor}${python.freeThreaded ? 't' : ''}`;
  const right = name.stable === undefined ? looked[0] : `.${name.stable}.so`;
  const renamed = looked.includes(right ?? '') ? right : looked[0];
  const hasTriplet = name.platform !== undefined;
  return {
    code: hasTriplet ? 'audit/suffix-unknown-triplet' : 'audit/suffix-not-searched',
    severity: 'error',
    effect: 'users-break',
    message: hasTriplet
      ? `Upstream's ${interpreter} does not see an extension module: the triplet ${name.platform} is not one of its suffixes.`
      : `Upstream's ${interpreter} does not see an extension module: ${name.suffix} is not one of its suffixes.`,
    path,
    evidence: `it looks for ${looked.join(', ')}`,
    hint: `Build it with an upstream Python, or rename it to end in ${renamed ?? '.so'}: only a Python that its vendor patched finds it as it is.`,
  };
}
