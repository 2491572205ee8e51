/** Judges a subject: what its files need, and which baselines have it. */
import { baselinesFor, type Baseline, type Libc } from '../platform/index.ts';
import { WheelworksError } from '../support/errors.ts';
import type { AuditOptions, Evaluation, ExternalLibrary } from './audit.ts';
import type { NativeFacts } from './facts.ts';
import { graft } from './graft.ts';
import { isLoader, libcOfFiles } from './libc.ts';
import { linksOf } from './links.ts';
import { needsOf } from './needs.ts';
import { reachOf, unreachableLibraries } from './reach.ts';
import type { Subject } from './subject.ts';
import { isOfSystems } from './system-libraries.ts';
import { bestVerdict, remainsOnceReachable, symbolVerdict } from './tags.ts';
import { resolveUnversioned } from './unversioned.ts';
import { judge, type BaselineVerdict } from './verdict.ts';

/** Reads nothing but the libraries that a source finds. */
export async function evaluate(
  subject: Subject,
  options: AuditOptions,
): Promise<Omit<Evaluation, 'claims'>> {
  const loadable = subject.natives.filter((native) => native.loadable);
  const reach = reachOf(loadable, subject.aliases);
  const architectures = [...new Set(loadable.flatMap(({ arch }) => arch ?? []))].sort();
  const sole = architectures.length === 1 ? architectures[0] : undefined;
  const base = {
    subject,
    architectures,
    unreachable: unreachableLibraries(loadable, reach, isOfSystems),
    versionedSymbols: mergeVersions(loadable),
  };
  if (sole === undefined) {
    const natives = subject.natives.map((facts) => ({
      facts,
      links: linksOf(facts, reach),
      tag: undefined,
      origins: [],
      unresolved: [],
    }));
    return { ...base, ...UNJUDGED, natives };
  }
  const libc = libcOfFiles(loadable);
  const isExcluded = options.isExcluded ?? (() => false);
  const unversioned = await resolveUnversioned(loadable, sole, libc);
  const needs = loadable.flatMap((native) =>
    native.elf === undefined
      ? []
      : [
          needsOf(native, native.elf, {
            reach,
            origins: unversioned.get(native.path)?.origins ?? [],
            isExcluded,
          }),
        ],
  );
  const published = judge(needs, sole, baselinesFor(sole, libc));
  const tables = fittingBaselines(options.baselines, { subject, architecture: sole, libc });
  const verdicts = tables === undefined ? published : judge(needs, sole, tables);
  const linux = `linux_${sole}`;
  const best = bestVerdict(verdicts, libc);
  const external = neverProvided(verdicts);
  const repaired =
    external.length === 0 ? bestVerdict(verdicts, libc, remainsOnceReachable) : undefined;
  const grafted =
    external.length === 0 || options.libraries === undefined
      ? undefined
      : await graft(
          {
            natives: loadable,
            reach,
            architecture: sole,
            libc,
            baselines: tables ?? baselinesFor(sole, libc),
            folder: subject.folder,
            isExcluded,
          },
          options.libraries,
        );
  const tagOf = fileTags(verdicts, { libc, linux });
  const repairTag = external.length === 0 ? (repaired?.tag ?? linux) : grafted?.tag;
  return {
    ...base,
    architecture: sole,
    libc,
    overallTag: best?.tag ?? linux,
    aliases: aliasesOf(best, sole),
    symbolTag: symbolVerdict(loadable, verdicts, { architecture: sole, libc })?.tag ?? linux,
    repairTag,
    repairAliases: aliasesOf(
      verdicts.find(({ tag }) => tag === repairTag),
      sole,
    ),
    externalLibraries: external.map(({ name, neededBy }) => ({
      name,
      neededBy,
      resolvedPath: grafted?.links.find((link) => link.name === name && link.to !== undefined)?.to
        ?.path,
    })),
    graft: grafted,
    verdicts,
    published,
    natives: subject.natives.map((facts) => ({
      facts,
      links: linksOf(facts, reach),
      tag: facts.loadable ? tagOf(facts.path) : undefined,
      origins: unversioned.get(facts.path)?.origins ?? [],
      unresolved: unversioned.get(facts.path)?.unresolved ?? [],
    })),
  };
}

/** The given baselines for these files; undefined when none were given. @throws WheelworksError `audit/no-fitting-baseline`. */
function fittingBaselines(
  baselines: readonly Baseline[] | undefined,
  {
    subject,
    architecture,
    libc,
  }: { readonly subject: Subject; readonly architecture: string; readonly libc: Libc },
): readonly Baseline[] | undefined {
  const fitting = baselines?.filter(
    (baseline) => baseline.libc === libc && baseline.architectures.has(architecture),
  );
  if (fitting?.length !== 0) return fitting;
  throw new WheelworksError(
    'audit/no-fitting-baseline',
    `None of the given baselines is for ${architecture} and ${libc}, as the native files are.`,
    {
      path: subject.path,
      evidence: (baselines ?? [])
        .map(
          ({ name, libc: theirs, architectures }) =>
            `${name}: ${theirs}, ${[...architectures.keys()].join(' ')}`,
        )
        .join('; '),
      hint: 'Give the baseline that was derived for that architecture and C library.',
    },
  );
}

function aliasesOf(verdict: BaselineVerdict | undefined, architecture: string): readonly string[] {
  return verdict?.baseline.aliases.map((alias) => `${alias}_${architecture}`) ?? [];
}

const UNJUDGED = {
  architecture: undefined,
  libc: undefined,
  overallTag: undefined,
  aliases: [],
  symbolTag: undefined,
  repairTag: undefined,
  repairAliases: [],
  externalLibraries: [],
  graft: undefined,
  verdicts: [],
  published: [],
} as const;

/** The best tag of a file by itself, by its path. */
function fileTags(
  verdicts: readonly BaselineVerdict[],
  { libc, linux }: { readonly libc: Libc; readonly linux: string },
): (path: string) => string {
  const stopped = new Map(
    verdicts.map((verdict) => [verdict, new Set(verdict.blockers.map(({ path }) => path))]),
  );
  const ordered = libc === 'musl' ? verdicts.toReversed() : verdicts;
  return (path) =>
    ordered.find((verdict) => stopped.get(verdict)?.has(path) !== true)?.tag ?? linux;
}

function mergeVersions(
  natives: readonly NativeFacts[],
): Readonly<Record<string, readonly string[]>> {
  const merged = new Map<string, Set<string>>();
  for (const { elf } of natives) {
    for (const [library, names] of Object.entries(elf?.versions ?? {})) {
      if (isLoader(library)) continue;
      const known = merged.get(library) ?? new Set();
      for (const name of names) known.add(name);
      merged.set(library, known);
    }
  }
  return Object.fromEntries(
    [...merged].sort(byKey).map(([library, names]) => [library, [...names].sort()]),
  );
}

/** Libraries that block at every baseline, and that the subject does not carry. */
function neverProvided(
  verdicts: readonly BaselineVerdict[],
): readonly Omit<ExternalLibrary, 'resolvedPath'>[] {
  const newest = verdicts.at(-1);
  const neededBy = new Map<string, Set<string>>();
  for (const { kind, library, path, carried } of newest?.blockers ?? []) {
    if (kind !== 'library' || library === undefined || carried === true) continue;
    neededBy.set(library, (neededBy.get(library) ?? new Set()).add(path));
  }
  return [...neededBy].sort(byKey).map(([name, paths]) => ({ name, neededBy: [...paths].sort() }));
}

function byKey([left]: readonly [string, unknown], [right]: readonly [string, unknown]): number {
  return left < right ? -1 : 1;
}
