import type { Finding } from '../support/finding.ts';

/** A finding about metadata that an index refuses. */
export function rejected(code: Finding['code'], message: string, hint?: string): Finding {
  return finding({ code, severity: 'error', effect: 'index-rejects', message }, hint);
}

/** A finding about metadata that is taken but could be better. */
export function advised(code: Finding['code'], message: string, hint?: string): Finding {
  return finding({ code, severity: 'info', effect: 'advice', message }, hint);
}

/** A finding about metadata that is taken, and then does not do what its author thinks. */
export function breaking(code: Finding['code'], message: string, hint?: string): Finding {
  return finding({ code, severity: 'warning', effect: 'users-break', message }, hint);
}

function finding(facts: Omit<Finding, 'hint'>, hint: string | undefined): Finding {
  return hint === undefined ? facts : { ...facts, hint };
}
