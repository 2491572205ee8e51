import type { Finding } from '../../support/finding.ts';

type Details = Pick<Finding, 'path' | 'evidence' | 'hint'>;

/** What an installer fails on. */
export function breaks(code: Finding['code'], message: string, details: Details): Finding {
  return { code, severity: 'error', effect: 'users-break', message, ...details };
}

/** What installers live with. */
export function advises(code: Finding['code'], message: string, details: Details): Finding {
  return { code, severity: 'warning', effect: 'advice', message, ...details };
}
