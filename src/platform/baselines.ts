/**
 * The baselines that a Linux platform tag promises: manylinux (PEP 600, glibc) and musllinux (PEP 656).
 *
 * The tables are data with their source named inside; scripts/update-policies.py makes them again. Where they are known to
 * be wrong, corrections.ts changes them.
 */
import { correctedBaseline } from './corrections.ts';
import manylinux from './data/manylinux.json' with { type: 'json' };
import musllinux from './data/musllinux.json' with { type: 'json' };

export type Libc = 'glibc' | 'musl';

/** What every system that satisfies a tag provides. */
export interface Baseline {
  /** `manylinux_2_17`, without the architecture. */
  readonly name: string;
  /** Legacy names of the same promise: `manylinux2014` (PEP 599), `manylinux2010` (PEP 571), `manylinux1` (PEP 513). */
  readonly aliases: readonly string[];
  readonly libc: Libc;
  readonly libcVersion: readonly [number, number];
  /** Architecture to symbol-version prefix (`GLIBC`) to the versions provided (`2.17`). */
  readonly architectures: ReadonlyMap<string, ReadonlyMap<string, ReadonlySet<string>>>;
  /** Sonames that a wheel may need without carrying them. */
  readonly libraries: ReadonlySet<string>;
  /** Soname to symbols that not every system's copy of it exports. */
  readonly deniedSymbols: ReadonlyMap<string, readonly string[]>;
  /**
   * Soname to version (`GLIBC_2.17`; empty for symbols without one) to the symbols that every system exports under it.
   * Undefined when only version names are known, as in the published policies.
   */
  readonly exports?: ReadonlyMap<string, ReadonlyMap<string, ReadonlySet<string>>>;
}

interface BaselineRecord {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly libc: string;
  readonly libcVersion: readonly number[];
  readonly architectures: Readonly<
    Record<string, Readonly<Record<string, readonly string[] | undefined>>>
  >;
  readonly libraries: readonly string[];
  readonly deniedSymbols: Readonly<Record<string, readonly string[] | undefined>>;
}

/** The baselines exactly as auditwheel publishes them, faults included. The oldest first within each libc. */
export const publishedBaselines: readonly Baseline[] = [
  ...manylinux.baselines,
  ...musllinux.baselines,
].map(fromRecord);

/** Every known baseline, corrected; the oldest (which the most systems satisfy) first within each libc. */
export const baselines: readonly Baseline[] = publishedBaselines.map(correctedBaseline);

/** The baselines that exist for an architecture and libc, the oldest first. */
export function baselinesFor(architecture: string, libc: Libc): readonly Baseline[] {
  return baselines.filter(
    (baseline) => baseline.libc === libc && baseline.architectures.has(architecture),
  );
}

function fromRecord(record: BaselineRecord): Baseline {
  const [major = 0, minor = 0] = record.libcVersion;
  return {
    name: record.name,
    aliases: record.aliases,
    libc: record.libc === 'musl' ? 'musl' : 'glibc',
    libcVersion: [major, minor],
    architectures: new Map(
      Object.entries(record.architectures).map(([architecture, prefixes]) => [
        architecture,
        new Map(Object.entries(prefixes).map(([prefix, versions]) => [prefix, new Set(versions)])),
      ]),
    ),
    libraries: new Set(record.libraries),
    deniedSymbols: new Map(
      Object.entries(record.deniedSymbols).map(([library, symbols]) => [library, symbols ?? []]),
    ),
  };
}
