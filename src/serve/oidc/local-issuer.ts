/**
 * An issuer of identity tokens of our own, so that trusted publishing can be tried where no CI is.
 *
 * Specifications: OpenID Connect Discovery 1.0; JWK Set (RFC 7517); JWT (RFC 7519).
 */
import { randomUUID } from 'node:crypto';
import {
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
  importJWK,
  SignJWT,
  type CryptoKey,
  type JWK,
  type JSONWebKeySet,
} from 'jose';
import { WheelworksError } from '../../support/errors.ts';
import { Secret } from '../../support/secret.ts';
import type { Claims, Clock } from './model.ts';

/** Seconds; GitHub's live about as long. */
const DEFAULT_LIFETIME = 300;
const ALGORITHMS = ['RS256', 'ES256'] as const;

/** The algorithms that are signed and taken; PyPI itself takes RS256 only. */
export type SigningAlgorithm = (typeof ALGORITHMS)[number];

export interface LocalIssuerOptions {
  /** Its name in `iss`, also the address below which its keys are served. */
  readonly issuer: string;
  readonly clock: Clock;
  /** Private keys of an earlier run (`exportKeys`); new ones when absent. */
  readonly keys?: readonly JWK[];
}

/** How a token differs from an ordinary one. */
export interface IdentityTokenOptions {
  /** Seconds from now; negative for one that has expired. Default 300. */
  readonly lifetime?: number;
  /** Default RS256. */
  readonly algorithm?: SigningAlgorithm;
}

export interface LocalIssuer {
  readonly issuer: string;
  /** Its public keys. New ones are made when they are first asked for, which takes a moment. */
  jwks(): Promise<JSONWebKeySet>;
  /** What `/.well-known/openid-configuration` says. */
  readonly configuration: Readonly<Record<string, unknown>>;
  /** A signed identity token with these claims; `iss`, `iat`, `nbf`, `exp` and `jti` are set unless given. */
  issue(claims: Claims, options?: IdentityTokenOptions): Promise<Secret>;
  /** Its private keys, to go on with after a restart. To be kept as one keeps passwords. */
  exportKeys(): Promise<readonly JWK[]>;
}

/**
 * Makes an issuer.
 * @throws WheelworksError `oidc/bad-key` for keys that were not exported here.
 */
export async function createLocalIssuer(options: LocalIssuerOptions): Promise<LocalIssuer> {
  const { issuer, clock, keys: given } = options;
  let made: Promise<readonly Key[]> | undefined;
  const keys = (): Promise<readonly Key[]> =>
    (made ??= Promise.all(ALGORITHMS.map((algorithm) => keyFor(algorithm, given))));
  // What was given is judged at once.
  if (given !== undefined) await keys();
  return {
    issuer,
    jwks: async () => ({ keys: (await keys()).map(({ jwk }) => publicPart(jwk)) }),
    configuration: {
      issuer,
      jwks_uri: `${issuer}/.well-known/jwks`,
      subject_types_supported: ['public'],
      response_types_supported: ['id_token'],
      id_token_signing_alg_values_supported: ALGORITHMS,
      scopes_supported: ['openid'],
    },
    async issue(claims, { lifetime = DEFAULT_LIFETIME, algorithm = 'RS256' } = {}) {
      const now = Math.floor(clock() / 1000);
      const defaults = { iss: issuer, iat: now, nbf: now, exp: now + lifetime, jti: randomUUID() };
      const key = (await keys()).find(({ jwk }) => jwk.alg === algorithm);
      if (key === undefined) throw badKey(algorithm);
      const token = await new SignJWT({ ...defaults, ...claims })
        .setProtectedHeader({ alg: algorithm, typ: 'JWT', kid: String(key.jwk.kid) })
        .sign(key.privateKey);
      return new Secret(token);
    },
    exportKeys: async () => (await keys()).map(({ jwk }) => jwk),
  };
}

interface Key {
  readonly jwk: JWK;
  readonly privateKey: CryptoKey;
}

async function keyFor(algorithm: SigningAlgorithm, given?: readonly JWK[]): Promise<Key> {
  if (given === undefined) {
    const { privateKey } = await generateKeyPair(algorithm, { extractable: true });
    const jwk = await exportJWK(privateKey);
    const kid = await calculateJwkThumbprint(publicPart(jwk));
    return { jwk: { ...jwk, alg: algorithm, use: 'sig', kid }, privateKey };
  }
  const jwk = given.find(({ alg }) => alg === algorithm);
  const privateKey = jwk?.d === undefined ? undefined : await importJWK(jwk, algorithm);
  if (jwk === undefined || privateKey === undefined || privateKey instanceof Uint8Array)
    throw badKey(algorithm);
  return { jwk, privateKey };
}

function badKey(algorithm: string): WheelworksError {
  return new WheelworksError(
    'oidc/bad-key',
    `The local issuer has no private key for ${algorithm}.`,
  );
}

/** Without what only its owner may know. */
function publicPart({ kty, n, e, crv, x, y, alg, use, kid }: JWK): JWK {
  const parts = { kty, n, e, crv, x, y, alg, use, kid };
  return Object.fromEntries(
    Object.entries(parts).filter(([, value]) => value !== undefined),
  ) as JWK;
}
