/** What the native files of a wheel ask of the system they run on. */
import type { BinaryFormat } from '../binary/detect.ts';
import type { ElfFile } from '../binary/elf/index.ts';
import { baselines, type Libc } from '../platform/index.ts';
import type { ErrorReport } from '../support/errors.ts';
import type { NativeFile } from '../wheel/index.ts';
import type { Reach } from './reach.ts';

/** One native file, reduced to what judging it takes; its bytes are gone. */
export interface NativeFacts {
  readonly path: string;
  readonly format: BinaryFormat;
  /** Architecture as platform tags name it; undefined for other formats and damaged files. */
  readonly arch?: string;
  /**
   * The loader of a Linux system loads it. False for object files, code for GPUs and Android's files, which no
   * manylinux or musllinux tag speaks of, and for everything that is no ELF file or cannot be read.
   */
  readonly loadable: boolean;
  /** Why it could not be read. */
  readonly problem?: ErrorReport;
  readonly elf?: ElfFacts;
}

export interface ElfFacts {
  readonly soname: string | undefined;
  readonly needed: readonly string[];
  /** DT_RPATH and DT_RUNPATH, split; an empty element is the current directory. */
  readonly rpath: readonly string[];
  readonly runpath: readonly string[];
  /** glibc or musl, told from the file alone; undefined when it names neither. */
  readonly libc: Libc | undefined;
  /** Library to the versions needed of it, in the file's own words (`GLIBC_2.17`). */
  readonly versions: Readonly<Record<string, readonly string[]>>;
  /** Undefined, not weak symbols, of those that some baseline denies. */
  readonly deniedSymbols: readonly string[];
  /** x86-64 level that every instruction of the file may assume, such as `v3`; undefined for the baseline CPU. */
  readonly isaLevel: string | undefined;
}

/** Takes the facts out of a native file. */
export function factsOf({ path, format, elf, problem }: NativeFile): NativeFacts {
  return {
    path,
    format,
    loadable: elf !== undefined && isLoadable(elf),
    ...(elf === undefined ? {} : { arch: elf.machine.name, elf: elfFacts(elf) }),
    ...(problem === undefined ? {} : { problem }),
  };
}

const LOADABLE_KINDS: ReadonlySet<ElfFile['kind']> = new Set([
  'executable',
  'pie',
  'shared-library',
]);
/** Processors that a host hands code to, but does not run on. */
const ACCELERATORS: ReadonlySet<string> = new Set([
  'amdgpu',
  'bpf',
  'bpf_be',
  'cuda',
  'intelgt',
  've',
]);

function isLoadable(elf: ElfFile): boolean {
  const isAndroid =
    elf.known.androidApi !== undefined || elf.interpreter?.startsWith('/system/bin/') === true;
  return LOADABLE_KINDS.has(elf.kind) && !ACCELERATORS.has(elf.machine.name) && !isAndroid;
}

function elfFacts(elf: ElfFile): ElfFacts {
  return {
    soname: elf.soname,
    needed: elf.needed,
    rpath: elf.rpath,
    runpath: elf.runpath,
    libc: libcOf(elf),
    versions: elf.versionedSymbols(),
    deniedSymbols: deniedSymbolsOf(elf),
    isaLevel: elf.known.properties?.x86Needed.findLast((level) => level !== 'baseline'),
  };
}

/** Every symbol that some baseline denies, and the libraries it is denied of. */
const DENIED_SYMBOLS: ReadonlySet<string> = new Set(
  baselines.flatMap((baseline) => [...baseline.deniedSymbols.values()].flat()),
);
const DENYING_LIBRARIES: ReadonlySet<string> = new Set(
  baselines.flatMap((baseline) => [...baseline.deniedSymbols.keys()]),
);

function deniedSymbolsOf(elf: ElfFile): readonly string[] {
  if (!elf.needed.some((library) => DENYING_LIBRARIES.has(library))) return [];
  return elf
    .symbols()
    .filter(
      ({ defined, binding, name }) => !defined && binding !== 'weak' && DENIED_SYMBOLS.has(name),
    )
    .map(({ name }) => name);
}

/** Read from the file alone; a static executable names no libc. */
function libcOf(elf: ElfFile): Libc | undefined {
  const names = [...elf.needed, elf.interpreter ?? ''];
  if (names.some((name) => /(?:^|\/)(?:libc\.musl-|ld-musl-)|^libc\.so$/.test(name))) return 'musl';
  if (names.some((name) => /^libc\.so\.6(?:\.1)?$|(?:^|\/)ld-linux|(?:^|\/)ld64\.so/.test(name)))
    return 'glibc';
  const versions = Object.values(elf.versionedSymbols()).flat();
  return versions.some((version) => version.startsWith('GLIBC_')) ? 'glibc' : undefined;
}

/** What one ELF file asks of libraries outside the wheel. */
export interface ElfNeeds {
  readonly path: string;
  /** Sonames of needed libraries that the wheel does not carry; loaders left out. */
  readonly external: readonly string[];
  /** Library outside the wheel to the versions needed of it. */
  readonly versions: ReadonlyMap<string, readonly string[]>;
  readonly deniedSymbols: readonly string[];
  readonly isaLevel: string | undefined;
}

/** The program loader is named by its own path, never searched: `ld-linux-x86-64.so.2`, `ld64.so.2`, `ld-musl-x86_64.so.1`. */
const LOADER = /^(?:ld-linux|ld64|ld\.so|ld-musl-)/;

/** Whether a needed name is the loader itself, which every system has. */
export function isLoader(library: string): boolean {
  return LOADER.test(library);
}

const SYSTEM_LIBRARIES: ReadonlySet<string> = new Set(
  baselines.flatMap((baseline) => [...baseline.libraries]),
);

/** Whether some baseline has a library. */
export function isOfSystems(library: string): boolean {
  return SYSTEM_LIBRARIES.has(library);
}

/**
 * The needs of every loadable file, with what the wheel itself provides taken out. A library that it carries where no
 * search path leads counts as provided, unless systems have one of that name: then the loader takes theirs.
 */
export function needsOf(natives: readonly NativeFacts[], reach: Reach): readonly ElfNeeds[] {
  return natives.flatMap(({ path, loadable, elf }) => {
    if (elf === undefined || !loadable) return [];
    const isOutside = (library: string): boolean => {
      if (isLoader(library) || reach.finds(path, library)) return false;
      return isOfSystems(library) || reach.placesOf(library).length === 0;
    };
    return {
      path,
      external: elf.needed.filter(isOutside),
      versions: new Map(Object.entries(elf.versions).filter(([library]) => isOutside(library))),
      deniedSymbols: elf.deniedSymbols,
      isaLevel: elf.isaLevel,
    };
  });
}
