/** An audit as the plain data of `audit --json`; docs/json.md describes it. */
import type { Finding } from '../support/finding.ts';
import { groupBy } from '../support/group-by.ts';
import type { Audit, AuditedNative } from './audit.ts';
import { explainTag, type Explanation } from './explain.ts';
import type { SubjectKind } from './subject.ts';
import { loosestBlockers } from './tags.ts';
import type { Blocker } from './verdict.ts';

/** One audited input. */
export interface AuditReport {
  readonly path: string;
  readonly kind: SubjectKind;
  readonly claimedTags: readonly string[];
  readonly overallTag: string | null;
  readonly symbolTag: string | null;
  readonly repairTag: string | null;
  /** Other names of `overallTag`. */
  readonly aliases: readonly string[];
  /** Null when no claim is a Linux baseline's. */
  readonly claimHolds: boolean | null;
  readonly claims: readonly { readonly tag: string; readonly holds: boolean | null }[];
  readonly architecture: string | null;
  readonly libc: string | null;
  readonly externalLibraries: readonly ReportedLibrary[];
  readonly grafted: readonly ReportedGraft[] | null;
  /** Libraries that grafting would take and that were found nowhere, those of grafted ones included. */
  readonly graftMissing: readonly { readonly name: string; readonly neededBy: readonly string[] }[];
  readonly versionedSymbols: Readonly<Record<string, readonly string[]>>;
  readonly natives: readonly ReportedNative[];
  /** What was asked for with `--explain`; a tag that no baseline has explains nothing. */
  readonly explanations?: readonly Explanation[];
  readonly findings: readonly Finding[];
}

/** A library that the subject neither carries nor may expect. */
export interface ReportedLibrary {
  readonly name: string;
  readonly resolvedPath: string | null;
  readonly neededBy: readonly string[];
}

/** A library that a repair would take in. */
export interface ReportedGraft {
  readonly name: string;
  readonly path: string;
  readonly size: number;
  readonly neededBy: readonly string[];
  readonly tag: string;
}

/** One native file. */
export interface ReportedNative {
  readonly path: string;
  readonly format: string;
  readonly size: number;
  readonly arch: string | null;
  readonly abi: AuditedAbi | null;
  readonly needed: readonly string[];
  readonly links: AuditedNative['links'];
  readonly soname: string | null;
  readonly rpath: readonly string[];
  readonly runpath: readonly string[];
  readonly tag: string | null;
  /** Each under the loosest baseline it stops; every stricter one is stopped too. */
  readonly blockers: readonly Omit<Blocker, 'path'>[];
  readonly problem?: { readonly code: string; readonly message: string };
}

/** What a file says of the calling convention it was compiled for. */
export interface AuditedAbi {
  readonly class: 32 | 64;
  readonly byteOrder: 'little' | 'big';
  readonly float: string | null;
  readonly libc: string | null;
  readonly isaLevel: string | null;
  readonly riscvArch: string | null;
}

/** Turns an audit into plain data; nothing in it refers to the audit's own maps. */
export function auditReport(audit: Audit, explain: readonly string[] = []): AuditReport {
  const { subject, claims } = audit;
  const judged = claims.filter(({ holds }) => holds !== undefined);
  const blockers = groupBy(loosestBlockers(audit.verdicts), ({ path }) => path);
  return {
    path: subject.path,
    kind: subject.kind,
    claimedTags: subject.tags?.platforms ?? [],
    overallTag: audit.overallTag ?? null,
    symbolTag: audit.symbolTag ?? null,
    repairTag: audit.repairTag ?? null,
    aliases: audit.aliases,
    claimHolds: judged.length === 0 ? null : judged.every(({ holds }) => holds),
    claims: claims.map(({ tag, holds }) => ({ tag, holds: holds ?? null })),
    architecture: audit.architecture ?? null,
    libc: audit.libc ?? null,
    externalLibraries: audit.externalLibraries.map(({ name, resolvedPath, neededBy }) => ({
      name,
      resolvedPath: resolvedPath ?? null,
      neededBy,
    })),
    grafted:
      audit.graft?.libraries.map(({ name, path, size, neededBy, ownTag }) => ({
        name,
        path,
        size,
        neededBy,
        tag: ownTag,
      })) ?? null,
    graftMissing: audit.graft?.missing.map(({ name, neededBy }) => ({ name, neededBy })) ?? [],
    versionedSymbols: audit.versionedSymbols,
    natives: audit.natives.map((native) =>
      reportNative(native, blockers.get(native.facts.path) ?? []),
    ),
    ...(explain.length === 0
      ? {}
      : { explanations: explain.flatMap((tag) => explainTag(audit, tag) ?? []) }),
    findings: audit.findings,
  };
}

function reportNative(
  { facts, links, tag }: AuditedNative,
  blockers: readonly Blocker[],
): ReportedNative {
  const { elf, problem } = facts;
  return {
    path: facts.path,
    format: facts.format,
    size: facts.size,
    arch: facts.arch ?? null,
    abi: elf === undefined ? null : abiOf(elf),
    needed: elf?.needed ?? [],
    links,
    soname: elf?.soname ?? null,
    rpath: elf?.rpath ?? [],
    runpath: elf?.runpath ?? [],
    tag: tag ?? null,
    blockers: blockers.map(({ path: _path, ...blocker }) => blocker),
    ...(problem === undefined ? {} : { problem: { code: problem.code, message: problem.message } }),
  };
}

function abiOf(elf: NonNullable<AuditedNative['facts']['elf']>): AuditedAbi {
  const { abi } = elf;
  return {
    class: elf.class,
    byteOrder: elf.byteOrder,
    float: abi !== undefined && 'float' in abi ? (abi.float ?? null) : null,
    libc: elf.libc ?? null,
    isaLevel: elf.isaLevel ?? null,
    riscvArch: elf.riscvArch ?? null,
  };
}
