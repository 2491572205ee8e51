/** What advice takes from a native file, so that its bytes can go. */
import {
  isExport,
  isImport,
  measureStrip,
  DT,
  SHT,
  valueOf,
  type ElfFile,
  type ElfSection,
} from '../../binary/elf/index.ts';
import { isPythonSymbol, moduleHook } from '../../platform/index.ts';
import { WheelworksError, type ErrorReport } from '../../support/errors.ts';
import type { NativeFile } from '../../wheel/index.ts';

/** One native member. */
export interface NativeFacts {
  readonly path: string;
  readonly size: number;
  /** Undefined for formats other than ELF and for damaged files. */
  readonly elf?: ElfFacts;
  readonly problem?: ErrorReport;
}

/** A part of a file. */
export interface Part {
  readonly name: string;
  readonly offset: number;
  readonly size: number;
}

/** What is known of an ELF file. */
export interface ElfFacts {
  readonly architecture: string;
  readonly isShared: boolean;
  readonly soname: string | undefined;
  readonly needed: readonly string[];
  /** Sections that take bytes, in their order. */
  readonly sections: readonly Part[];
  readonly strip: StripFacts | undefined;
  /** The file is nothing but debug information. */
  readonly isSeparateDebug: boolean;
  /** Some debug section is compressed, which deflate cannot do again. */
  readonly hasCompressedDebug: boolean;
  /** `.comment`. */
  readonly producers: readonly string[];
  /** Some Python imports it as a module. */
  readonly isModule: boolean;
  /** Names of CPython's API that it takes from the interpreter. */
  readonly pythonImports: readonly string[];
  readonly exports: ExportFacts;
  /** DT_HASH beside DT_GNU_HASH, which every loader since 2006 prefers. */
  readonly spareHash: Part | undefined;
  readonly relocations: RelocationFacts | undefined;
  /** It throws or catches: its unwind tables are needed. */
  readonly needsUnwinding: boolean;
}

/** What stripping would take out. */
export interface StripFacts {
  /** Bytes of the stripped file. */
  readonly size: number;
  /** Up to here the file stays as it is, but for zeros. */
  readonly loadedEnd: number;
  readonly removed: readonly Part[];
}

/** Symbols that others could use. */
export interface ExportFacts {
  /** The functions by which Pythons import a module left out. */
  readonly count: number;
  /** Bytes of their names. */
  readonly names: number;
  /** Bytes that each takes in the tables beside its name. */
  readonly entry: number;
}

/** The table of relocations that are not of function calls. */
export interface RelocationFacts {
  readonly offset: number;
  readonly size: number;
  readonly entrySize: number;
  readonly hasAddends: boolean;
  readonly is64: boolean;
  readonly isLittleEndian: boolean;
}

/** Describes a native file for {@link NativeFacts}. It throws WheelworksError `elf/*` for damaged symbols. */
export function describeNative({ path, size, elf, problem }: NativeFile): NativeFacts {
  if (problem !== undefined) return { path, size, problem };
  if (elf === undefined) return { path, size };
  try {
    return { path, size, elf: describeElf(elf, measureStrip(elf)) };
  } catch (error) {
    if (!(error instanceof WheelworksError) || error.code !== 'elf/strip-damaged') throw error;
    return { path, size, elf: describeElf(elf, undefined), problem: error.toJSON() };
  }
}

function describeElf(elf: ElfFile, strip: ReturnType<typeof measureStrip>): ElfFacts {
  const symbols = describeSymbols(elf);
  return {
    architecture: elf.machine.name,
    isShared: elf.kind === 'shared-library',
    soname: elf.soname,
    needed: elf.needed,
    sections: elf.sections.filter(takesBytes).map(partOf),
    strip:
      strip === undefined
        ? undefined
        : {
            size: strip.size,
            loadedEnd: strip.loadedEnd,
            removed: strip.removed.filter(takesBytes).map(partOf),
          },
    isSeparateDebug: elf.debug.separate,
    hasCompressedDebug: elf.debug.dwarf?.compressed === true,
    producers: elf.debug.producers,
    ...symbols,
    spareHash: spareHash(elf),
    relocations: relocationFacts(elf),
  };
}

function takesBytes({ type, size }: ElfSection): boolean {
  return type !== SHT.NOBITS && type !== SHT.NULL && size > 0;
}

function partOf({ name, offset, size }: ElfSection): Part {
  return { name, offset, size };
}

/** Functions of the C++ and Rust run-time that walk the stack by the unwind tables. */
const UNWINDING =
  /^(?:_Unwind_|__gxx_personality|__gcc_personality|__cxa_throw|rust_eh_personality)/;

function describeSymbols(
  elf: ElfFile,
): Pick<ElfFacts, 'isModule' | 'pythonImports' | 'exports' | 'needsUnwinding'> {
  const pythonImports: string[] = [];
  let isModule = false;
  let needsUnwinding = elf.sections.some(({ name }) => name === '.gcc_except_table');
  let count = 0;
  let names = 0;
  elf.scanSymbols((symbol) => {
    const name = symbol.name();
    if (UNWINDING.test(name)) needsUnwinding = true;
    if (isImport(symbol)) {
      if (isPythonSymbol(name)) pythonImports.push(name);
    } else if (isExport(symbol)) {
      if (moduleHook(name) === undefined) {
        count += 1;
        names += Buffer.byteLength(name) + 1;
      } else isModule = true;
    }
  });
  return {
    isModule,
    pythonImports,
    exports: { count, names, entry: exportEntry(elf) },
    needsUnwinding,
  };
}

/** A symbol, its version index and its place in the hash table. */
function exportEntry(elf: ElfFile): number {
  const symbol = elf.class === 64 ? 24 : 16;
  const version = elf.versions.definitions.length + elf.versions.needs.length > 0 ? 2 : 0;
  return symbol + version + (elf.hashTables.gnu === undefined ? 0 : 4);
}

function spareHash({ hashTables: { sysv, gnu } }: ElfFile): Part | undefined {
  if (sysv === undefined || gnu === undefined) return undefined;
  const size = (2 + sysv.buckets + sysv.chains) * sysv.wordSize;
  return { name: '.hash', offset: sysv.offset, size };
}

function relocationFacts(elf: ElfFile): RelocationFacts | undefined {
  const { relocations, dynamic } = elf;
  if (relocations.some(({ encoding }) => encoding === 'relr')) return undefined;
  const table = relocations.find(
    ({ encoding, plt }) => !plt && (encoding === 'rel' || encoding === 'rela'),
  );
  if (table?.offset === undefined || table.size === undefined || table.entrySize === undefined)
    return undefined;
  if (dynamic === undefined || table.size < table.entrySize) return undefined;
  // DT_RELACOUNT is a hint that not every linker writes: a table is gone through whatever it says.
  if (valueOf(dynamic.entries, DT.RELASZ) === 0) return undefined;
  return {
    offset: table.offset,
    size: table.size,
    entrySize: table.entrySize,
    hasAddends: table.encoding === 'rela',
    is64: elf.class === 64,
    isLittleEndian: elf.byteOrder === 'little',
  };
}
