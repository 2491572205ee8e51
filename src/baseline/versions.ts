import { compareVersionNames } from '../platform/index.ts';
import { byCodeUnit } from './model.ts';

/** A version name taken apart at its first underscore, as auditwheel's tables do: `GLIBC_ABI_DT_RELR` is `ABI_DT_RELR` of `GLIBC`. */
export interface SplitVersion {
  readonly prefix: string;
  readonly version: string;
}

/** Undefined for names without an underscore and for the empty one. */
export function splitVersion(name: string): SplitVersion | undefined {
  const underscore = name.indexOf('_');
  if (underscore <= 0) return undefined;
  return { prefix: name.slice(0, underscore), version: name.slice(underscore + 1) };
}

/** By prefix, then by age; symbols without a version come first. */
export function compareVersions(one: string, other: string): number {
  const left = splitVersion(one);
  const right = splitVersion(other);
  if (left === undefined || right === undefined || left.prefix !== right.prefix)
    return byCodeUnit(one, other);
  return compareVersionNames(left.version, right.version);
}

/** Prefix to versions, both in order, of full version names. */
export function byPrefix(names: Iterable<string>): ReadonlyMap<string, ReadonlySet<string>> {
  const prefixes = new Map<string, Set<string>>();
  for (const name of [...names].sort(compareVersions)) {
    const split = splitVersion(name);
    if (split === undefined) continue;
    const known = prefixes.get(split.prefix) ?? new Set();
    prefixes.set(split.prefix, known.add(split.version));
  }
  return prefixes;
}

/** The newest numeric version of each prefix: `2.36` of `GLIBC`. */
export function maxima(
  prefixes: ReadonlyMap<string, ReadonlySet<string>>,
): Readonly<Record<string, string>> {
  const newest: [string, string][] = [];
  for (const [prefix, versions] of prefixes) {
    const numeric = [...versions].filter((version) => /^\d+(?:\.\d+)*$/.test(version));
    const last = numeric.sort(compareVersionNames).at(-1);
    if (last !== undefined) newest.push([prefix, last]);
  }
  return Object.fromEntries(newest.sort(([one], [other]) => byCodeUnit(one, other)));
}
