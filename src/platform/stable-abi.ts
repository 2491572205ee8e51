/**
 * CPython's stable ABI: which symbols an abi3 extension may use, and since which release.
 *
 * Specification: PEP 384, PEP 803 (abi3t), and CPython's Misc/stable_abi.toml; data/stable-abi.json and
 * data/cpython-exports.json are made from the latter and from released libraries by scripts/update-stable-abi.py.
 */

/** Minor releases of CPython 3 in which something is there. */
export interface MinorSpan {
  readonly first: number;
  /** The last release that has it, of those known. */
  readonly last: number;
}

/** What the tables know of CPython's symbols. */
export interface StableAbi {
  /** The minor release of CPython 3 with which a symbol joined the stable ABI; undefined for others. */
  since(symbol: string): number | undefined;
  /**
   * The macro that a platform must define for a stable symbol to exist there, such as `MS_WINDOWS`; undefined where every
   * platform has it.
   */
  conditionOf(symbol: string): string | undefined;
  /** The releases whose library exports a symbol; undefined for what none of them does: it is not CPython's. */
  exportedBy(symbol: string): MinorSpan | undefined;
  /** The releases whose exports are known. */
  readonly known: MinorSpan;
}

/** Symbols that an extension uses against the promise of its tag. */
export interface StableAbiVerdict {
  /** CPython's, but not of the stable ABI: any release may change or drop them. */
  readonly outside: readonly { readonly symbol: string; readonly exportedBy: MinorSpan }[];
  /** Of the stable ABI, but only since a release newer than the one the tag begins with. */
  readonly tooNew: readonly { readonly symbol: string; readonly since: number }[];
  /** The oldest minor release that has every stable symbol used; 2 where nothing asks for more. */
  readonly floor: number;
}

/** Reads the tables; the first call costs a few milliseconds. */
export async function loadStableAbi(): Promise<StableAbi> {
  const [{ default: stable }, { default: exported }] = await Promise.all([
    import('./data/stable-abi.json', { with: { type: 'json' } }),
    import('./data/cpython-exports.json', { with: { type: 'json' } }),
  ]);
  const since = new Map(
    Object.entries(stable.added).flatMap(([version, names]) =>
      names.map((name) => [name, minorOf(version)] as const),
    ),
  );
  const conditions = new Map(
    Object.entries(stable.conditions).flatMap(([macro, names]) =>
      names.map((name) => [name, macro] as const),
    ),
  );
  const spans = new Map(
    Object.entries(exported.spans).flatMap(([span, names]) => {
      const [first = 0, last = 0] = span.split('-').map(Number);
      return names.map((name) => [name, { first, last }] as const);
    }),
  );
  return {
    since: (symbol) => since.get(symbol),
    conditionOf: (symbol) => conditions.get(symbol),
    exportedBy: (symbol) => spans.get(symbol),
    known: { first: exported.first, last: exported.last },
  };
}

function minorOf(version: string): number {
  return Number(version.slice(version.indexOf('.') + 1));
}

/**
 * Holds the symbols that an extension imports against the stable ABI as of a minor release. Symbols that are not
 * CPython's (`PyArray_*`, `PyInit_*` of other modules) are left out: no interpreter is asked for them.
 */
export function judgeStableAbi(
  symbols: Iterable<string>,
  floor: number,
  abi: StableAbi,
): StableAbiVerdict {
  const outside: { readonly symbol: string; readonly exportedBy: MinorSpan }[] = [];
  const tooNew: { readonly symbol: string; readonly since: number }[] = [];
  let needed = 2;
  for (const symbol of symbols) {
    const since = abi.since(symbol);
    const exportedBy = abi.exportedBy(symbol);
    if (since !== undefined) {
      needed = Math.max(needed, since);
      if (since > floor) tooNew.push({ symbol, since });
    } else if (exportedBy !== undefined) outside.push({ symbol, exportedBy });
  }
  return { outside, tooNew, floor: needed };
}
