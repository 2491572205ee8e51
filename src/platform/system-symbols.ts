/**
 * Which system libraries define a symbol, and since when: what a reference without a version comes to.
 *
 * data/system-symbols.json is made from the libraries of a distribution by scripts/update-system-symbols.mjs, whose head
 * describes how it is packed. Big-endian ppc64 has no distribution to read, so nothing is known of it.
 */
import type { Libc } from './baselines.ts';

/** A library that defines a symbol, and a version it does so under. */
export interface SymbolPlace {
  readonly library: string;
  /**
   * `GLIBC_2.25`; `GLIBC_PRIVATE` for what only the C library itself may use; of musl the release that brought it, `1.2.3`;
   * empty for symbols of libraries that have no versions.
   */
  readonly version: string;
}

/** Where system libraries define symbols. */
export interface SystemSymbols {
  /** Where a symbol is defined: the C library first, within a library the oldest version first; empty for nowhere. */
  find(name: string): readonly SymbolPlace[];
}

/** The system libraries of an architecture; undefined where they are not known. The first call reads the table. */
export async function loadSystemSymbols(
  libc: Libc,
  architecture: string,
): Promise<SystemSymbols | undefined> {
  const { default: table } = await import('./data/system-symbols.json', { with: { type: 'json' } });
  if (libc === 'musl') return lookup([unpackMusl(table.musl)]);
  if (!table.architectures.includes(architecture)) return undefined;
  return lookup(table.libraries.map((library) => unpackLibrary(library, architecture)));
}

type Unpacked = ReadonlyMap<string, readonly SymbolPlace[]>;

function lookup(libraries: readonly Unpacked[]): SystemSymbols {
  return { find: (name) => libraries.flatMap((library) => library.get(name) ?? []) };
}

interface PackedLibrary {
  readonly name: string;
  readonly versions: readonly string[];
  readonly names: string;
  readonly oldest: Readonly<Record<string, string | undefined>>;
  readonly later: Readonly<Record<string, Readonly<Record<string, readonly number[]>> | undefined>>;
}

function unpackLibrary(packed: PackedLibrary, architecture: string): Unpacked {
  const indexes = packed.oldest[architecture] ?? '';
  const places = packed.versions.map((version) => ({ library: packed.name, version }));
  const later = new Map(Object.entries(packed.later[architecture] ?? {}));
  const unpacked = new Map<string, readonly SymbolPlace[]>();
  for (const [at, name] of namesIn(packed.names).entries()) {
    const place = places[Number.parseInt(indexes.slice(2 * at, 2 * at + 2), 36)];
    if (place === undefined) continue;
    const others = later.get(name)?.flatMap((index) => places[index] ?? []) ?? [];
    unpacked.set(name, [place, ...others]);
  }
  return unpacked;
}

interface PackedMusl {
  readonly versions: readonly string[];
  readonly names: string;
  readonly first: string;
}

function unpackMusl({ versions, names, first }: PackedMusl): Unpacked {
  const places = versions.map((version) => ({ library: 'libc.so', version }));
  return new Map(
    namesIn(names).flatMap((name, at) => {
      const place = places[Number.parseInt(first[at] ?? '', 36)];
      return place === undefined ? [] : [[name, [place]] as const];
    }),
  );
}

/** Each line says how many characters it shares with the name before it. */
function namesIn(packed: string): readonly string[] {
  let before = '';
  return packed.split('\n').map((line) => {
    const colon = line.indexOf(':');
    before = before.slice(0, Number(line.slice(0, colon))) + line.slice(colon + 1);
    return before;
  });
}
