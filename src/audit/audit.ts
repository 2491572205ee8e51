/**
 * The platform tags that native files earn, what stops them at a stricter one, and what else is wrong with them, judged
 * from the files alone: nothing but `repairTag` depends on where libraries are looked for.
 */
import { baselinesFor, type Baseline, type Libc } from '../platform/index.ts';
import type { Finding } from '../support/finding.ts';
import type { Wheel } from '../wheel/index.ts';
import { claimsOf, type Claim } from './claims.ts';
import type { NativeFacts } from './facts.ts';
import { graft, type Graft } from './graft.ts';
import { isLoader, libcOfFiles } from './libc.ts';
import type { FactsCache } from './libraries/facts-cache.ts';
import type { LibrarySource } from './libraries/request.ts';
import { linksOf, type Link } from './links.ts';
import { needsOf } from './needs.ts';
import { reachOf, unreachableLibraries, type UnreachableLibrary } from './reach.ts';
import { applyRules } from './rules/index.ts';
import type { Subject } from './subject.ts';
import { isOfSystems } from './system-libraries.ts';
import { bestVerdict, remainsOnceReachable, symbolVerdict } from './tags.ts';
import { resolveUnversioned, type SymbolOrigin } from './unversioned.ts';
import { judge, type BaselineVerdict } from './verdict.ts';
import { readSubject } from './subjects/open.ts';
import { wheelSubject } from './subjects/wheel.ts';

/** How to audit. */
export interface AuditOptions {
  /** Baselines to judge by in place of the published ones; those of other architectures and libcs are left out. */
  readonly baselines?: readonly Baseline[];
  /** Libraries that something else brings, such as another wheel: they count as provided. */
  readonly isExcluded?: (library: string) => boolean;
  /** Where libraries that the subject lacks are looked for; nowhere without. */
  readonly libraries?: LibrarySource;
  /** How much to read at once. */
  readonly jobs?: number;
  /** Files on disk that were read already; shared with the search for libraries. */
  readonly facts?: FactsCache;
}

/** A library that neither any baseline provides nor the subject carries. */
export interface ExternalLibrary {
  readonly name: string;
  readonly neededBy: readonly string[];
  /** Where a repair would take it from; undefined when it was found nowhere. */
  readonly resolvedPath: string | undefined;
}

/** One file with its place among the others. */
export interface AuditedNative {
  readonly facts: NativeFacts;
  readonly links: readonly Link[];
  /** The best tag by this file's own needs; undefined when it is not loadable. */
  readonly tag: string | undefined;
  /** Where system libraries define symbols that it wants without a version. */
  readonly origins: readonly SymbolOrigin[];
  /** Symbols that it wants without a version and that nothing known defines. */
  readonly unresolved: readonly string[];
}

/** Everything found out about a subject. */
export interface Audit {
  readonly subject: Subject;
  readonly natives: readonly AuditedNative[];
  /** Architecture of the loadable files; undefined without any, or when they differ. */
  readonly architecture: string | undefined;
  readonly architectures: readonly string[];
  readonly libc: Libc | undefined;
  /** The best tag of the files as they are; `linux_<arch>` when no baseline is met, undefined without architecture. */
  readonly overallTag: string | undefined;
  /** Other names of the same promise (`manylinux2014_x86_64`). */
  readonly aliases: readonly string[];
  /** The best tag by the symbol versions that the files name. */
  readonly symbolTag: string | undefined;
  /** What a repair would reach with the libraries found; undefined when one is not found. */
  readonly repairTag: string | undefined;
  /** Other names of that promise. */
  readonly repairAliases: readonly string[];
  readonly externalLibraries: readonly ExternalLibrary[];
  /** What a repair would take in; undefined when nothing is needed, or nowhere to look was given. */
  readonly graft: Graft | undefined;
  /** Libraries that the subject carries where the loader does not find them by itself. */
  readonly unreachable: readonly UnreachableLibrary[];
  /** Library to the versions needed of it, over all files; those that the subject carries are among them. */
  readonly versionedSymbols: Readonly<Record<string, readonly string[]>>;
  /** Every baseline of the architecture, the oldest first. */
  readonly verdicts: readonly BaselineVerdict[];
  /** The platform tags of the file name, held against the truth. */
  readonly claims: readonly Claim[];
  readonly findings: readonly Finding[];
}

/**
 * Audits a wheel, a native file or a folder of such.
 * @throws WheelworksError as {@link readSubject}.
 */
export async function auditPath(path: string, options: AuditOptions = {}): Promise<Audit> {
  const named = namedLibraries(options.baselines);
  const { jobs, facts } = options;
  return auditSubject(await readSubject(path, { jobs, facts, named }), options);
}

/** Audits an open wheel. @throws WheelworksError `zip/*` for a damaged archive. */
export async function auditWheel(wheel: Wheel, options: AuditOptions = {}): Promise<Audit> {
  const named = namedLibraries(options.baselines);
  return auditSubject(await wheelSubject(wheel, { jobs: options.jobs, named }), options);
}

/** Libraries whose symbols the given baselines list one by one. */
export function namedLibraries(baselines: readonly Baseline[] = []): ReadonlySet<string> {
  return new Set(baselines.flatMap(({ exports }) => [...(exports?.keys() ?? [])]));
}

/** Audits files that were read already. */
export async function auditSubject(subject: Subject, options: AuditOptions = {}): Promise<Audit> {
  const evaluated = await evaluate(subject, options);
  const claimed = { ...evaluated, claims: claimsOf(evaluated) };
  return { ...claimed, findings: await applyRules(claimed) };
}

/** An audit before its rules are applied. */
export type Evaluation = Omit<Audit, 'findings'>;

async function evaluate(
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
  const tables =
    options.baselines?.filter(
      (baseline) => baseline.libc === libc && baseline.architectures.has(sole),
    ) ?? baselinesFor(sole, libc);
  const verdicts = judge(needs, sole, tables);
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
            baselines: tables,
            folder: subject.folder,
            isExcluded,
          },
          options.libraries,
        );
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
    natives: subject.natives.map((facts) => ({
      facts,
      links: linksOf(facts, reach),
      tag: facts.loadable ? tagOfFile(facts.path, verdicts, { libc, linux }) : undefined,
      origins: unversioned.get(facts.path)?.origins ?? [],
      unresolved: unversioned.get(facts.path)?.unresolved ?? [],
    })),
  };
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
} as const;

function tagOfFile(
  path: string,
  verdicts: readonly BaselineVerdict[],
  { libc, linux }: { readonly libc: Libc; readonly linux: string },
): string {
  return bestVerdict(verdicts, libc, (blocker) => blocker.path === path)?.tag ?? linux;
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
