import type { Finding } from '../../../support/finding.ts';

/** What a package has otherwise than its input: nobody would look for it. */
const CHANGES = new Set<string>(['openwrt/build-path']);

/** Whether a finding is shown: advice that nothing hangs on is only on request. */
export function isTold(
  { code, severity, effect }: Pick<Finding, 'code' | 'severity' | 'effect'>,
  { verbose }: { readonly verbose: boolean },
): boolean {
  return verbose || severity !== 'info' || effect === 'users-break' || CHANGES.has(code);
}
