/** Which baselines a set of native files meets, and what stops them at each other one. */
import { librariesFor, type Baseline } from '../platform/index.ts';
import type { ElfNeeds } from './needs.ts';

/** One reason why one file does not meet a baseline. */
export interface Blocker {
  /** The tag it stops, such as `manylinux_2_17_x86_64`. */
  readonly tag: string;
  readonly kind: 'symbol' | 'library' | 'isa' | 'abi';
  /** The native file. */
  readonly path: string;
  /** Library that is needed or provides the symbol. */
  readonly library?: string;
  /** Version needed of it. */
  readonly version?: string;
  readonly symbol?: string;
  /** Every symbol that is wanted under the version, where they are known; `symbol` is the first of them. */
  readonly symbols?: readonly string[];
  /** The library lies in the wheel, but no search path leads to it: a repair needs no other copy. */
  readonly carried?: true;
  readonly detail: string;
}

/** A baseline and what stops the files at it; none means that they meet it. */
export interface BaselineVerdict {
  readonly baseline: Baseline;
  readonly tag: string;
  readonly blockers: readonly Blocker[];
}

/** Holds files against baselines, in the order of these. */
export function judge(
  needs: readonly ElfNeeds[],
  architecture: string,
  baselines: readonly Baseline[],
): readonly BaselineVerdict[] {
  return baselines.map((baseline) => {
    const tag = `${baseline.name}_${architecture}`;
    const libraries = librariesFor(baseline, architecture);
    const context = { baseline, architecture, libraries, tag };
    const blockers: Blocker[] = [];
    for (const file of needs) {
      const own = blockersOf(file, context);
      const room = Math.max(1, MOST_BLOCKERS - blockers.length);
      for (const blocker of own.length > room ? hardestFirst(own).slice(0, room) : own)
        blockers.push(blocker);
    }
    return { baseline, tag, blockers };
  });
}

/**
 * Blockers of a kind that one file has, and that a verdict lists; behind so many each file has one. A forged file of a
 * megabyte would have a hundred thousand at each of two dozen baselines.
 */
const MOST_BLOCKERS = 50_000;

/** Those first that a search path does not mend. */
function hardestFirst(blockers: readonly Blocker[]): readonly Blocker[] {
  return blockers.toSorted(
    (left, right) => Number(left.carried === true) - Number(right.carried === true),
  );
}

interface JudgeContext {
  readonly baseline: Baseline;
  readonly architecture: string;
  /** Libraries that systems of the baseline have on the architecture. */
  readonly libraries: ReadonlySet<string>;
  readonly tag: string;
}

function blockersOf(file: ElfNeeds, context: JudgeContext): Blocker[] {
  return [
    ...libraryBlockers(file, context),
    ...versionBlockers(file, context),
    ...originBlockers(file, context),
    ...exportBlockers(file, context),
    ...deniedBlockers(file, context),
    ...isaBlockers(file, context),
    ...legacyBlockers(file, context),
  ];
}

function libraryBlockers(file: ElfNeeds, context: JudgeContext): Blocker[] {
  const { baseline, libraries, tag } = context;
  const missing = file.external
    .filter((library) => !providesLibrary(baseline, libraries, library))
    .slice(0, MOST_BLOCKERS)
    .map((library): Blocker => {
      const detail = `${library} is not on every ${baseline.name} system and not in the wheel`;
      return { tag, kind: 'library', path: file.path, library, detail };
    });
  const unreachable = file.unreachable.slice(0, MOST_BLOCKERS).map((library): Blocker => {
    const detail = `${library} is in the wheel, but no search path of the file leads to it`;
    return { tag, kind: 'library', path: file.path, library, carried: true, detail };
  });
  return [...missing, ...unreachable];
}

/**
 * Whether systems of a baseline have a library. musl's one library goes by `libc.so` in the tables and by
 * `libc.musl-<arch>.so.1` on Alpine.
 * @param libraries those that the baseline promises on the architecture
 */
export function providesLibrary(
  baseline: Baseline,
  libraries: ReadonlySet<string>,
  library: string,
): boolean {
  if (libraries.has(library)) return true;
  return baseline.libc === 'musl' && library.startsWith('libc.musl-') && libraries.has('libc.so');
}

function versionBlockers(file: ElfNeeds, context: JudgeContext): Blocker[] {
  const { baseline, tag } = context;
  const blockers: Blocker[] = [];
  for (const [library, versions] of file.versions) {
    for (const version of versions) {
      if (hasVersion(context, library, version)) continue;
      if (blockers.length === MOST_BLOCKERS) return blockers;
      const detail = `${library} of ${baseline.name} has no ${version}`;
      const symbols = file.versioned.get(library)?.get(version) ?? [];
      const named = symbols[0] === undefined ? {} : { symbol: symbols[0], symbols };
      blockers.push({ tag, kind: 'symbol', path: file.path, library, version, ...named, detail });
    }
  }
  return blockers;
}

/**
 * Whether a baseline has a version. Libraries outside the tables version their symbols by their own names
 * (OPENSSL_3.0.0); for those the library counts.
 */
function hasVersion(
  { baseline, architecture }: JudgeContext,
  library: string,
  version: string,
): boolean {
  const exported = baseline.exports?.get(library);
  if (exported !== undefined) return exported.has(version);
  const underscore = version.indexOf('_');
  if (underscore === -1) return true;
  const provided = baseline.architectures.get(architecture)?.get(version.slice(0, underscore));
  return provided === undefined || provided.has(version.slice(underscore + 1));
}

/** Symbols wanted without a version: the baseline must have the oldest version that defines them. */
function originBlockers(file: ElfNeeds, context: JudgeContext): Blocker[] {
  const { baseline, tag } = context;
  return file.origins
    .filter(({ library, version }) => !hasOrigin(context, library, version))
    .map(({ symbol, library, version }) => ({
      tag,
      kind: 'symbol',
      path: file.path,
      library,
      symbol,
      version,
      detail: `${symbol}, wanted without a version, came to ${library} with ${version}, which ${baseline.name} has not`,
    }));
}

/** musl's symbols have no versions; the tables give the release that brought them, `1.2.3`. */
function hasOrigin(context: JudgeContext, library: string, version: string): boolean {
  const { baseline } = context;
  if (baseline.libc === 'glibc') return hasVersion(context, library, version);
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [hasMajor, hasMinor] = baseline.libcVersion;
  return major < hasMajor || (major === hasMajor && minor <= hasMinor);
}

/** Two systems can have a version and not the same symbols in it: baselines that list symbols tell. */
function exportBlockers(file: ElfNeeds, { baseline, tag }: JudgeContext): Blocker[] {
  const { exports } = baseline;
  if (exports === undefined) return [];
  const blockers: Blocker[] = [];
  for (const [library, versions] of file.versioned) {
    for (const [version, symbols] of versions) {
      const exported = exports.get(library)?.get(version);
      for (const symbol of exported === undefined ? [] : symbols) {
        if (exported?.has(symbol) === true) continue;
        if (blockers.length === MOST_BLOCKERS) return blockers;
        const detail = `${library} of ${baseline.name} has ${version}, but no ${symbol} in it`;
        blockers.push({ tag, kind: 'symbol', path: file.path, library, symbol, version, detail });
      }
    }
  }
  return blockers;
}

function deniedBlockers(file: ElfNeeds, { baseline, tag }: JudgeContext): Blocker[] {
  const blockers: Blocker[] = [];
  for (const library of file.external) {
    const denied = baseline.deniedSymbols.get(library);
    if (denied === undefined) continue;
    for (const symbol of file.deniedSymbols) {
      if (!denied.includes(symbol)) continue;
      const detail = `not every ${library} of ${baseline.name} exports ${symbol}`;
      blockers.push({ tag, kind: 'symbol', path: file.path, library, symbol, detail });
    }
  }
  return blockers;
}

/** PEP 513: wheels for manylinux use wide Unicode and no fpectl, as the Pythons of distributions do. */
function legacyBlockers({ path, legacySymbols }: ElfNeeds, { tag }: JudgeContext): Blocker[] {
  const [symbol] = legacySymbols;
  if (symbol === undefined) return [];
  const detail = `${symbol} is of a Python build that distributions do not have`;
  return [{ tag, kind: 'abi', path, symbol, symbols: legacySymbols, detail }];
}

function isaBlockers(file: ElfNeeds, { tag }: JudgeContext): Blocker[] {
  if (file.isaLevel === undefined) return [];
  const detail = `it needs an x86-64-${file.isaLevel} CPU, the tag promises x86-64`;
  return [{ tag, kind: 'isa', path: file.path, detail }];
}

/** The blockers between the files and a tag, or undefined when no baseline has that name. */
export function blockersFor(
  audit: {
    readonly verdicts: readonly BaselineVerdict[];
    readonly architecture: string | undefined;
  },
  tag: string,
): readonly Blocker[] | undefined {
  return audit.verdicts.find(
    (verdict) =>
      verdict.tag === tag ||
      verdict.baseline.aliases.some((alias) => `${alias}_${audit.architecture ?? ''}` === tag),
  )?.blockers;
}
