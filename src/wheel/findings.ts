import { WheelworksError } from '../support/errors.ts';
import type { Finding } from '../support/finding.ts';

/** A finding that keeps the wheel from being installed or used. */
export function breaks(
  code: Finding['code'],
  message: string,
  details: Pick<Finding, 'path' | 'evidence' | 'hint'>,
): Finding {
  return { code, severity: 'error', effect: 'users-break', message, ...details };
}

/** A coded refusal met while looking becomes a finding, so that one fault does not hide the others; a bug goes on. */
export function asFinding(error: unknown): Finding {
  if (!(error instanceof WheelworksError)) throw error;
  const { message: _message, code: _code, ...details } = error.toJSON();
  return breaks(error.code, error.message, details);
}
