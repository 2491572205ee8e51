/** A plan as the JSON document tells it; docs/json.md. */
import type { Finding } from '../../support/finding.ts';
import type { PackPlan, PackSize, PackLayout, SizeAdvice } from './model.ts';

export interface PackReport {
  readonly path: string;
  readonly name: string;
  readonly version: string;
  readonly packages: readonly {
    readonly name: string;
    readonly filename: string;
    /** Absent of a plan. */
    readonly path?: string;
    readonly architecture: string;
    readonly depends: readonly string[];
    readonly license: string;
    readonly files: number;
    readonly size: number;
    readonly installedSize: number;
    readonly sha256: string;
  }[];
  readonly sizes: Readonly<Record<PackLayout, PackSize>> | null;
  readonly advice: readonly SizeAdvice[];
  readonly optional: readonly string[];
  readonly bringAll: readonly string[];
  readonly keptSources: PackPlan['kept'];
  readonly sourceReaders: PackPlan['readers'];
  readonly ignoredLines: PackPlan['ignored'];
  readonly renamed: Readonly<Record<string, string>>;
  readonly findings: readonly Finding[];
}

/** @param paths where the packages were written, in their order; none for a plan */
export function packReport(plan: PackPlan, paths: readonly string[] = []): PackReport {
  return {
    path: plan.path,
    name: plan.name,
    version: plan.version,
    packages: plan.packages.map(
      ({ package: { description, tree }, filename, bytes, installedSize, sha256 }, index) => ({
        name: description.name,
        filename,
        ...(paths[index] === undefined ? {} : { path: paths[index] }),
        architecture: description.architecture,
        depends: description.depends.map(({ name }) => name),
        license: description.license,
        files: tree.files().length,
        size: bytes.length,
        installedSize,
        sha256,
      }),
    ),
    sizes: plan.sizes ?? null,
    advice: plan.advice,
    optional: plan.optional,
    bringAll: plan.bringAll,
    keptSources: plan.kept,
    sourceReaders: plan.readers,
    ignoredLines: plan.ignored,
    renamed: Object.fromEntries(plan.renamed),
    findings: plan.findings,
  };
}
