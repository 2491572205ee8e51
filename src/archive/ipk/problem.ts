import { WheelworksError, type ErrorCode, type ErrorDetails } from '../../support/errors.ts';

/** An error about an .ipk or something inside it. */
export function ipkProblem(
  code: ErrorCode,
  message: string,
  details: ErrorDetails = {},
): WheelworksError {
  return new WheelworksError(code, message, details);
}
