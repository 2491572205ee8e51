/**
 * The known Linux distributions: which libc and which versions of the allow-listed libraries each release has, by
 * architecture, and until when it is supported.
 *
 * glibc ones are read out of their container images (data/distributions.json, made by scripts/update-distributions.py);
 * musl ones are a small table (data/musl-distributions.json). Few commands need them, so they are loaded when asked for.
 */
import type { Baseline, Libc } from './baselines.ts';
import type glibcJson from './data/distributions.json';
import type muslJson from './data/musl-distributions.json';

/** One release of a distribution on one architecture. */
export interface Distribution {
  /** `debian` */
  readonly name: string;
  /** `12`, `24.04`, `testing` */
  readonly version: string;
  readonly architecture: string;
  readonly libc: Libc;
  readonly libcVersion: readonly [number, number];
  /** Prefix (`GLIBC`) to the versions that its libraries define. Empty for musl, which has none. */
  readonly versions: ReadonlyMap<string, ReadonlySet<string>>;
  /** Allow-listed sonames that cannot be installed from its own packages. */
  readonly missingLibraries: ReadonlySet<string>;
  readonly support: DistributionSupport;
  /** True for a build image (`manylinux` `2_28`), which shows what an old system had but is none that wheels run on. */
  readonly buildImage: boolean;
}

/** Ends of support as days, `2028-06-30`; what the source does not know is undefined. */
export interface DistributionSupport {
  readonly general?: string;
  /** Of the free long-term support. */
  readonly longTerm?: string;
  /** Of the long-term support that must be paid for. */
  readonly paid?: string;
  /** It has no releases, so what it has changes. */
  readonly rolling?: boolean;
}

interface GlibcRecord {
  readonly name: string;
  readonly version: string;
  readonly support: DistributionSupport;
  readonly missingLibraries?: readonly string[];
  readonly systems: Readonly<Record<string, SystemRecord | undefined>>;
}

interface SystemRecord {
  readonly libc: string;
  /** By prefix: the place of its set of versions in the table. */
  readonly sets: readonly number[];
}

/** Every known distribution, by libc, name, version and architecture. */
export async function loadDistributions(): Promise<readonly Distribution[]> {
  const [glibc, musl] = await Promise.all([
    import('./data/distributions.json', { with: { type: 'json' } }),
    import('./data/musl-distributions.json', { with: { type: 'json' } }),
  ]);
  return [...glibcSystems(glibc.default), ...muslSystems(musl.default)];
}

/**
 * Of some distributions, those that satisfy a baseline on an architecture: all symbol versions of the baseline are defined
 * there, or, for musl, its libc is at least the baseline's. Build images are left out. Libraries that a release does not
 * package are its `missingLibraries`: a wheel that needs none of them runs there all the same.
 */
export function distributionsFor(
  baseline: Baseline,
  architecture: string,
  distributions: readonly Distribution[],
): readonly Distribution[] {
  const wanted = baseline.architectures.get(architecture);
  if (wanted === undefined) return [];
  return distributions.filter(
    (distribution) =>
      !distribution.buildImage &&
      distribution.architecture === architecture &&
      distribution.libc === baseline.libc &&
      isAtLeast(distribution.libcVersion, baseline.libcVersion) &&
      definesAll(distribution, wanted),
  );
}

/** Whether a version of two numbers is another one or newer. */
export function isAtLeast(
  version: readonly [number, number],
  other: readonly [number, number],
): boolean {
  return version[0] > other[0] || (version[0] === other[0] && version[1] >= other[1]);
}

function definesAll(
  { versions }: Distribution,
  wanted: ReadonlyMap<string, ReadonlySet<string>>,
): boolean {
  return [...wanted].every(([prefix, names]) => {
    const defined = versions.get(prefix);
    return [...names].every((name) => defined?.has(name) === true);
  });
}

function* glibcSystems(table: typeof glibcJson): Iterable<Distribution> {
  const records: readonly GlibcRecord[] = table.distributions;
  const unported: Readonly<Record<string, readonly string[] | undefined>> = table.unportedLibraries;
  // Systems of one set share it: 292 of them would otherwise hold the same names again.
  const sets = table.sets.map((texts) => texts.map((text) => new Set(words(text))));
  for (const { name, version, support, missingLibraries = [], systems } of records) {
    for (const [architecture, system] of Object.entries(systems)) {
      if (system === undefined) continue;
      const places = table.prefixes.map((prefix, index) => {
        return [prefix, sets[index]?.[system.sets[index] ?? -1] ?? new Set<string>()] as const;
      });
      yield {
        name,
        version,
        architecture,
        libc: 'glibc',
        libcVersion: twoNumbers(system.libc),
        versions: new Map(places),
        missingLibraries: new Set([...missingLibraries, ...(unported[architecture] ?? [])]),
        support,
        buildImage: name === 'manylinux',
      };
    }
  }
}

function* muslSystems(table: typeof muslJson): Iterable<Distribution> {
  const ports: Readonly<Record<string, readonly string[] | undefined>> = table.ports;
  for (const record of table.distributions) {
    for (const architecture of ports[record.ports] ?? []) {
      yield {
        name: record.name,
        version: record.version,
        architecture,
        libc: 'musl',
        libcVersion: twoNumbers(record.musl),
        versions: new Map(),
        missingLibraries: new Set(),
        support: record.support,
        buildImage: false,
      };
    }
  }
}

function words(text: string): string[] {
  return text === '' ? [] : text.split(' ');
}

function twoNumbers(text: string): readonly [number, number] {
  const [major = 0, minor = 0] = text.split('.').map(Number);
  return [major, minor];
}
