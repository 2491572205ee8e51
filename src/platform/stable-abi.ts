/**
 * CPython's stable ABI: which symbols an extension tagged abi3 or abi3t may use, and since which release.
 *
 * Specification: PEP 384, PEP 803 (abi3t), and CPython's Misc/stable_abi.toml; data/stable-abi.json and
 * data/cpython-exports.json are made from the latter and from released libraries by scripts/update-stable-abi.py.
 * Free-threaded builds export a little besides, which the tables do not have.
 */
import { isPythonSymbol } from './python-names.ts';

/** A minor release of CPython 3: `[3, 11]`. */
export type PythonRelease = readonly [3, number];

/** Releases in which something is there. */
export interface ReleaseSpan {
  readonly first: PythonRelease;
  /** The last release that has it, of those known. */
  readonly last: PythonRelease;
}

/** What the tables know of CPython's symbols. */
export interface StableAbi {
  /** The release with which a symbol joined the stable ABI; undefined for others. */
  since(symbol: string): PythonRelease | undefined;
  /**
   * The macro that a build must define for a stable symbol to exist there, such as `MS_WINDOWS`, or `Py_REF_DEBUG` for
   * debug builds; undefined where every build has it.
   */
  conditionOf(symbol: string): string | undefined;
  /**
   * Whether a stable symbol is kept for extensions alone and not offered to new code: what macros of the headers call, such
   * as `_Py_Dealloc`, and what older headers offered. Using it is no fault.
   */
  isAbiOnly(symbol: string): boolean;
  /** Whether a function wants a PyModuleDef, which an abi3t extension cannot make (PEP 803). */
  needsModuleDefinition(symbol: string): boolean;
  /** The releases whose library exports a symbol; undefined for what none of them does. */
  exportedBy(symbol: string): ReleaseSpan | undefined;
  /** The releases whose exports are known. */
  readonly known: ReleaseSpan;
  /** The first release with an abi3t. */
  readonly oldestAbi3t: PythonRelease;
}

/** What a tag such as `cp38-abi3` promises. */
export interface StableAbiClaim {
  readonly abi: 'abi3' | 'abi3t';
  /** The oldest release that the extension is to run on: `[3, 8]`. */
  readonly floor: PythonRelease;
}

/** A symbol that joined the stable ABI after the release that an extension claims. */
export interface TooNewSymbol {
  readonly symbol: string;
  readonly since: PythonRelease;
  /**
   * Whether the library of the claimed release exports it nevertheless, as 3.9 does `PyUnicode_AsUTF8AndSize`: then the
   * extension loads there, on systems other than Windows. False also where the exports of that release are not known.
   */
  readonly exportedAtFloor: boolean;
}

/** Symbols that an extension uses against the promise of its tag. */
export interface StableAbiVerdict {
  /** CPython's, but not of the stable ABI: any release may change or drop them. */
  readonly outside: readonly { readonly symbol: string; readonly exportedBy: ReleaseSpan }[];
  /** Of the stable ABI, but only since a release newer than the one the tag begins with. */
  readonly tooNew: readonly TooNewSymbol[];
  /** Of the stable ABI, but only of some builds of CPython. */
  readonly conditional: readonly { readonly symbol: string; readonly condition: string }[];
  /** In an extension tagged abi3t: functions that take what it cannot make. Always empty for abi3. */
  readonly unusable: readonly string[];
  /** Named like CPython's, but in no table: another package's (`PyArray_API`), or of a release that is not known. */
  readonly unknown: readonly string[];
  /** The oldest release that has the ABI and every stable symbol used. */
  readonly floor: PythonRelease;
}

const OLDEST_ABI3: PythonRelease = [3, 2];

/**
 * Holds the symbols that an extension imports against a claim. Only undefined symbols belong here: what a header defined
 * inline, such as `Py_XDECREF`, the extension has itself. Names that do not look like CPython's are left out.
 */
export function judgeStableAbi(
  symbols: Iterable<string>,
  claim: StableAbiClaim,
  table: StableAbi,
): StableAbiVerdict {
  const outside: { readonly symbol: string; readonly exportedBy: ReleaseSpan }[] = [];
  const tooNew: TooNewSymbol[] = [];
  const conditional: { readonly symbol: string; readonly condition: string }[] = [];
  const unusable: string[] = [];
  const unknown: string[] = [];
  let floor = claim.abi === 'abi3t' ? table.oldestAbi3t : OLDEST_ABI3;
  for (const symbol of symbols) {
    if (!isPythonSymbol(symbol)) continue;
    const since = table.since(symbol);
    if (since === undefined) {
      const exportedBy = table.exportedBy(symbol);
      if (exportedBy === undefined) unknown.push(symbol);
      else outside.push({ symbol, exportedBy });
      continue;
    }
    const condition = table.conditionOf(symbol);
    if (since[1] > floor[1]) floor = since;
    if (since[1] > claim.floor[1])
      tooNew.push({ symbol, since, exportedAtFloor: has(table.exportedBy(symbol), claim.floor) });
    if (condition !== undefined) conditional.push({ symbol, condition });
    if (claim.abi === 'abi3t' && table.needsModuleDefinition(symbol)) unusable.push(symbol);
  }
  return { outside, tooNew, conditional, unusable, unknown, floor };
}

function has(span: ReleaseSpan | undefined, release: PythonRelease): boolean {
  return span !== undefined && span.first[1] <= release[1] && release[1] <= span.last[1];
}

/** Reads the tables; the first call costs a few milliseconds. */
export async function loadStableAbi(): Promise<StableAbi> {
  const [{ default: stable }, { default: exported }] = await Promise.all([
    import('./data/stable-abi.json', { with: { type: 'json' } }),
    import('./data/cpython-exports.json', { with: { type: 'json' } }),
  ]);
  const since = byName(stable.added, parseRelease);
  const conditions = byName(stable.conditions, (macro) => macro);
  const spans = byName(exported.spans, parseSpan);
  const abiOnly = new Set(stable.abiOnly);
  const needsDefinition = new Set(stable.abi3t.needsDefinition);
  return {
    since: (symbol) => since.get(symbol),
    conditionOf: (symbol) => conditions.get(symbol),
    isAbiOnly: (symbol) => abiOnly.has(symbol),
    needsModuleDefinition: (symbol) => needsDefinition.has(symbol),
    exportedBy: (symbol) => spans.get(symbol),
    known: { first: [3, exported.first], last: [3, exported.last] },
    oldestAbi3t: parseRelease(stable.abi3t.since),
  };
}

/** Turns `{key: names}` around; all names of a key share its value. */
function byName<T>(
  groups: Readonly<Record<string, readonly string[]>>,
  parse: (key: string) => T,
): ReadonlyMap<string, T> {
  return new Map(
    Object.entries(groups).flatMap(([key, names]) => {
      const value = parse(key);
      return names.map((name) => [name, value] as const);
    }),
  );
}

function parseRelease(text: string): PythonRelease {
  return [3, Number(text.slice(text.indexOf('.') + 1))];
}

function parseSpan(text: string): ReleaseSpan {
  const [first = 0, last = 0] = text.split('-').map(Number);
  return { first: [3, first], last: [3, last] };
}
