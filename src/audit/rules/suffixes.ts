/** The file names of extension modules against the tags of their wheel, and against what is in them. */
import type { TagSet } from '../../packaging/index.ts';
import type { Finding } from '../../support/finding.ts';
import type { NativeFacts } from '../facts.ts';
import { parseModuleName, tripletArchitecture, type ModuleName } from './module-names.ts';
import { invisibleFindings } from './visibility.ts';

/** An extension module and what its name says. */
export interface Module {
  readonly native: NativeFacts;
  readonly name: ModuleName;
}

/** What is wrong with the names of a wheel's extension modules. */
export function suffixFindings(tags: TagSet, natives: readonly NativeFacts[]): readonly Finding[] {
  const modules = natives.flatMap((native): readonly Module[] => {
    const name = parseModuleName(native.path);
    return name === undefined ? [] : [{ native, name }];
  });
  const foreign = modules.flatMap((module) => platformFindings(module));
  const named = new Set(foreign.map(({ path }) => path));
  const present = new Set(natives.map(({ path }) => path));
  return [
    ...modules.flatMap((module) => abiFindings(tags, module)),
    ...narrowFindings(tags, modules, present),
    ...foreign,
    // A module that is for another processor by its name is not to be renamed.
    ...invisibleFindings(
      tags,
      modules.filter(({ native }) => !named.has(native.path)),
      present,
    ),
  ];
}

/** Pymalloc and unicode flags do not show in every suffix; that of debug builds does. */
function plainAbi(abi: string): string {
  return abi.replace(/(?<=\d(?:t?d)?)(?:mu|m|u)$/, '');
}

/** Tags that promise more than one Python. */
function isBroad({ abis }: TagSet): boolean {
  return abis.includes('none') || abis.includes('abi3') || abis.includes('abi3t');
}

function abiFindings(tags: TagSet, { native, name: { abi } }: Module): readonly Finding[] {
  if (abi === undefined || isBroad(tags)) return [];
  if (tags.abis.some((each) => plainAbi(each) === abi)) return [];
  return [
    {
      code: 'audit/suffix-abi',
      severity: 'error',
      effect: 'users-break',
      message: `An extension module is for ${abi} by its file name, but the wheel is tagged ${tags.abis.join('.')}.`,
      path: native.path,
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
  modules: readonly Module[],
  present: ReadonlySet<string>,
): readonly Finding[] {
  if (!isBroad(tags)) return [];
  const variants = new Map<string, Set<string | undefined>>();
  for (const { name } of modules)
    variants.set(name.stem, (variants.get(name.stem) ?? new Set()).add(name.abi));
  const narrow = modules.find(
    ({ name: { stem, abi, interpreter } }) =>
      abi !== undefined &&
      variants.get(stem)?.size === 1 &&
      (isStable(tags) ||
        !(tags.interpreters.length === 1 && tags.interpreters[0] === interpreter)) &&
      !present.has(`${stem}.so`),
  );
  if (narrow === undefined) return [];
  const { abi = '', interpreter = '' } = narrow.name;
  return [
    {
      code: 'audit/suffix-narrow',
      // A newer Python takes an abi3 wheel and then looks for other suffixes.
      severity: isStable(tags) ? 'error' : 'warning',
      effect: 'users-break',
      message: `The wheel is tagged for many Pythons, but an extension module is for ${abi} alone.`,
      path: narrow.native.path,
      evidence: `tagged ${tags.interpreters.join('.')}-${tags.abis.join('.')}`,
      hint: `Have the backend tag the wheel for the Python that built it, as ${interpreter}-${abi}.`,
    },
  ];
}

/** Tags that every later Python takes. */
function isStable({ abis }: TagSet): boolean {
  return abis.includes('abi3') || abis.includes('abi3t');
}

function platformFindings({ native, name: { platform } }: Module): readonly Finding[] {
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
  const expected = tripletArchitecture(platform);
  if (expected !== undefined && arch !== undefined && arch !== expected) return wrong(arch);
  // The other way round proves nothing: before 3.11 CPython on musl said `gnu` as well.
  return platform.includes('-musl') && elf?.libc === 'glibc' ? wrong('glibc') : [];
}
