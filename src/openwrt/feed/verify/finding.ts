import type { Finding } from '../../../support/finding.ts';

type Details = Partial<Pick<Finding, 'severity' | 'path' | 'evidence' | 'hint'>>;

/** A finding about a feed: without a severity one that breaks installing. */
export function feedFinding(
  code: Finding['code'],
  message: string,
  details: Details = {},
): Finding {
  const { severity = 'error', ...rest } = details;
  const effect = severity === 'info' ? 'advice' : 'users-break';
  return { code, severity, effect, message, ...rest };
}
