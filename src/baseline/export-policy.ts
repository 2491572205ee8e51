/**
 * Baselines as auditwheel's policy records, as its manylinux-policy.json and musllinux-policy.json have them.
 *
 * auditwheel refuses tables in which a newer policy lacks what an older one has (PEP 600). Where baselines are not nested, what
 * the newer one lacks is therefore withheld from the older, which makes a policy stricter and never wrong.
 */
import {
  compareVersionNames,
  libraryCorrections,
  type Baseline,
  type Libc,
} from '../platform/index.ts';
import { WheelworksError } from '../support/errors.ts';
import { byCodeUnit } from './model.ts';
import { isGlibcLoader } from './roots/find-libraries.ts';
import type { PolicyRecord } from './schema.ts';

/** The records, and what the format could not take. */
export interface PolicyExport {
  /** `linux`, which auditwheel needs, and one for each libc version, the oldest first. */
  readonly records: readonly PolicyRecord[];
  readonly withheld: readonly WithheldEntry[];
}

/** Something a baseline promises and its record does not. */
export interface WithheldEntry {
  readonly policy: string;
  readonly architecture?: string;
  readonly library?: string;
  /** `GLIBC_2.34` */
  readonly version?: string;
  readonly reason: string;
}

const LINUX: PolicyRecord = {
  name: 'linux',
  aliases: [],
  priority: 0,
  symbol_versions: {},
  lib_whitelist: [],
  blacklist: {},
};

const FAMILIES: Readonly<Record<Libc, string>> = { glibc: 'manylinux', musl: 'musllinux' };

/**
 * The policies of baselines of one libc. A record has the name of the tag that its baseline stands for (`manylinux_2_38`),
 * because auditwheel makes tags of names; baselines of several architectures that have one libc version share a record.
 * @throws WheelworksError `baseline/export-mixed` for baselines of both libcs or none, `baseline/export-conflict` for two of one libc version and architecture.
 */
export function exportPolicy(baselines: readonly Baseline[]): PolicyExport {
  const libcs = new Set(baselines.map(({ libc }) => libc));
  if (libcs.size !== 1)
    throw new WheelworksError(
      'baseline/export-mixed',
      baselines.length === 0
        ? 'There is no baseline to export.'
        : 'A policy file holds baselines of glibc or of musl, not of both.',
      { hint: 'Export the baselines of each C library to a file of their own.' },
    );
  const withheld: WithheldEntry[] = [];
  const groups = new Map<string, Baseline[]>();
  for (const baseline of baselines) {
    const name = policyName(baseline);
    groups.set(name, [...(groups.get(name) ?? []), baseline]);
  }
  const records = [...groups]
    .sort(([, [one]], [, [other]]) => compareAge(one, other))
    .map(([name, group]) => recordOf(name, group, withheld));
  return { records: [LINUX, ...nest(records, withheld)], withheld };
}

function policyName({ libc, libcVersion }: Baseline): string {
  return `${FAMILIES[libc]}_${libcVersion.join('_')}`;
}

function compareAge(one: Baseline | undefined, other: Baseline | undefined): number {
  const [a = 0, b = 0] = one?.libcVersion ?? [];
  const [c = 0, d = 0] = other?.libcVersion ?? [];
  return a - c || b - d;
}

function recordOf(
  name: string,
  group: readonly Baseline[],
  withheld: WithheldEntry[],
): PolicyRecord {
  const [first] = group;
  const architectures = new Map<string, ReadonlyMap<string, ReadonlySet<string>>>();
  for (const baseline of group) {
    for (const [architecture, prefixes] of baseline.architectures) {
      if (architectures.has(architecture))
        throw new WheelworksError(
          'baseline/export-conflict',
          `Two baselines would be ${name}_${architecture}.`,
          {
            evidence: group.map((each) => each.name).join(', '),
            hint: 'Derive one baseline from the roots of both: it has what they have in common.',
          },
        );
      architectures.set(architecture, prefixes);
    }
  }
  return {
    name,
    aliases: [...new Set(group.flatMap(({ aliases }) => aliases))],
    priority: priorityOf(first?.libc ?? 'glibc', first?.libcVersion[1] ?? 0),
    symbol_versions: Object.fromEntries(
      [...architectures]
        .sort(([one], [other]) => byCodeUnit(one, other))
        .map(([architecture, prefixes]) => [architecture, versionsOf(prefixes)]),
    ),
    lib_whitelist: commonLibraries(name, group, withheld),
    blacklist: Object.fromEntries(
      [...new Set(group.flatMap(({ deniedSymbols }) => [...deniedSymbols.keys()]))]
        .sort(byCodeUnit)
        .map((library) => [library, deniedOf(group, library)]),
    ),
  };
}

function versionsOf(
  prefixes: ReadonlyMap<string, ReadonlySet<string>>,
): Readonly<Record<string, string[]>> {
  return Object.fromEntries(
    [...prefixes]
      .sort(([one], [other]) => byCodeUnit(one, other))
      .map(([prefix, versions]) => [prefix, [...versions].sort(compareVersionNames)]),
  );
}

/**
 * One list serves all architectures of a record: it can only have what all of them have, but for libraries that an architecture
 * never had, which no file of it can need.
 */
function commonLibraries(
  policy: string,
  group: readonly Baseline[],
  withheld: WithheldEntry[],
): string[] {
  const all = new Set(group.flatMap(({ libraries }) => [...libraries]));
  const names = [...all].filter((library) => !isGlibcLoader(library)).sort(byCodeUnit);
  return names.filter((library) => {
    const lacking = group.flatMap((baseline) =>
      baseline.libraries.has(library)
        ? []
        : [...baseline.architectures.keys()].filter((architecture) =>
            isExpected(baseline.libc, architecture, library),
          ),
    );
    if (lacking.length === 0) return true;
    withheld.push({ policy, library, reason: `${lacking.join(', ')} has it not` });
    return false;
  });
}

function isExpected(libc: Libc, architecture: string, library: string): boolean {
  return !libraryCorrections.some(
    (correction) =>
      correction.libc === libc &&
      correction.architectures.includes(architecture) &&
      correction.remove.includes(library),
  );
}

function deniedOf(group: readonly Baseline[], library: string): string[] {
  const symbols = group.flatMap(({ deniedSymbols }) => deniedSymbols.get(library) ?? []);
  return [...new Set(symbols)].sort(byCodeUnit);
}

/** From the newest to the oldest, each without what the next newer one lacks. */
function nest(records: readonly PolicyRecord[], withheld: WithheldEntry[]): PolicyRecord[] {
  const nested: PolicyRecord[] = [];
  let limit: Limit | undefined;
  for (const record of records.toReversed()) {
    const kept = limit === undefined ? record : within(record, limit, withheld);
    nested.unshift(kept);
    limit = narrowed(limit, kept);
  }
  return nested;
}

/** What the newer records have, where they speak of it. */
interface Limit {
  readonly newer: string;
  readonly libraries: ReadonlySet<string>;
  /** By `architecture prefix`. */
  readonly versions: ReadonlyMap<string, ReadonlySet<string>>;
}

function narrowed(limit: Limit | undefined, record: PolicyRecord): Limit {
  const versions = new Map(limit?.versions);
  for (const [architecture, prefixes] of Object.entries(record.symbol_versions))
    for (const [prefix, names] of Object.entries(prefixes))
      versions.set(`${architecture} ${prefix}`, new Set(names));
  return { newer: record.name, libraries: new Set(record.lib_whitelist), versions };
}

function within(record: PolicyRecord, limit: Limit, withheld: WithheldEntry[]): PolicyRecord {
  const { name: policy } = record;
  const reason = `${limit.newer}, which is newer, has it not`;
  return {
    ...record,
    lib_whitelist: record.lib_whitelist.filter((library) => {
      if (limit.libraries.has(library)) return true;
      withheld.push({ policy, library, reason });
      return false;
    }),
    symbol_versions: Object.fromEntries(
      Object.entries(record.symbol_versions).map(([architecture, prefixes]) => [
        architecture,
        Object.fromEntries(
          Object.entries(prefixes).map(([prefix, versions]) => {
            const allowed = limit.versions.get(`${architecture} ${prefix}`);
            const isKept = (version: string): boolean => {
              if (allowed === undefined || allowed.has(version)) return true;
              withheld.push({ policy, architecture, version: `${prefix}_${version}`, reason });
              return false;
            };
            return [prefix, versions.filter(isKept)];
          }),
        ),
      ]),
    ),
  };
}

/**
 * Points of auditwheel's own table, glibc 2.minor to priority, so that records can stand beside its own: higher is older. From 2.27 on
 * it is 92 less the minor number.
 */
const PRIORITIES = [
  [0, 107],
  [5, 100],
  [12, 90],
  [17, 80],
  [24, 70],
  [26, 68],
  [27, 65],
] as const;

const OLDEST_MUSL_PRIORITY = 110;

function priorityOf(libc: Libc, minor: number): number {
  if (libc === 'musl') return Math.max(1, OLDEST_MUSL_PRIORITY - 10 * minor);
  const above = PRIORITIES.findIndex(([point]) => point >= minor);
  const [to, toPriority] = PRIORITIES[above] ?? [0, 0];
  const [from, fromPriority] = PRIORITIES[above - 1] ?? [to, toPriority];
  if (above === -1) return Math.max(1, 92 - minor);
  if (to === from) return toPriority;
  const share = (minor - from) / (to - from);
  return Math.round(fromPriority + share * (toPriority - fromPriority));
}
