/** A baseline as a file of our own: what every system of a kind provides, down to the symbol. docs/baselines.md explains it. */
import type { Libc } from '../platform/index.ts';

/** The value of `schema` in a baseline file. */
export const BASELINE_SCHEMA = 'wheelworks.baseline/1' as const;

/** What the systems of one architecture and libc provide. Names are sorted by code unit, versions by age. */
export interface BaselineFile {
  /** `debian_12`, `glibc_2_38`: small letters, digits and underscores, without the architecture. */
  readonly name: string;
  readonly libc: Libc;
  readonly libcVersion: readonly [number, number];
  /** As platform tags write it: `loongarch64`. */
  readonly architecture: string;
  readonly abi: BaselineAbi;
  /** The path that programs name as their interpreter: `/lib64/ld-linux-x86-64.so.2`. */
  readonly loader: string;
  /** Soname to what the library gives. musl's one library is `libc.so`. */
  readonly libraries: ReadonlyMap<string, BaselineLibrary>;
  /** Soname to symbols that some systems' copies export and others' do not. */
  readonly deniedSymbols: ReadonlyMap<string, readonly string[]>;
  /** What the file was made from; empty for one written by hand. */
  readonly provenance: readonly BaselineInput[];
}

/** What the ELF headers of the libraries have in common. */
export interface BaselineAbi {
  readonly class: 32 | 64;
  readonly byteOrder: 'little' | 'big';
  /** e_machine */
  readonly machine: number;
  /** e_flags of libc; undefined for processors that do not use it. */
  readonly flags?: number;
}

/** One library. */
export interface BaselineLibrary {
  /** DT_NEEDED that every copy has: what a program that loads the library gets with it. */
  readonly needed: readonly string[];
  /** Version (`GLIBC_2.17`; empty for symbols without one) to its symbols. */
  readonly versions: ReadonlyMap<string, BaselineVersion>;
}

/** One version of a library. */
export interface BaselineVersion {
  /** The versions it continues. */
  readonly parents: readonly string[];
  /** Every symbol that is found under the version. */
  readonly symbols: readonly string[];
  /** Those of them that only references naming the version find (`name@VERSION`): linkers do not choose them. */
  readonly hidden: readonly string[];
  /** Those that are data, with their size in bytes: programs may hold copies, so a size is part of the ABI. */
  readonly objects: ReadonlyMap<string, number>;
  /** Those that are thread-local, with their size in bytes. */
  readonly threadLocals: ReadonlyMap<string, number>;
}

/** One system that went into a baseline. */
export interface BaselineInput {
  /** The name its folder was given by. */
  readonly root: string;
  readonly distribution?: BaselineDistribution;
  /** What its C library says of itself. */
  readonly libcBanner?: string;
  /** Soname to the file it was read from. */
  readonly files: ReadonlyMap<string, BaselineSource>;
}

/** os-release(5) of a system. */
export interface BaselineDistribution {
  readonly id: string;
  /** VERSION_ID, or VERSION_CODENAME where a distribution in the making has none. */
  readonly version?: string;
  /** PRETTY_NAME */
  readonly title?: string;
}

/** Where the facts about a library come from. */
export interface BaselineSource {
  /** Inside the root, links resolved. */
  readonly path: string;
  readonly sha256: string;
  /** Hexadecimal. */
  readonly buildId?: string;
  readonly package?: string;
  readonly packageVersion?: string;
}

/** Order by code unit, the same on every host. */
export function byCodeUnit(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}

/** Entries of a map, by key. */
export function sortedEntries<Value>(
  map: ReadonlyMap<string, Value>,
): readonly (readonly [string, Value])[] {
  return [...map].sort(([one], [other]) => byCodeUnit(one, other));
}
