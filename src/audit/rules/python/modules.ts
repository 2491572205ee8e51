/** The extension modules among the native files, and the Pythons that a wheel is for. */
import type { TagSet } from '../../../packaging/index.ts';
import { isPythonSymbol, type StableAbi } from '../../../platform/index.ts';
import type { Evaluation } from '../../audit.ts';
import type { ElfFacts, NativeFacts } from '../../facts.ts';
import { parseModuleName, type ModuleName } from '../module-names.ts';
import { counted } from '../shown.ts';

/** A native file that a Python imports. */
export interface ExtensionModule {
  readonly native: NativeFacts;
  readonly elf: ElfFacts;
  /** The last part of its dotted name: `_multiarray_umath`. */
  readonly stem: string;
  /** What its suffix says; undefined for a plain `.so` that is known by its init function. */
  readonly name: ModuleName | undefined;
}

/** Files with a suffix of extension modules, and files that export the init function of their own name. */
export function extensionModules({ subject }: Evaluation): readonly ExtensionModule[] {
  return subject.natives.flatMap((native) => {
    const { elf } = native;
    if (elf === undefined || !native.loadable || elf.kind !== 'shared-library') return [];
    const name = parseModuleName(native.path);
    const stem = stemOf(native.path);
    if (name === undefined && !hooksOf(stem).some((hook) => elf.symbols.exports.has(hook)))
      return [];
    return [{ native, elf, stem, name }];
  });
}

/** `__init__` stands for its package, whose name is that of the folder. */
function stemOf(path: string): string {
  const parts = path.split('/');
  const base = parts.at(-1) ?? '';
  const stem = base.includes('.') ? base.slice(0, base.indexOf('.')) : base;
  return stem === '__init__' ? (parts.at(-2) ?? stem) : stem;
}

/** Whether a file calls Python at all; one that does not is loaded by ctypes or cffi, whatever its name. */
export function usesPython({ symbols }: ElfFacts): boolean {
  return symbols.imports.some((name) => isPythonSymbol(name));
}

/** Functions by which some Python imports a module of this name: PEP 3121, PEP 793, Python 2, cffi under PyPy. */
export function hooksOf(stem: string): readonly string[] {
  return [`PyInit_${stem}`, `PyModExport_${stem}`, `init${stem}`, `_cffi_pypyinit_${stem}`];
}

/** The minor release of CPython 3 that a wheel's tags begin with: 8 of `cp38.cp39-abi3`; undefined for other Pythons. */
export function oldestMinor(tags: TagSet | undefined): number | undefined {
  const minors = (tags?.interpreters ?? []).flatMap((interpreter) => {
    const match = /^cp3(\d+)$/.exec(interpreter);
    return match === null ? [] : [Number(match[1])];
  });
  return minors.length === 0 ? undefined : Math.min(...minors);
}

/**
 * What one wheel for many Pythons saves beside one for each of CPython 3's releases from `minor` to the newest known:
 * `one wheel for 3.11 to 3.15 saves 4 files`. Empty where no newer release is known.
 */
export function savedFiles(minor: number, { known }: StableAbi): readonly string[] {
  const newest = known.last[1];
  if (newest <= minor) return [];
  return [
    `one wheel for 3.${minor} to 3.${newest} saves ${counted(newest - minor, 'file')} a platform`,
  ];
}
