import type { Finding } from '../../../support/finding.ts';

/** Whether a finding is shown: advice that nothing hangs on is only on request. */
export function isTold(
  { severity, effect }: Pick<Finding, 'severity' | 'effect'>,
  { verbose }: { readonly verbose: boolean },
): boolean {
  return verbose || severity !== 'info' || effect === 'users-break';
}
