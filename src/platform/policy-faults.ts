/**
 * Faults that tables of baselines are known to have, found by holding them against each other and against real distributions.
 *
 * A table that people edit inherits rows from other architectures: the published loongarch64 policies allow `GCC_4.4.0`,
 * which no LoongArch system has, and forbid `GCC_3.3.4`, which all have. PEP 600 wants every newer baseline to have what an
 * older one has.
 */
import type { Baseline } from './baselines.ts';
import { isAtLeast, type Distribution } from './distributions.ts';
import { compareVersionNames, isNumeric } from './version-names.ts';

/**
 * - `not-nested`: an older baseline has a version or library that this newer one lacks, or allows a symbol that it denies.
 * - `undefined-version`: the baseline promises a version that no known distribution defines.
 * - `forbidden-version`: every distribution of the baseline's libc and newer defines a version that the baseline leaves out
 *   though it has later ones of the same prefix.
 * - `absent-library`: the baseline promises a library that no known distribution has.
 */
export type PolicyFaultKind =
  'not-nested' | 'undefined-version' | 'forbidden-version' | 'absent-library';

/** One fault of one architecture's table. */
export interface PolicyFault {
  readonly kind: PolicyFaultKind;
  readonly baseline: string;
  readonly architecture: string;
  /** `GCC`; undefined when it is about a library. */
  readonly prefix?: string;
  /** `4.4.0` */
  readonly version?: string;
  readonly library?: string;
  readonly symbol?: string;
  /** What the table was held against, for people. */
  readonly evidence: string;
}

/** One baseline's table for one architecture, beside the older one and the systems that it speaks of. */
interface Row {
  readonly baseline: Baseline;
  readonly architecture: string;
  readonly older: Baseline | undefined;
  /** Every known system of the architecture and libc. */
  readonly systems: readonly Distribution[];
  /** Those of them with at least the baseline's libc. */
  readonly satisfying: readonly Distribution[];
}

/**
 * The faults of a set of baselines, by baseline and architecture. Architectures without known distributions, and musl, which
 * has no symbol versions, are only held against their own older baselines.
 */
export function policyFaults(
  baselines: readonly Baseline[],
  distributions: readonly Distribution[],
): readonly PolicyFault[] {
  return rowsOf(baselines, distributions).flatMap((row) => [
    ...nestingFaults(row),
    ...undefinedVersions(row),
    ...forbiddenVersions(row),
    ...absentLibraries(row),
  ]);
}

function rowsOf(baselines: readonly Baseline[], distributions: readonly Distribution[]): Row[] {
  const ordered = baselines.toSorted((one, other) =>
    isAtLeast(one.libcVersion, other.libcVersion) ? 1 : -1,
  );
  return ordered.flatMap((baseline, index) =>
    [...baseline.architectures.keys()].map((architecture) => {
      const systems = distributions.filter(
        (system) => system.architecture === architecture && system.libc === baseline.libc,
      );
      return {
        baseline,
        architecture,
        older: ordered
          .slice(0, index)
          .findLast(
            ({ libc, architectures }) => libc === baseline.libc && architectures.has(architecture),
          ),
        systems,
        satisfying: systems.filter(({ libcVersion }) =>
          isAtLeast(libcVersion, baseline.libcVersion),
        ),
      };
    }),
  );
}

function nestingFaults({ baseline, architecture, older }: Row): PolicyFault[] {
  if (older === undefined) return [];
  const place = { kind: 'not-nested', baseline: baseline.name, architecture } as const;
  const has = (prefix: string, version: string): boolean =>
    baseline.architectures.get(architecture)?.get(prefix)?.has(version) === true;
  const versions = [...(older.architectures.get(architecture) ?? [])].flatMap(([prefix, names]) =>
    [...names]
      .filter((version) => !has(prefix, version))
      .map((version) => ({ ...place, prefix, version, evidence: `${older.name} has it` })),
  );
  const libraries = [...older.libraries]
    .filter((library) => !baseline.libraries.has(library))
    .map((library) => ({ ...place, library, evidence: `${older.name} has it` }));
  const symbols = [...baseline.deniedSymbols].flatMap(([library, denied]) =>
    denied
      .filter((symbol) => older.libraries.has(library) && !isDenied(older, library, symbol))
      .map((symbol) => ({ ...place, library, symbol, evidence: `${older.name} allows it` })),
  );
  return [...versions, ...libraries, ...symbols];
}

function isDenied(baseline: Baseline, library: string, symbol: string): boolean {
  return baseline.deniedSymbols.get(library)?.includes(symbol) === true;
}

function undefinedVersions({ baseline, architecture, systems }: Row): PolicyFault[] {
  if (systems.length === 0 || baseline.libc === 'musl') return [];
  const promised = [...(baseline.architectures.get(architecture) ?? [])];
  return promised.flatMap(([prefix, versions]) =>
    [...versions]
      .filter((version) => !systems.some((system) => defines(system, prefix, version)))
      .map((version) => ({
        kind: 'undefined-version',
        baseline: baseline.name,
        architecture,
        prefix,
        version,
        evidence: `not defined on any of ${counted(systems)}`,
      })),
  );
}

function forbiddenVersions({ baseline, architecture, satisfying }: Row): PolicyFault[] {
  const [first, ...others] = satisfying;
  if (first === undefined) return [];
  const promised = [...(baseline.architectures.get(architecture) ?? [])];
  return promised.flatMap(([prefix, versions]) => {
    const newest = [...versions].filter(isNumeric).toSorted(compareVersionNames).at(-1);
    const common = [...(first.versions.get(prefix) ?? [])].filter(
      (version) => isNumeric(version) && others.every((system) => defines(system, prefix, version)),
    );
    return common
      .filter((version) => !versions.has(version))
      .filter((version) => newest !== undefined && compareVersionNames(version, newest) < 0)
      .map((version) => ({
        kind: 'forbidden-version',
        baseline: baseline.name,
        architecture,
        prefix,
        version,
        evidence: `defined on all of ${counted(satisfying)}`,
      }));
  });
}

function absentLibraries({ baseline, architecture, satisfying }: Row): PolicyFault[] {
  if (satisfying.length === 0) return [];
  return [...baseline.libraries]
    .filter((library) => satisfying.every(({ missingLibraries }) => missingLibraries.has(library)))
    .map((library) => ({
      kind: 'absent-library',
      baseline: baseline.name,
      architecture,
      library,
      evidence: `missing on all of ${counted(satisfying)}`,
    }));
}

function defines({ versions }: Distribution, prefix: string, version: string): boolean {
  return versions.get(prefix)?.has(version) === true;
}

/** `3 distributions (anolisos 23, debian 13, openeuler 24.03)`; a long list is cut. */
function counted(systems: readonly Distribution[]): string {
  const names = systems.slice(0, 3).map(({ name, version }) => `${name} ${version}`);
  const more = systems.length > names.length ? ', ...' : '';
  const noun = systems.length === 1 ? 'distribution' : 'distributions';
  return `${systems.length} ${noun} (${names.join(', ')}${more})`;
}
