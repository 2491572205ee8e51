import { gnuHash } from '../../src/binary/elf/index.ts';
import type { ElfFacts, NativeFacts } from '../../src/audit/index.ts';

/** Facts of an unremarkable x86-64 library, with what a test changes. */
export function elfFacts(changes: Partial<ElfFacts> = {}): ElfFacts {
  return {
    kind: 'shared-library',
    class: 64,
    byteOrder: 'little',
    abi: undefined,
    interpreter: undefined,
    soname: undefined,
    needed: [],
    rpath: [],
    runpath: [],
    libc: undefined,
    versions: {},
    symbols: { imports: [], versioned: new Map(), denied: [], exports: symbolSet() },
    isaLevel: undefined,
    riscvArch: undefined,
    gil: undefined,
    linking: {
      flags: 0,
      flags1: 0,
      bindNow: true,
      textRelocations: false,
      origin: false,
      noDefaultLibraries: false,
      noDelete: false,
      noOpen: false,
      staticTls: false,
      symbolic: false,
      relro: 'full',
      execStack: false,
    },
    segments: { alignment: 0x1000, pageSize: 0x1000, writableCode: false },
    debug: {
      dwarf: undefined,
      symbolTableSize: undefined,
      miniDebugSize: undefined,
      debugLink: undefined,
      debugAltLink: undefined,
      separate: false,
      producers: [],
    },
    buildId: undefined,
    abiTag: undefined,
    hasSections: true,
    faults: [],
    ...changes,
  };
}

/** A loadable x86-64 file with these facts. */
export function nativeFacts(
  path: string,
  elf: Partial<ElfFacts> = {},
  changes: Partial<NativeFacts> = {},
): NativeFacts {
  return {
    path,
    format: 'elf',
    size: 10_000,
    arch: 'x86_64',
    loadable: true,
    elf: elfFacts(elf),
    ...changes,
  };
}

/** Exports with these names. */
export function symbolSet(...names: readonly string[]): ElfFacts['symbols']['exports'] {
  return {
    size: names.length,
    hashes: Uint32Array.from(names.map((name) => gnuHash(name))),
    has: (name) => names.includes(name),
  };
}
