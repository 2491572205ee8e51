/** Which baselines have a symbol, a version or a library, since when, and what speaks against it. */
import {
  baselines as knownBaselines,
  baselinesFor,
  librariesFor,
  type Baseline,
  type Libc,
} from '../platform/index.ts';
import { deniedReason } from './denied-reasons.ts';
import { byCodeUnit, type BaselineFile } from './model.ts';
import { splitVersion } from './versions.ts';

/** Where system libraries define symbols; platform's `SystemSymbols` is one. */
export interface SymbolLookup {
  /** Places of a symbol, the oldest first. */
  find(name: string): readonly { readonly library: string; readonly version: string }[];
}

/** What to look in. */
export interface ExplainOptions {
  /** Baselines with symbols: derived ones, or loaded. */
  readonly files?: readonly BaselineFile[];
  /** The symbols of the built-in baselines; without it they answer for versions and libraries only. */
  readonly loadSymbols?: (libc: Libc, architecture: string) => Promise<SymbolLookup | undefined>;
  /** Default: all that a built-in baseline has. */
  readonly architectures?: readonly string[];
}

/** What was asked for. */
export interface ExplainedName {
  readonly name: string;
  readonly kind: 'symbol' | 'version' | 'library';
  readonly symbol?: string;
  /** `GLIBC_2.14` of `memcpy@GLIBC_2.14`, or the version itself. */
  readonly version?: string;
}

/** What is known of a name. */
export interface Explanation extends ExplainedName {
  /** One for each libc and architecture that has it, or would have baselines that could. */
  readonly support: readonly BaselineSupport[];
  readonly denied: readonly DeniedSymbol[];
  readonly found: readonly FoundInFile[];
}

/** What the built-in baselines of one libc and architecture say. */
export interface BaselineSupport {
  readonly libc: Libc;
  readonly architecture: string;
  /** The oldest baseline that has it; undefined when none does. */
  readonly since?: string;
  /** Those that have it, the oldest first. */
  readonly baselines: readonly string[];
  /** Where the architecture's libraries define it, the oldest first. */
  readonly origins: readonly { readonly library: string; readonly version: string }[];
  /** Whether it is known: symbols without a table of them are not. */
  readonly known: boolean;
}

/** A deny-list that has the symbol. */
export interface DeniedSymbol {
  readonly library: string;
  readonly symbol: string;
  /** The baselines that deny it, the oldest first. */
  readonly baselines: readonly string[];
  readonly reason: string;
}

/** A place in a baseline with symbols. */
export interface FoundInFile {
  readonly baseline: string;
  readonly architecture: string;
  readonly libc: Libc;
  readonly library: string;
  /** Undefined when the name is that of a library; empty for a symbol without a version. */
  readonly version?: string;
  /** Of a symbol. */
  readonly type?: 'function' | 'object' | 'thread-local';
  /** Bytes, of data. */
  readonly size?: number;
  /** Only references that name the version find it. */
  readonly hidden?: true;
}

/**
 * Explains a symbol (`getrandom`, `memcpy@GLIBC_2.14`), a version (`GLIBC_2.28`) or a library (`libz.so.1`). A name that
 * nothing knows gives an explanation with nothing in it.
 */
export async function explainName(
  name: string,
  options: ExplainOptions = {},
): Promise<Explanation> {
  const { files = [] } = options;
  const asked = whatIsAsked(name, files);
  const kinds = [...new Set(knownBaselines.map(({ libc }) => libc))].flatMap((libc) =>
    architecturesOf(libc)
      .filter((each) => options.architectures?.includes(each) !== false)
      .map((architecture) => ({ libc, architecture })),
  );
  const support = await Promise.all(
    kinds.map(async ({ libc, architecture }) => {
      const lookup =
        asked.symbol === undefined ? undefined : await options.loadSymbols?.(libc, architecture);
      return supportOf(asked, { libc, architecture, lookup });
    }),
  );
  return {
    ...asked,
    support,
    denied: deniedOf(asked),
    found: files.flatMap((file) => findIn(file, asked)),
  };
}

function whatIsAsked(name: string, files: readonly BaselineFile[]): ExplainedName {
  const at = /^(?<symbol>[^@]+)@@?(?<version>[^@]+)$/.exec(name)?.groups;
  if (at !== undefined) return { name, kind: 'symbol', ...at };
  if (/\.so(?:\.[\w.]+)?$/.test(name)) return { name, kind: 'library' };
  if (isVersion(name, files)) return { name, kind: 'version', version: name };
  return { name, kind: 'symbol', symbol: name };
}

/** Also versions that nothing has yet, such as GLIBC_2.99, by their prefix. */
function isVersion(name: string, files: readonly BaselineFile[]): boolean {
  const split = splitVersion(name);
  if (split === undefined) return false;
  const isPrefix = knownBaselines.some(({ architectures }) =>
    [...architectures.values()].some((prefixes) => prefixes.has(split.prefix)),
  );
  return (
    (isPrefix && /^[\dA-Z]/.test(split.version)) ||
    files.some(({ libraries }) =>
      [...libraries.values()].some(({ versions }) => versions.has(name)),
    )
  );
}

function architecturesOf(libc: Libc): readonly string[] {
  const names = knownBaselines
    .filter((baseline) => baseline.libc === libc)
    .flatMap(({ architectures }) => [...architectures.keys()]);
  return [...new Set(names)].sort(byCodeUnit);
}

interface Kind {
  readonly libc: Libc;
  readonly architecture: string;
  readonly lookup: SymbolLookup | undefined;
}

function supportOf(asked: ExplainedName, kind: Kind): BaselineSupport {
  const { libc, architecture, lookup } = kind;
  const { symbol, version } = asked;
  const origins = (symbol === undefined ? [] : (lookup?.find(symbol) ?? [])).filter(
    (origin) => version === undefined || origin.version === version,
  );
  const names = baselinesFor(architecture, libc)
    .filter((baseline) => {
      if (asked.kind === 'library') return librariesFor(baseline, architecture).has(asked.name);
      if (asked.kind === 'version') return hasVersion(baseline, architecture, asked.name);
      return origins.some((origin) => hasOrigin(baseline, architecture, origin));
    })
    .map((baseline) => baseline.name);
  const [since] = names;
  return {
    libc,
    architecture,
    ...(since === undefined ? {} : { since }),
    baselines: names,
    origins,
    known: symbol === undefined || lookup !== undefined,
  };
}

function hasVersion(baseline: Baseline, architecture: string, name: string): boolean {
  const split = splitVersion(name);
  if (split === undefined) return false;
  const versions = baseline.architectures.get(architecture)?.get(split.prefix);
  return versions?.has(split.version) === true;
}

/** musl's symbols have no versions; their place in time is the release that brought them. */
function hasOrigin(
  baseline: Baseline,
  architecture: string,
  origin: { readonly library: string; readonly version: string },
): boolean {
  if (baseline.libc === 'musl') {
    const [major = 0, minor = 0] = origin.version.split('.').map(Number);
    const [hasMajor, hasMinor] = baseline.libcVersion;
    return major < hasMajor || (major === hasMajor && minor <= hasMinor);
  }
  if (splitVersion(origin.version) === undefined)
    return librariesFor(baseline, architecture).has(origin.library);
  return hasVersion(baseline, architecture, origin.version);
}

function deniedOf({ symbol }: ExplainedName): readonly DeniedSymbol[] {
  if (symbol === undefined) return [];
  const libraries = new Map<string, string[]>();
  for (const { name, deniedSymbols } of knownBaselines)
    for (const [library, symbols] of deniedSymbols)
      if (symbols.includes(symbol))
        libraries.set(library, [...(libraries.get(library) ?? []), name]);
  return [...libraries].map(([library, baselines]) => ({
    library,
    symbol,
    baselines,
    reason: deniedReason(library, symbol),
  }));
}

function findIn(file: BaselineFile, asked: ExplainedName): readonly FoundInFile[] {
  const { name: baseline, architecture, libc, libraries } = file;
  const found: FoundInFile[] = [];
  for (const [library, { versions }] of libraries) {
    const place = { baseline, architecture, libc, library };
    if (asked.kind === 'library') {
      if (library === asked.name) found.push(place);
      continue;
    }
    for (const [version, { symbols, hidden, objects, threadLocals }] of versions) {
      if (asked.version !== undefined && version !== asked.version) continue;
      const { symbol } = asked;
      if (symbol === undefined) {
        found.push({ ...place, version });
        continue;
      }
      if (!symbols.includes(symbol)) continue;
      const size = objects.get(symbol) ?? threadLocals.get(symbol);
      const data = objects.has(symbol) ? 'object' : 'thread-local';
      found.push({
        ...place,
        version,
        type: size === undefined ? 'function' : data,
        ...(size === undefined ? {} : { size }),
        ...(hidden.includes(symbol) ? { hidden: true } : {}),
      });
    }
  }
  return found;
}
