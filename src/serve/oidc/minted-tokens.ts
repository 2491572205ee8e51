/** API tokens that were given for identity tokens. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { Secret } from '../../support/secret.ts';
import type { Clock, TrustedPublisher } from './model.ts';

/** Seconds; PyPI's, and the shortest that PEP 807 allows. */
export const TOKEN_LIFETIME = 900;

/** Whom a token stands for and what it may do. */
export interface MintedIdentity {
  /** Normalised names. */
  readonly projects: readonly string[];
  readonly publisher: TrustedPublisher;
  /** Unix seconds. */
  readonly expires: number;
  /** Claims of the identity token that the index keeps, such as ref and sha. */
  readonly claims: Readonly<Record<string, string>>;
}

export interface MintedTokens {
  mint(identity: Omit<MintedIdentity, 'expires'>): {
    readonly token: Secret;
    readonly expires: number;
  };
  /** Undefined for tokens that were never given or have expired. It takes as long for those as for good ones. */
  identify(token: string): MintedIdentity | undefined;
}

/** Tokens of this run; they are worth nothing after it. */
export function createMintedTokens(clock: Clock): MintedTokens {
  // By digest, so that not even a memory dump has tokens to use.
  let tokens: readonly { readonly digest: Buffer; readonly identity: MintedIdentity }[] = [];
  const dropExpired = (): void => {
    const now = clock() / 1000;
    tokens = tokens.filter(({ identity }) => identity.expires > now);
  };
  return {
    mint(identity) {
      dropExpired();
      const token = `pypi-${randomBytes(48).toString('base64url')}`;
      const expires = Math.floor(clock() / 1000) + TOKEN_LIFETIME;
      tokens = [...tokens, { digest: digestOf(token), identity: { ...identity, expires } }];
      return { token: new Secret(token), expires };
    },
    identify(token) {
      dropExpired();
      const digest = digestOf(token);
      let found: MintedIdentity | undefined;
      // All are compared, whichever fits: the time tells nothing.
      for (const each of tokens) if (timingSafeEqual(each.digest, digest)) found = each.identity;
      return found;
    },
  };
}

function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
