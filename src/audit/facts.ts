/** One native file, reduced to what judging it takes, so that its bytes can go. */
import type { BinaryFormat } from '../binary/detect.ts';
import type {
  ElfAbi,
  ElfAbiTag,
  ElfDebugInfo,
  ElfFault,
  ElfFile,
  ElfKind,
  ElfLinking,
} from '../binary/elf/index.ts';
import type { Libc } from '../platform/index.ts';
import type { ErrorReport } from '../support/errors.ts';
import type { NativeFile } from '../wheel/index.ts';
import { gilDeclaration, type GilDeclaration } from './gil.ts';
import { libcOf } from './libc.ts';
import { isOfSystems } from './system-libraries.ts';
import { describeSegments, type SegmentFacts } from './segments.ts';
import { describeSymbols, type SymbolFacts, type SymbolOptions } from './symbols.ts';

/** What is known of a native file. */
export interface NativeFacts {
  /** Path inside the wheel, or of the file. */
  readonly path: string;
  readonly format: BinaryFormat;
  /** Bytes. */
  readonly size: number;
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

/** What is known of an ELF file. */
export interface ElfFacts {
  readonly kind: ElfKind;
  readonly class: 32 | 64;
  readonly byteOrder: 'little' | 'big';
  readonly abi: ElfAbi | undefined;
  readonly interpreter: string | undefined;
  readonly soname: string | undefined;
  readonly needed: readonly string[];
  /** DT_RPATH and DT_RUNPATH, split; an empty element is the current directory. */
  readonly rpath: readonly string[];
  readonly runpath: readonly string[];
  /** glibc or musl, told from the file alone; undefined when it names neither. */
  readonly libc: Libc | undefined;
  /** Library to the versions needed of it, in the file's own words (`GLIBC_2.17`). */
  readonly versions: Readonly<Record<string, readonly string[]>>;
  readonly symbols: SymbolFacts;
  /** x86-64 level that every instruction of the file may assume, such as `v3`; undefined for the baseline CPU. */
  readonly isaLevel: string | undefined;
  /** Tag_RISCV_arch. */
  readonly riscvArch: string | undefined;
  /** Of modules for free-threaded Pythons alone. */
  readonly gil: GilDeclaration | undefined;
  readonly linking: ElfLinking;
  readonly segments: SegmentFacts;
  readonly debug: ElfDebugInfo;
  readonly buildId: string | undefined;
  readonly abiTag: ElfAbiTag | undefined;
  /** False for files without section headers, which load all the same. */
  readonly hasSections: boolean;
  /** Parts that are damaged: what they would have said is missing here. */
  readonly faults: readonly ElfFault[];
}

/** What is read beyond the usual. */
export interface FactsOptions {
  /** Libraries, besides those that systems have, whose symbols a baseline lists. */
  readonly named?: ReadonlySet<string>;
}

/**
 * A function that takes the facts out of native files, one after the other.
 * It throws WheelworksError `elf/*` for damaged symbols.
 */
export function factsReader(options: FactsOptions = {}): (native: NativeFile) => NativeFacts {
  const names = new Map<string, string>();
  const intern = (name: string): string => {
    const known = names.get(name);
    if (known !== undefined) return known;
    names.set(name, name);
    return name;
  };
  const isNamed = (library: string): boolean =>
    isOfSystems(library) || options.named?.has(library) === true;
  const symbolOptions = { isNamed, intern };
  return ({ path, format, size, elf, problem }) => ({
    path,
    format,
    size,
    loadable: elf !== undefined && isLoadable(elf),
    ...(elf === undefined
      ? {}
      : { arch: elf.machine.name, elf: elfFacts(path, elf, symbolOptions) }),
    ...(problem === undefined ? {} : { problem }),
  });
}

const LOADABLE_KINDS: ReadonlySet<ElfKind> = new Set(['executable', 'pie', 'shared-library']);
/** Processors that a host hands code to, but does not run on. */
const ACCELERATORS: ReadonlySet<string> = new Set([
  'amdgpu',
  'bpf',
  'bpf_be',
  'cuda',
  'hexagon',
  'intelgt',
  've',
]);

function isLoadable(elf: ElfFile): boolean {
  const isAndroid =
    elf.known.androidApi !== undefined || elf.interpreter?.startsWith('/system/bin/') === true;
  return (
    LOADABLE_KINDS.has(elf.kind) &&
    !ACCELERATORS.has(elf.machine.name) &&
    !isAndroid &&
    !elf.debug.separate
  );
}

function elfFacts(path: string, elf: ElfFile, options: SymbolOptions): ElfFacts {
  const symbols = describeSymbols(elf, options);
  return {
    kind: elf.kind,
    class: elf.class,
    byteOrder: elf.byteOrder,
    abi: elf.abi,
    interpreter: elf.interpreter,
    soname: elf.soname,
    needed: elf.needed,
    rpath: elf.rpath,
    runpath: elf.runpath,
    libc: libcOf(elf),
    versions: elf.versionedSymbols(),
    symbols,
    isaLevel: elf.known.properties?.x86Needed.findLast((level) => level !== 'baseline'),
    riscvArch: elf.attributes?.riscvArch,
    gil: gilDeclaration(path, elf, symbols.imports),
    linking: elf.linking,
    segments: describeSegments(elf),
    debug: elf.debug,
    buildId: elf.known.buildId,
    abiTag: elf.known.abiTag,
    hasSections: elf.sections.length > 0,
    faults: elf.faults,
  };
}
