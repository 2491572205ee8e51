/** A repair as the plain data of `repair --json`; docs/json.md describes it. */
import { formatTag } from '../../packaging/index.ts';
import type { PlannedGraft, RepairPlan, RepairResult } from '../../repair/index.ts';
import type { Finding } from '../../support/finding.ts';

/** One wheel of `repair --json`. */
export interface RepairReport {
  readonly path: string;
  /** Null in a dry run. */
  readonly output: string | null;
  readonly outputSha256: string | null;
  readonly size: number | null;
  readonly filename: string;
  readonly changed: boolean;
  readonly tags: readonly string[];
  readonly grafted: readonly GraftReport[];
  /** Members of the wheel whose native code was edited. */
  readonly patched: readonly string[];
  /** Members that were copied as they were; null in a dry run. */
  readonly unchanged: number | null;
  readonly excluded: readonly string[];
  readonly findings: readonly Finding[];
}

/** One library that was taken in. */
export interface GraftReport {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  /** Of the file in the wheel; in a dry run null. */
  readonly sha256: string | null;
  /** Of the file it is made from. */
  readonly sourceSha256: string;
  readonly size: number;
  readonly neededBy: readonly string[];
  readonly package: {
    readonly name: string;
    readonly version: string;
    readonly purl: string;
  } | null;
}

/** What a repair did. */
export function repairReport(result: RepairResult): RepairReport {
  const { plan, shipped } = result;
  return {
    ...planReport(plan, shipped),
    path: result.path,
    output: result.output,
    outputSha256: result.outputSha256,
    size: result.size,
    filename: result.filename,
    unchanged: result.unchangedMembers,
    findings: result.findings,
  };
}

/** What a repair would do. */
export function planReport(
  plan: RepairPlan,
  shipped: RepairResult['shipped'] = new Map(),
): RepairReport {
  return {
    path: plan.path,
    output: null,
    outputSha256: null,
    size: null,
    filename: plan.filename,
    changed: plan.changed,
    tags: plan.tags.tags.map(formatTag),
    grafted: plan.grafted.map((graft) => graftReport(graft, shipped)),
    patched: plan.patched.map(({ to }) => to),
    unchanged: null,
    excluded: plan.excluded,
    findings: plan.findings,
  };
}

function graftReport(
  { name, from, to, sha256, size, neededBy, owner }: PlannedGraft,
  shipped: RepairResult['shipped'],
): GraftReport {
  return {
    name,
    from,
    to,
    sha256: shipped.get(to)?.sha256 ?? null,
    sourceSha256: sha256,
    size,
    neededBy,
    package:
      owner === undefined ? null : { name: owner.name, version: owner.version, purl: owner.purl },
  };
}
