/**
 * What a file's dynamic symbols say, in a form that can be kept for thousands of files: names of what it asks for, a
 * fingerprint of what it offers.
 */
import { gnuHash, type ElfFile } from '../binary/elf/index.ts';
import { baselines } from '../platform/index.ts';

/** What a file imports and exports. */
export interface SymbolFacts {
  /**
   * Undefined symbols, not weak, that name no version: whichever loaded file defines them first serves them. Python's
   * API is among them.
   */
  readonly imports: readonly string[];
  /** Undefined symbols, not weak, that name a version of a library that was asked about: library, version, names. */
  readonly versioned: VersionedNames;
  /** Undefined symbols, not weak, of those that some baseline denies; versioned ones too. */
  readonly denied: readonly string[];
  /** Defined symbols that other files can bind to. */
  readonly exports: SymbolSet;
}

/** Library to version to the names wanted under it. */
export type VersionedNames = ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>;

/** A set of symbol names that only tells membership. */
export interface SymbolSet {
  readonly size: number;
  /** {@link gnuHash} of each, in the file's order. */
  readonly hashes: Uint32Array;
  /** Two names in four billion are taken for one another. */
  has(name: string): boolean;
}

/** What is read of the symbols. */
export interface SymbolOptions {
  /** Libraries whose versioned symbols are kept by name; those of others are only counted by version. */
  isNamed(library: string): boolean;
  /** Makes equal strings one: the files of a wheel want the same names thousands of times. */
  intern(name: string): string;
}

/** Every symbol that some baseline denies, by hash. */
const DENIED_SYMBOLS: ReadonlyMap<number, string> = new Map(
  baselines
    .flatMap((baseline) => [...baseline.deniedSymbols.values()].flat())
    .map((name) => [gnuHash(name), name] as const),
);

/** Reads all dynamic symbols once. @throws WheelworksError `elf/*` when they are damaged. */
export function describeSymbols(elf: ElfFile, options: SymbolOptions): SymbolFacts {
  const imports: string[] = [];
  const versioned = new Map<string, Map<string, string[]>>();
  const denied = new Set<string>();
  const exports = new HashSet();
  elf.scanSymbols((symbol) => {
    const { binding } = symbol;
    if (binding === 'local') return;
    if (symbol.defined) {
      exports.add(symbol.nameHash());
      return;
    }
    if (binding === 'weak') return;
    const version = symbol.version();
    if (version === undefined) imports.push(options.intern(symbol.name()));
    else if (version.library !== undefined && options.isNamed(version.library))
      namesUnder(versioned, version.library, version.name).push(options.intern(symbol.name()));
    const suspect = DENIED_SYMBOLS.get(symbol.nameHash());
    if (suspect !== undefined && suspect === symbol.name()) denied.add(suspect);
  });
  return { imports, versioned, denied: [...denied], exports };
}

/** No symbols: what is kept of files that have been judged. */
export function noSymbols(): SymbolFacts {
  return { imports: [], versioned: new Map(), denied: [], exports: new HashSet() };
}

function namesUnder(
  versioned: Map<string, Map<string, string[]>>,
  library: string,
  version: string,
): string[] {
  const versions = versioned.get(library) ?? new Map<string, string[]>();
  versioned.set(library, versions);
  const names = versions.get(version) ?? [];
  versions.set(version, names);
  return names;
}

/**
 * Names by their 32-bit hash alone: a hundred thousand mangled names would take tens of megabytes. Two names fall
 * together once in billions; then a symbol that nothing defines goes unreported.
 */
class HashSet implements SymbolSet {
  #hashes = new Uint32Array(64);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get hashes(): Uint32Array {
    return this.#hashes.subarray(0, this.#size);
  }

  add(hash: number): void {
    if (this.#size === this.#hashes.length) {
      const larger = new Uint32Array(2 * this.#size);
      larger.set(this.#hashes);
      this.#hashes = larger;
    }
    this.#hashes[this.#size] = hash;
    this.#size += 1;
  }

  has(name: string): boolean {
    return this.hashes.includes(gnuHash(name));
  }
}
