/**
 * Identity tokens: whose they are, and whether they are good.
 *
 * Specification: what PyPI does (warehouse/oidc/views.py and services.py at 6b6215712): one audience, 30 seconds of
 * leeway; JWT (RFC 7519), best current practices (RFC 8725).
 */
import { decodeJwt, decodeProtectedHeader, errors, jwtVerify } from 'jose';
import type { MintFault } from './answers.ts';
import type { ReadyIssuer } from './issuers.ts';
import type { Claims, Clock } from './model.ts';

export interface VerifyTokenOptions {
  readonly issuers: ReadonlyMap<string, ReadyIssuer>;
  readonly audience: string;
  readonly clock: Clock;
  /** Issuers that are switched off. */
  readonly disabled?: ReadonlySet<string>;
}

export type VerifiedToken =
  | { readonly claims: Claims; readonly issuer: ReadyIssuer; readonly fault?: undefined }
  | { readonly fault: MintFault };

/** Characters; GitHub's have about 2,000. */
const LONGEST_TOKEN = 32 << 10;
const LEEWAY_SECONDS = 30;

/** Judges an identity token; it never throws for what the token holds. */
export async function verifyIdentityToken(
  token: string,
  options: VerifyTokenOptions,
): Promise<VerifiedToken> {
  const name = unverifiedIssuer(token);
  if (name === undefined)
    return { fault: { code: 'invalid-payload', description: 'malformed JWT' } };
  const issuer = options.issuers.get(name);
  if (issuer === undefined)
    return {
      fault: { code: 'invalid-payload', description: 'unknown trusted publishing issuer' },
    };
  if (options.disabled?.has(name) === true)
    return {
      fault: {
        code: 'not-enabled',
        description: `${issuer.kinds.join(', ')} trusted publishing functionality not enabled`,
      },
    };
  const claims = await verifiedClaims(token, issuer, options);
  return claims === undefined
    ? { fault: { code: 'invalid-token', description: 'malformed or invalid token' } }
    : { claims, issuer };
}

/** Only to find the keys to verify it by. */
function unverifiedIssuer(token: string): string | undefined {
  if (token.length > LONGEST_TOKEN) return undefined;
  try {
    const { iss } = decodeJwt(token);
    return typeof iss === 'string' ? iss : undefined;
  } catch {
    return undefined;
  }
}

async function verifiedClaims(
  token: string,
  issuer: ReadyIssuer,
  { audience, clock }: VerifyTokenOptions,
): Promise<Claims | undefined> {
  try {
    const { kid } = decodeProtectedHeader(token);
    const key = typeof kid === 'string' ? await issuer.keyOf(kid) : undefined;
    if (key === undefined) return undefined;
    const now = clock();
    const { payload } = await jwtVerify(token, key.key, {
      algorithms: [key.algorithm],
      issuer: issuer.issuer,
      audience,
      currentDate: new Date(now),
      clockTolerance: LEEWAY_SECONDS,
      requiredClaims: ['iss', 'iat', 'exp', 'aud'],
    });
    // A token for several audiences could be used here by any of the others.
    if (typeof payload.aud !== 'string') return undefined;
    const issuedLater = Number(payload.iat) > now / 1000 + LEEWAY_SECONDS;
    return issuedLater ? undefined : payload;
  } catch (error) {
    if (error instanceof errors.JOSEError || error instanceof TypeError) return undefined;
    throw error;
  }
}
