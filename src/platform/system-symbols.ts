/**
 * Which system libraries define a symbol, and since when: what a reference without a version comes to.
 *
 * data/system-symbols/ is made from the libraries of a distribution by scripts/update-system-symbols.mjs, whose head
 * describes how the tables are packed. Big-endian ppc64 has no distribution to read, so nothing is known of it.
 */
import type { Libc } from './baselines.ts';
import { nameIndex, type PackedNames } from './name-index.ts';

/** A library that defines a symbol, and a version it does so under. */
export interface SymbolPlace {
  /** As files name it in DT_NEEDED: `libc.so.6`; `libc.so` for musl, whatever a distribution calls it. */
  readonly library: string;
  /**
   * `GLIBC_2.25`; `GLIBC_PRIVATE` for what only the C library itself may use; of musl the release that brought it, `1.2.3`,
   * where that is known; empty for symbols without a version. The oldest release of musl that was looked at is 1.1.24.
   */
  readonly version: string;
}

/** Where system libraries define symbols. */
export interface SystemSymbols {
  /** Where a symbol is defined: the C library first, within a library the oldest version first; empty for nowhere. */
  find(name: string): readonly SymbolPlace[];
}

/**
 * The system libraries of an architecture; undefined where they are not known. The first call for a C library reads its
 * table.
 */
export async function loadSystemSymbols(
  libc: Libc,
  architecture: string,
): Promise<SystemSymbols | undefined> {
  return libc === 'musl' ? loadMusl(architecture) : loadGlibc(architecture);
}

/**
 * The oldest glibc, major and minor, that has a symbol, in whichever of its libraries: `[2, 25]` for `getrandom` on x86_64,
 * `[2, 2]` for what GLIBC_2.2.5 has. Undefined for symbols that are not glibc's or are private to it; those of other
 * libraries are dated by their version names, such as `GLIBCXX_3.4.21`.
 */
export function sinceGlibc(
  symbols: SystemSymbols,
  name: string,
): readonly [number, number] | undefined {
  let oldest: readonly [number, number] | undefined;
  for (const { library, version } of symbols.find(name)) {
    const match = /^GLIBC_(\d+)\.(\d+)/.exec(version);
    // libgcc's unwinder took over functions of glibc 2.0, and their version with them, on every architecture.
    if (match === null || library === 'libgcc_s.so.1') continue;
    const level = [Number(match[1]), Number(match[2])] as const;
    if (
      oldest === undefined ||
      level[0] < oldest[0] ||
      (level[0] === oldest[0] && level[1] < oldest[1])
    )
      oldest = level;
  }
  return oldest;
}

async function loadGlibc(architecture: string): Promise<SystemSymbols | undefined> {
  const { default: table } = await import('./data/system-symbols/glibc.json', {
    with: { type: 'json' },
  });
  const system = table.architectures.indexOf(architecture);
  if (system === -1) return undefined;
  // The loader has another name on each architecture.
  const loader = new Map(Object.entries(table.loaders)).get(architecture) ?? 'ld.so';
  const libraries = table.libraries.map((library) =>
    library.name === 'ld.so' ? { ...library, name: loader } : library,
  );
  return lookup(libraries, system);
}

async function loadMusl(architecture: string): Promise<SystemSymbols | undefined> {
  const { default: table } = await import('./data/system-symbols/musl.json', {
    with: { type: 'json' },
  });
  const system = table.architectures.indexOf(architecture);
  return system === -1 ? undefined : lookup(table.libraries, system);
}

interface PackedLibrary extends PackedNames {
  readonly name: string;
  readonly versions: readonly string[];
  /** For each architecture, the versions that define a name: `0,3|0|`. */
  readonly patterns: readonly string[];
  /** Two base-36 digits a name. */
  readonly patternOf: string;
}

function lookup(libraries: readonly PackedLibrary[], system: number): SystemSymbols {
  const finders = libraries.map((library) => finder(library, system));
  return { find: (name) => finders.flatMap((find) => find(name)) };
}

/** `system` is the place of the architecture in the patterns. */
function finder(packed: PackedLibrary, system: number): (name: string) => readonly SymbolPlace[] {
  const indexOf = nameIndex(packed);
  const placesOf = packed.patterns.map((pattern) => {
    const indexes = pattern.split('|')[system] ?? '';
    return indexes === '' ? [] : indexes.split(',').flatMap((index) => place(packed, index));
  });
  return (name) => {
    const at = indexOf(name);
    if (at === undefined) return [];
    return placesOf[Number.parseInt(packed.patternOf.slice(2 * at, 2 * at + 2), 36)] ?? [];
  };
}

function place({ name, versions }: PackedLibrary, index: string): readonly SymbolPlace[] {
  const version = versions[Number(index)];
  return version === undefined ? [] : [{ library: name, version }];
}
