/**
 * Where the published tables are wrong: corrections with their reasons (data/corrections.json), and how they are applied.
 *
 * The tables themselves stay as their source has them, so that a new version of the source can be taken over and compared.
 */
import type { Baseline, Libc } from './baselines.ts';
import table from './data/corrections.json' with { type: 'json' };

/** A change to the symbol versions of one architecture's baselines. */
export interface VersionCorrection {
  readonly architecture: string;
  readonly libc: Libc;
  /** The libc of the first baseline it holds for; it holds for all newer ones too. */
  readonly since: readonly [number, number];
  readonly prefix: string;
  readonly add: readonly string[];
  readonly remove: readonly string[];
  readonly reason: string;
  readonly source: string;
}

/** Libraries that the tables promise on architectures that have none. */
export interface LibraryCorrection {
  readonly architectures: readonly string[];
  readonly libc: Libc;
  readonly remove: readonly string[];
  readonly reason: string;
  readonly source: string;
}

/** Every correction of a symbol version. */
export const versionCorrections: readonly VersionCorrection[] = table.versions.map((record) => ({
  ...record,
  libc: libcOf(record.libc),
  since: [record.since[0] ?? 0, record.since[1] ?? 0],
}));

/** Every correction of a library list. */
export const libraryCorrections: readonly LibraryCorrection[] = table.libraries.map((record) => ({
  ...record,
  libc: libcOf(record.libc),
}));

/** A baseline with the symbol versions that its systems really have. */
export function correctedBaseline(baseline: Baseline): Baseline {
  const changes = versionCorrections.filter(
    ({ libc, since: [major, minor] }) =>
      libc === baseline.libc &&
      (baseline.libcVersion[0] > major ||
        (baseline.libcVersion[0] === major && baseline.libcVersion[1] >= minor)),
  );
  if (changes.length === 0) return baseline;
  return {
    ...baseline,
    architectures: new Map(
      [...baseline.architectures].map(([architecture, prefixes]) => [
        architecture,
        correctedPrefixes(
          prefixes,
          changes.filter((change) => change.architecture === architecture),
        ),
      ]),
    ),
  };
}

/**
 * The sonames that a wheel of an architecture may need of a baseline without carrying them: `libraries` without those that
 * the architecture never had, which the list, being one for all of them, cannot say.
 */
export function librariesFor(baseline: Baseline, architecture: string): ReadonlySet<string> {
  const absent = new Set(
    libraryCorrections
      .filter(({ libc, architectures }) => {
        return libc === baseline.libc && architectures.includes(architecture);
      })
      .flatMap(({ remove }) => remove),
  );
  return new Set([...baseline.libraries].filter((library) => !absent.has(library)));
}

/** What a fault is about: a version of a prefix, or a library. */
export interface FaultSubject {
  readonly architecture: string;
  readonly prefix?: string;
  readonly version?: string;
  readonly library?: string;
}

/** The correction that takes care of a fault of the published tables; undefined when there is none. */
export function correctionOf(
  fault: FaultSubject,
): VersionCorrection | LibraryCorrection | undefined {
  const { architecture, prefix, version, library } = fault;
  if (version !== undefined)
    return versionCorrections.find(
      (change) =>
        change.architecture === architecture &&
        change.prefix === prefix &&
        (change.add.includes(version) || change.remove.includes(version)),
    );
  return libraryCorrections.find(
    (change) =>
      library !== undefined &&
      change.architectures.includes(architecture) &&
      change.remove.includes(library),
  );
}

function correctedPrefixes(
  prefixes: ReadonlyMap<string, ReadonlySet<string>>,
  changes: readonly VersionCorrection[],
): ReadonlyMap<string, ReadonlySet<string>> {
  const corrected = new Map(prefixes);
  for (const { prefix, add, remove } of changes) {
    const versions = [...(corrected.get(prefix) ?? [])].filter(
      (version) => !remove.includes(version),
    );
    corrected.set(prefix, new Set([...versions, ...add]));
  }
  return corrected;
}

function libcOf(name: string): Libc {
  return name === 'musl' ? 'musl' : 'glibc';
}
