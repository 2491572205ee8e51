/** How two baselines differ: the question of two vendors that chose the same glibc and not the same symbols. */
import type { Libc, TaggedBaseline } from '../platform/index.ts';
import { WheelworksError } from '../support/errors.ts';
import { byCodeUnit, type BaselineFile, type BaselineVersion } from './model.ts';
import { isGlibcLoader } from './roots/find-libraries.ts';
import { byPrefix, compareVersions } from './versions.ts';

/** A baseline with its symbols, or one of the tables, which know versions only. */
export type ComparableBaseline = BaselineFile | TaggedBaseline;

/** A side of a comparison. */
export interface ComparedSide {
  readonly name: string;
  readonly architecture: string;
  readonly libc: Libc;
  readonly libcVersion: readonly [number, number];
}

/** What differs. Lists are sorted. */
export interface BaselineComparison {
  readonly one: ComparedSide;
  readonly other: ComparedSide;
  /** `versions` when a side knows no symbols; `symbols`, `moved` and `resized` are then empty. */
  readonly depth: 'symbols' | 'versions';
  readonly libraries: Sides;
  /** Versions that only one side has, of libraries that both have. */
  readonly versions: readonly VersionDifference[];
  /** Symbols that only one side has under versions that both have. */
  readonly symbols: readonly (Sides & { readonly library: string; readonly version: string })[];
  /** Symbols that both sides have, each where the other has not. */
  readonly moved: readonly MovedSymbol[];
  /** Data of another size. */
  readonly resized: readonly ResizedSymbol[];
  readonly summary: ComparisonSummary;
}

/** Names that only one side has. */
export interface Sides {
  readonly onlyOne: readonly string[];
  readonly onlyOther: readonly string[];
}

/** A version that one side has not. */
export interface VersionDifference {
  readonly side: 'one' | 'other';
  /** Undefined where only versions are known, which the tables keep apart from libraries. */
  readonly library?: string;
  readonly version: string;
  /** How many symbols it brings, where they are known. */
  readonly symbols?: number;
}

/** `library version` where a symbol is. */
export interface SymbolPlace {
  readonly library: string;
  readonly version: string;
}

/** A symbol in another library or under another version. */
export interface MovedSymbol {
  readonly symbol: string;
  readonly one: readonly SymbolPlace[];
  readonly other: readonly SymbolPlace[];
}

/** Data whose size differs; sizes in bytes. */
export interface ResizedSymbol extends SymbolPlace {
  readonly symbol: string;
  readonly one: number;
  readonly other: number;
}

/** The comparison in numbers. */
export interface ComparisonSummary {
  readonly equal: boolean;
  readonly sameLibcVersion: boolean;
  /** Versions that only one side has. */
  readonly versions: { readonly onlyOne: number; readonly onlyOther: number };
  /** Symbols that only one side has, under whatever version. */
  readonly symbols: { readonly onlyOne: number; readonly onlyOther: number };
  /** Symbols that differ under versions that both have: a check of versions does not see them. */
  readonly hidden: number;
}

/**
 * Compares two baselines, of the same architecture or of two.
 * @throws WheelworksError `baseline/not-comparable` for glibc and musl, which have nothing in common.
 */
export function compareBaselines(
  one: ComparableBaseline,
  other: ComparableBaseline,
): BaselineComparison {
  const sides = { one: sideOf(one), other: sideOf(other) };
  if (sides.one.libc !== sides.other.libc)
    throw new WheelworksError(
      'baseline/not-comparable',
      `${sides.one.name} is a baseline of ${sides.one.libc} and ${sides.other.name} one of ${sides.other.libc}.`,
      { hint: 'Compare baselines of one C library.' },
    );
  const found =
    'baseline' in one || 'baseline' in other
      ? compareVersionTables(one, other)
      : compareFiles(one, other);
  return { ...sides, ...found, summary: summarise(sides, found) };
}

type Found = Omit<BaselineComparison, 'one' | 'other' | 'summary'>;

function sideOf(baseline: ComparableBaseline): ComparedSide {
  const { name, libc, libcVersion } = 'baseline' in baseline ? baseline.baseline : baseline;
  return { name, architecture: baseline.architecture, libc, libcVersion };
}

function compareVersionTables(one: ComparableBaseline, other: ComparableBaseline): Found {
  const names = { one: versionNames(one), other: versionNames(other) };
  const only = difference(names.one, names.other);
  return {
    depth: 'versions',
    libraries: difference(libraryNames(one), libraryNames(other)),
    versions: [
      ...only.onlyOne.map((version) => ({ side: 'one' as const, version })),
      ...only.onlyOther.map((version) => ({ side: 'other' as const, version })),
    ].sort((left, right) => compareVersions(left.version, right.version)),
    symbols: [],
    moved: [],
    resized: [],
  };
}

function versionNames(baseline: ComparableBaseline): ReadonlySet<string> {
  const prefixes =
    'baseline' in baseline
      ? baseline.baseline.architectures.get(baseline.architecture)
      : byPrefix([...baseline.libraries.values()].flatMap(({ versions }) => [...versions.keys()]));
  return new Set(
    [...(prefixes ?? [])].flatMap(([prefix, versions]) =>
      [...versions].map((version) => `${prefix}_${version}`),
    ),
  );
}

/** The tables take loaders for granted and do not list them. */
function libraryNames(baseline: ComparableBaseline): ReadonlySet<string> {
  const names =
    'baseline' in baseline ? baseline.baseline.libraries : [...baseline.libraries.keys()];
  return new Set([...names].filter((name) => !isGlibcLoader(name)));
}

function compareFiles(one: BaselineFile, other: BaselineFile): Found {
  const versions: VersionDifference[] = [];
  const symbols: (Sides & SymbolPlace)[] = [];
  const resized: ResizedSymbol[] = [];
  for (const [library, { versions: left }] of one.libraries) {
    const right = other.libraries.get(library)?.versions;
    if (right === undefined) continue;
    for (const version of [...new Set([...left.keys(), ...right.keys()])].sort(compareVersions)) {
      const [a, b] = [left.get(version), right.get(version)];
      if (a === undefined || b === undefined) {
        const side = a === undefined ? 'other' : 'one';
        versions.push({ side, library, version, symbols: (a ?? b)?.symbols.length ?? 0 });
        continue;
      }
      const only = difference(new Set(a.symbols), new Set(b.symbols));
      if (only.onlyOne.length + only.onlyOther.length > 0)
        symbols.push({ library, version, ...only });
      resized.push(...sizeDifferences(a, b, { library, version }));
    }
  }
  return {
    depth: 'symbols',
    libraries: difference(new Set(one.libraries.keys()), new Set(other.libraries.keys())),
    versions,
    symbols,
    moved: movedSymbols(one, other),
    resized,
  };
}

function sizeDifferences(
  one: BaselineVersion,
  other: BaselineVersion,
  place: SymbolPlace,
): ResizedSymbol[] {
  return (['objects', 'threadLocals'] as const).flatMap((kind) =>
    [...one[kind]].flatMap(([symbol, size]) => {
      const otherSize = other[kind].get(symbol);
      if (otherSize === undefined || otherSize === size) return [];
      return [{ ...place, symbol, one: size, other: otherSize }];
    }),
  );
}

function movedSymbols(one: BaselineFile, other: BaselineFile): MovedSymbol[] {
  const places = { one: placesOf(one), other: placesOf(other) };
  const moved: MovedSymbol[] = [];
  for (const [symbol, left] of places.one) {
    const right = places.other.get(symbol);
    if (right === undefined) continue;
    const only = difference(left, right);
    if (only.onlyOne.length > 0 && only.onlyOther.length > 0)
      moved.push({ symbol, one: only.onlyOne.map(placeOf), other: only.onlyOther.map(placeOf) });
  }
  return moved.sort((left, right) => byCodeUnit(left.symbol, right.symbol));
}

/** Symbol to its places, each as `library version`: a soname has no space in it. */
function placesOf(file: BaselineFile): ReadonlyMap<string, ReadonlySet<string>> {
  const places = new Map<string, Set<string>>();
  for (const [library, { versions }] of file.libraries) {
    for (const [version, { symbols }] of versions) {
      const place = `${library} ${version}`;
      for (const symbol of symbols) {
        const known = places.get(symbol);
        if (known === undefined) places.set(symbol, new Set([place]));
        else known.add(place);
      }
    }
  }
  return places;
}

function placeOf(text: string): SymbolPlace {
  const space = text.indexOf(' ');
  return { library: text.slice(0, space), version: text.slice(space + 1) };
}

function difference(one: ReadonlySet<string>, other: ReadonlySet<string>): Sides {
  return {
    onlyOne: [...one].filter((name) => !other.has(name)).sort(compareVersions),
    onlyOther: [...other].filter((name) => !one.has(name)).sort(compareVersions),
  };
}

function summarise(
  { one, other }: { readonly one: ComparedSide; readonly other: ComparedSide },
  found: Found,
): ComparisonSummary {
  const { libraries, versions, symbols, moved, resized } = found;
  const count = (side: 'one' | 'other', key: keyof Sides): number =>
    symbols.reduce((sum, each) => sum + each[key].length, 0) +
    versions.reduce((sum, each) => sum + (each.side === side ? (each.symbols ?? 0) : 0), 0);
  const of = (side: 'one' | 'other'): number =>
    versions.filter((version) => version.side === side).length;
  const lists = [libraries.onlyOne, libraries.onlyOther, versions, symbols, moved, resized];
  return {
    equal: lists.every((list) => list.length === 0),
    sameLibcVersion:
      one.libcVersion[0] === other.libcVersion[0] && one.libcVersion[1] === other.libcVersion[1],
    versions: { onlyOne: of('one'), onlyOther: of('other') },
    symbols: { onlyOne: count('one', 'onlyOne'), onlyOther: count('other', 'onlyOther') },
    hidden: symbols.reduce((sum, each) => sum + each.onlyOne.length + each.onlyOther.length, 0),
  };
}
