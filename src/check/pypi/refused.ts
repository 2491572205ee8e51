import type { Finding } from '../../support/finding.ts';

type Details = Pick<Finding, 'path' | 'evidence' | 'hint'>;

/** What PyPI answers with a status of 400. */
export function refused(code: Finding['code'], message: string, details: Details): Finding {
  return { code, severity: 'error', effect: 'index-rejects', message, ...details };
}
