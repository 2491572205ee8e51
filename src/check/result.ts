/** What a check has to say about one file. */
import type { Finding } from '../support/finding.ts';
import { withOrigin, type CheckFinding } from './origins.ts';

export interface CheckResult {
  readonly path: string;
  readonly verdict: 'accepted' | 'rejected';
  readonly findings: readonly CheckFinding[];
}

/** Findings of one code past which only their number is told: one cause can hit every one of half a million members. */
export const MOST_OF_A_CODE = 1000;

/** `rejected` when a finding is an error. */
export function resultOf(path: string, findings: readonly Finding[]): CheckResult {
  const told = bounded(findings).map(withOrigin);
  const isRejected = told.some(({ severity }) => severity === 'error');
  return { path, verdict: isRejected ? 'rejected' : 'accepted', findings: told };
}

function bounded(findings: readonly Finding[]): readonly Finding[] {
  if (findings.length <= MOST_OF_A_CODE) return findings;
  const totals = new Map<string, number>();
  for (const { code } of findings) totals.set(code, (totals.get(code) ?? 0) + 1);
  const seen = new Map<string, number>();
  return findings.flatMap((finding) => {
    const { code, message } = finding;
    const place = (seen.get(code) ?? 0) + 1;
    seen.set(code, place);
    if (place > MOST_OF_A_CODE) return [];
    const more = (totals.get(code) ?? 0) - MOST_OF_A_CODE;
    if (place < MOST_OF_A_CODE || more <= 0) return [finding];
    return [{ ...finding, message: `${message} The same is true of ${more} more.` }];
  });
}
