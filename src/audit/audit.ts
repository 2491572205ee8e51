/**
 * The platform tags that native files earn, what stops them at a stricter one, and what else is wrong with them, judged
 * from the files alone: nothing but `repairTag` depends on where libraries are looked for.
 */
import type { Baseline, Libc } from '../platform/index.ts';
import type { Finding } from '../support/finding.ts';
import type { Wheel } from '../wheel/index.ts';
import { claimsOf, type Claim } from './claims.ts';
import { evaluate } from './evaluate.ts';
import type { NativeFacts } from './facts.ts';
import type { Graft } from './graft.ts';
import type { FactsCache } from './libraries/facts-cache.ts';
import type { LibrarySource } from './libraries/request.ts';
import type { Link } from './links.ts';
import type { UnreachableLibrary } from './reach.ts';
import { applyRules } from './rules/index.ts';
import { sourceWithoutIsa, withoutIsa } from './isa.ts';
import type { Subject } from './subject.ts';
import { readSubject } from './subjects/open.ts';
import { wheelSubject } from './subjects/wheel.ts';
import { noSymbols } from './symbols.ts';
import type { SymbolOrigin } from './unversioned.ts';
import type { BaselineVerdict } from './verdict.ts';

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
  /** Do not ask for which processors files were built. Default false. */
  readonly ignoreIsa?: boolean;
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
  /** Every published baseline of the architecture: the same, unless others were given to judge by. */
  readonly published: readonly BaselineVerdict[];
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
  const evaluated =
    options.ignoreIsa === true
      ? await evaluate(withoutIsa(subject), ignoringIsa(options))
      : await evaluate(subject, options);
  const claimed = { ...evaluated, claims: claimsOf(evaluated) };
  return { ...claimed, findings: await applyRules(claimed) };
}

function ignoringIsa(options: AuditOptions): AuditOptions {
  const { libraries } = options;
  return libraries === undefined ? options : { ...options, libraries: sourceWithoutIsa(libraries) };
}

/** An audit before its rules are applied. */
export type Evaluation = Omit<Audit, 'findings'>;

/** An audit without the symbols of its files, which are most of it: for keeping hundreds. It cannot be judged anew. */
export function withoutSymbols<Kept extends Pick<Audit, 'subject' | 'natives'>>(audit: Kept): Kept {
  const slim = new Map(audit.subject.natives.map((facts) => [facts, withoutSymbolsOf(facts)]));
  return {
    ...audit,
    subject: { ...audit.subject, natives: [...slim.values()] },
    natives: audit.natives.map((native) => ({
      ...native,
      facts: slim.get(native.facts) ?? native.facts,
    })),
  };
}

function withoutSymbolsOf(facts: NativeFacts): NativeFacts {
  return facts.elf === undefined
    ? facts
    : { ...facts, elf: { ...facts.elf, symbols: noSymbols() } };
}
