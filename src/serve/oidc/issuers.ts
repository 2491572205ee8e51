/** Issuers whose tokens are taken, and their keys. */
import { importJWK, type CryptoKey, type JWK } from 'jose';
import { WheelworksError } from '../../support/errors.ts';
import type { LocalIssuer, SigningAlgorithm } from './local-issuer.ts';
import { PUBLISHER_KINDS, type PublisherKind, type TrustedIssuer } from './model.ts';

/** A key and the one algorithm that it may be used with: a token's header has no say in it. */
export interface VerificationKey {
  readonly key: CryptoKey;
  readonly algorithm: SigningAlgorithm;
}

export interface ReadyIssuer {
  readonly issuer: string;
  readonly kinds: readonly PublisherKind[];
  /** Whether it is this index's own, which speaks for whomever it likes. */
  readonly isLocal: boolean;
  /** The key with this `kid`, if there is one. */
  keyOf(kid: string): Promise<VerificationKey | undefined>;
}

/**
 * Prepares issuers whose keys were given.
 * @throws WheelworksError `oidc/bad-key` for a key without a `kid`, with another's, with a private part, of an algorithm
 * that is not taken or too short; `oidc/same-issuer`.
 */
export async function readyIssuers(
  local: ReadyIssuer,
  issuers: readonly TrustedIssuer[],
): Promise<ReadonlyMap<string, ReadyIssuer>> {
  const ready = new Map([[local.issuer, local]]);
  for (const { issuer, kinds, jwks } of issuers) {
    if (ready.has(issuer))
      throw new WheelworksError('oidc/same-issuer', `The issuer ${issuer} is given twice.`);
    const keys = await keysOf(issuer, jwks.keys);
    ready.set(issuer, { issuer, kinds, isLocal: false, keyOf: async (kid) => keys.get(kid) });
  }
  return ready;
}

/** The index's own issuer, whose keys are made when a token of it comes. */
export function readyLocalIssuer(local: LocalIssuer): ReadyIssuer {
  const { issuer } = local;
  let keys: ReturnType<typeof keysOf> | undefined;
  return {
    issuer,
    kinds: PUBLISHER_KINDS,
    isLocal: true,
    async keyOf(kid) {
      keys ??= local.jwks().then((set) => keysOf(issuer, set.keys));
      return (await keys).get(kid);
    },
  };
}

async function keysOf(
  issuer: string,
  jwks: readonly JWK[],
): Promise<ReadonlyMap<string, VerificationKey>> {
  const keys = new Map<string, VerificationKey>();
  for (const jwk of jwks) {
    const { kid } = jwk;
    if (kid === undefined || kid === '') throw badKey(issuer, 'it has no kid');
    if (keys.has(kid)) throw badKey(issuer, `two keys have the kid ${kid}`);
    keys.set(kid, await keyOf(issuer, jwk));
  }
  return keys;
}

async function keyOf(issuer: string, jwk: JWK): Promise<VerificationKey> {
  const algorithm = algorithmOf(jwk);
  if (algorithm === undefined || (jwk.alg !== undefined && jwk.alg !== algorithm))
    throw badKey(issuer, `${jwk.kty ?? 'none'} ${jwk.alg ?? ''}: only RS256 and ES256 are taken`);
  if (jwk.d !== undefined || jwk.k !== undefined) throw badKey(issuer, 'it is a private key');
  const key = await importJWK(jwk, algorithm).catch(() => undefined);
  if (key === undefined || key instanceof Uint8Array) throw badKey(issuer, 'it cannot be read');
  if (algorithm === 'RS256' && bitsOf(jwk) < SHORTEST_RSA)
    throw badKey(issuer, `RSA of fewer than ${SHORTEST_RSA} bits`);
  return { key, algorithm };
}

/** RFC 7518 3.3. */
const SHORTEST_RSA = 2048;

function bitsOf({ n = '' }: JWK): number {
  return Buffer.from(n, 'base64url').length * 8;
}

function algorithmOf({ kty, crv }: JWK): SigningAlgorithm | undefined {
  if (kty === 'RSA') return 'RS256';
  return kty === 'EC' && crv === 'P-256' ? 'ES256' : undefined;
}

function badKey(issuer: string, why: string): WheelworksError {
  return new WheelworksError('oidc/bad-key', `A key of the issuer ${issuer} is not taken.`, {
    evidence: why,
    hint: 'Give the JSON that the issuer has at its jwks_uri.',
  });
}
