import { WheelworksError, type ErrorCode, type ErrorDetails } from '../../support/errors.ts';

/** An error about a file in the format of apk, or about an entry of it. */
export function apkProblem(
  code: ErrorCode,
  message: string,
  details: ErrorDetails = {},
): WheelworksError {
  return new WheelworksError(code, message, details);
}

/** What to do about a file that was damaged on its way. */
export const FETCH_AGAIN = 'Download or build the file again.';
