/** Who is hurt by what a finding names. */
export type FindingEffect = 'index-rejects' | 'index-warns' | 'users-break' | 'advice';

/** One thing that is wrong or could be better with a file; a fact to report, not an exception. */
export interface Finding {
  /** `area/what`, stable, documented in docs/findings.md. */
  readonly code: `${string}/${string}`;
  readonly severity: 'error' | 'warning' | 'info';
  readonly effect: FindingEffect;
  readonly message: string;
  /** The file, or the member inside it, the finding is about. */
  readonly path?: string;
  readonly evidence?: string;
  /** What to do about it. */
  readonly hint?: string;
}
