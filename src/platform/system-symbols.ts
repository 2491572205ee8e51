/**
 * Which system libraries define a symbol, and since when: what a reference without a version comes to.
 *
 * data/system-symbols/ is made from the libraries of a distribution by scripts/update-system-symbols.mjs, whose head
 * describes how the tables are packed. Big-endian ppc64 has no distribution to read, so nothing is known of it.
 */
import type { Libc } from './baselines.ts';

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
  for (const { version } of symbols.find(name)) {
    const match = /^GLIBC_(\d+)\.(\d+)/.exec(version);
    if (match === null) continue;
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
  const loaders = new Map(Object.entries(table.loaders));
  const system = table.architectures.indexOf(architecture);
  if (system === -1) return undefined;
  return lookup(
    table.libraries.map((library) =>
      library.name === 'ld.so'
        ? unpack({ ...library, name: loaders.get(architecture) ?? library.name }, system)
        : unpack(library, system),
    ),
  );
}

async function loadMusl(architecture: string): Promise<SystemSymbols | undefined> {
  const { default: table } = await import('./data/system-symbols/musl.json', {
    with: { type: 'json' },
  });
  const system = table.architectures.indexOf(architecture);
  if (system === -1) return undefined;
  return lookup(table.libraries.map((library) => unpack(library, system)));
}

interface PackedLibrary {
  readonly name: string;
  readonly versions: readonly string[];
  readonly patterns: readonly string[];
  readonly names: string;
  readonly patternOf: string;
}

type Unpacked = ReadonlyMap<string, readonly SymbolPlace[]>;

function lookup(libraries: readonly Unpacked[]): SystemSymbols {
  return { find: (name) => libraries.flatMap((library) => library.get(name) ?? []) };
}

/** `system` is the place of the architecture in the patterns. */
function unpack(packed: PackedLibrary, system: number): Unpacked {
  const places = packed.versions.map((version) => ({ library: packed.name, version }));
  const placesOf = packed.patterns.map((pattern) => {
    const indexes = pattern.split('|')[system] ?? '';
    return indexes === '' ? [] : indexes.split(',').flatMap((index) => places[Number(index)] ?? []);
  });
  const unpacked = new Map<string, readonly SymbolPlace[]>();
  let before = '';
  for (const [at, line] of packed.names.split('\n').entries()) {
    const colon = line.indexOf(':');
    before = before.slice(0, Number(line.slice(0, colon))) + line.slice(colon + 1);
    const pattern = Number.parseInt(packed.patternOf.slice(2 * at, 2 * at + 2), 36);
    const defined = placesOf[pattern] ?? [];
    if (defined.length > 0) unpacked.set(before, defined);
  }
  return unpacked;
}
