/**
 * For which index a token is.
 *
 * PyPI's tokens are macaroons of version 2 in URL-safe base64 after `pypi-`; their first field says where they are valid.
 * Format: libmacaroons, "Serialization of version 2" (doc/format.txt).
 */
import type { Secret } from '../support/secret.ts';

const PREFIX = 'pypi-';
const VERSION = 2;
const FIELD_LOCATION = 1;

/** The host that a token names, such as `pypi.org`; undefined for a password, or a token that names none. */
export function tokenLocation(token: Secret): string | undefined {
  const text = token.reveal().trim();
  if (!text.startsWith(PREFIX)) return undefined;
  const bytes = Buffer.from(text.slice(PREFIX.length), 'base64url');
  // A length below 128 is one byte of the variable-length numbers of the format; host names are no longer.
  const [version, field, length = 0] = bytes;
  if (version !== VERSION || field !== FIELD_LOCATION || length > 127) return undefined;
  const location = bytes.subarray(3, 3 + length).toString('latin1');
  return /^[a-z0-9.-]{1,127}$/.test(location) ? location : undefined;
}
