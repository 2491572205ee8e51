/**
 * Symbols that a file wants without naming a version.
 *
 * A file that was linked without the library (or by `zig cc`, or with undefined symbols allowed) records no version, and
 * the version tables then say that it needs nothing: it loads on the machine that built it and fails on an older one.
 */
import { gnuHash } from '../binary/elf/index.ts';
import { loadSystemSymbols, type Libc, type SystemSymbols } from '../platform/index.ts';
import type { NativeFacts } from './facts.ts';

/** Where a system library defines a symbol that a file wants from anyone. */
export interface SymbolOrigin {
  readonly symbol: string;
  readonly library: string;
  /** The oldest version under which the library has it. */
  readonly version: string;
}

/** What is known of the unversioned symbols of one file. */
export interface UnversionedSymbols {
  readonly origins: readonly SymbolOrigin[];
  /** Defined by no file of the subject, no known system library, and not Python's. */
  readonly unresolved: readonly string[];
}

const NOTHING: UnversionedSymbols = { origins: [], unresolved: [] };

/** For each loadable file, by path. Nothing is looked up for files that want nothing without a version. */
export async function resolveUnversioned(
  natives: readonly NativeFacts[],
  architecture: string,
  libc: Libc,
): Promise<ReadonlyMap<string, UnversionedSymbols>> {
  const wanted = wantedOf(natives);
  if ([...wanted.values()].every((names) => names.length === 0)) return new Map();
  const system = await loadSystemSymbols(libc, architecture);
  return new Map(
    [...wanted].map(([path, names]) => [
      path,
      system === undefined ? NOTHING : resolve(names, system),
    ]),
  );
}

/** Python's API, and PyPy's: the interpreter that imports the module has it. */
const PYTHON_API = /^_?Py(?:Py)?[A-Z_]/;

function wantedOf(natives: readonly NativeFacts[]): ReadonlyMap<string, readonly string[]> {
  const wanted = new Map<number, string>();
  for (const { elf } of natives) {
    for (const name of elf?.symbols.imports ?? [])
      if (!PYTHON_API.test(name)) wanted.set(gnuHash(name), name);
  }
  for (const { elf } of natives) {
    for (const hash of elf?.symbols.exports.hashes ?? []) wanted.delete(hash);
  }
  const missing = new Set(wanted.values());
  return new Map(
    natives.map(({ path, elf }) => [
      path,
      // A forged file may want one symbol a million times.
      [...new Set((elf?.symbols.imports ?? []).filter((name) => missing.has(name)))],
    ]),
  );
}

function resolve(names: readonly string[], system: SystemSymbols): UnversionedSymbols {
  const origins: SymbolOrigin[] = [];
  const unresolved: string[] = [];
  for (const symbol of names) {
    const [oldest] = system.find(symbol);
    if (oldest === undefined) unresolved.push(symbol);
    else origins.push({ symbol, ...oldest });
  }
  return { origins, unresolved };
}
