import type { Finding } from '../../support/finding.ts';

type Details = Pick<Finding, 'path' | 'evidence' | 'hint'>;

/** What works, and could be better. */
export function advice(code: Finding['code'], message: string, details: Details): Finding {
  return { code, severity: 'info', effect: 'advice', message, ...details };
}

/** What most likely is a mistake: a warning that `--strict` makes a failure. */
export function mistake(code: Finding['code'], message: string, details: Details): Finding {
  return { code, severity: 'warning', effect: 'users-break', message, ...details };
}

/** The first few of many, and how many more there are. */
export function someOf(texts: readonly string[], most = 5): string {
  const shown = texts.slice(0, most).join(', ');
  return texts.length > most ? `${shown} and ${texts.length - most} more` : shown;
}
