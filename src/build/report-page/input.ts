/** What the page of a build or a release shows. */
import type { ErrorReport } from '../../support/errors.ts';
import type { Finding } from '../../support/finding.ts';

/**
 * What became of a job. `covered`: a wheel that was built for another one serves it. `missing`: no wheel serves it,
 * and no build of its own failed.
 */
export type ReportState = 'built' | 'reused' | 'covered' | 'failed' | 'missing';

/** One identifier. */
export interface ReportJob {
  /** `cp312-manylinux_x86_64`; unique within its package. */
  readonly id: string;
  readonly package: string;
  readonly state: ReportState;
  /** File name of the wheel that serves it. */
  readonly wheel?: string;
  /** In seconds; 0 where nothing was done. */
  readonly buildSeconds: number;
  readonly testSeconds: number;
  /** `reused`: it passed in an earlier run, with the same wheel and the same tests. */
  readonly test: 'passed' | 'failed' | 'reused' | 'not-run';
  /** Relative to the page, with `/`. */
  readonly logs: readonly string[];
  /** The pattern of the file that the plan waits for, where there is a plan. */
  readonly expects?: string;
  readonly error?: ErrorReport;
  /** What is left of its failure was kept, for `wheelworks shell`. */
  readonly isKept?: boolean;
  readonly notices: readonly string[];
}

/** One wheel. */
export interface ReportWheel {
  /** Its file name; it lies beside the page. */
  readonly filename: string;
  readonly size: number;
  readonly sha256: string;
  /** The identifier that built it. */
  readonly builtFor: string;
  /** Identifiers whose tests passed with it. */
  readonly testedOn: readonly string[];
  readonly findings: readonly Finding[];
}

/** A part of wheels that were split; it lies beside the page. */
export interface ReportPart {
  readonly filename: string;
  readonly size: number;
  readonly sha256: string;
  /** How many wheels need it. */
  readonly serves: number;
}

/** Everything that the page tells. */
export interface ReportPageInput {
  /** The command that ran. */
  readonly kind: 'build' | 'release';
  /** Identifiers that the plan has besides, and that were not built. */
  readonly besides?: readonly string[];
  /** The project, or the projects. */
  readonly title: string;
  readonly jobs: readonly ReportJob[];
  readonly wheels: readonly ReportWheel[];
  readonly parts?: readonly ReportPart[];
  /** Interpreters that were found and are not served. */
  readonly leftOut: readonly { readonly python: string; readonly reason: string }[];
  /** What concerns no single job. */
  readonly notices: readonly string[];
  /** Pages beside this one: the index, the flat list of wheels. */
  readonly pages: readonly { readonly title: string; readonly href: string }[];
  readonly seconds: number;
}
