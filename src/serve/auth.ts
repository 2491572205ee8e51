/** Who sends a request: API tokens of this index, and those that trusted publishing gave. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { normalizeName } from '../packaging/index.ts';
import { Secret } from '../support/secret.ts';
import type { MintedIdentity } from './oidc/index.ts';
import { provenancePublisher } from './oidc/provenance.ts';
import type { Identity } from './state.ts';

/** A token that is taken. */
export interface ApiToken {
  /** What the log calls whoever has it. */
  readonly name: string;
  readonly secret: Secret;
  /** Projects in any spelling; undefined for all. */
  readonly projects?: readonly string[];
}

/** A new token as PyPI's look. */
export function newToken(): Secret {
  return new Secret(`pypi-${randomBytes(32).toString('base64url')}`);
}

export interface Authenticator {
  /** Undefined when nobody, or nobody known, sends the header. */
  identify(authorization: string | undefined): Identity | undefined;
}

/** Takes the header apart as PyPI does: basic authentication of `__token__`, or `token` and `bearer`. */
export function createAuthenticator(
  tokens: readonly ApiToken[],
  minted: (token: string) => MintedIdentity | undefined,
): Authenticator {
  const known = tokens.map((token) => ({ digest: digestOf(token.secret.reveal()), token }));
  return {
    identify(authorization) {
      const sent = tokenIn(authorization);
      if (sent === undefined) return undefined;
      const digest = digestOf(sent);
      let found: ApiToken | undefined;
      // All are compared, whichever fits: the time tells nothing.
      for (const each of known) if (timingSafeEqual(each.digest, digest)) found = each.token;
      if (found !== undefined) return identityOf(found);
      const publisher = minted(sent);
      return publisher === undefined ? undefined : publisherIdentity(publisher);
    },
  };
}

function identityOf({ name, projects }: ApiToken): Identity {
  return {
    name,
    ...(projects === undefined ? {} : { projects: projects.map(normalizeName) }),
  };
}

function publisherIdentity({ projects, publisher }: MintedIdentity): Identity {
  const who = 'repository' in publisher ? publisher.repository : projects.join(', ');
  return {
    name: `${publisher.kind} ${who}`,
    projects,
    publisher: provenancePublisher(publisher) ?? { kind: publisher.kind },
  };
}

function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

/** The token itself; passwords of people are none. */
function tokenIn(authorization: string | undefined): string | undefined {
  const [, scheme = '', rest = ''] = /^\s*(\w+)\s+(.*)$/s.exec(authorization ?? '') ?? [];
  switch (scheme.toLowerCase()) {
    case 'token':
    case 'bearer':
      return rest.trim();
    case 'basic': {
      const text = Buffer.from(rest.trim(), 'base64').toString('utf8');
      const colon = text.indexOf(':');
      if (colon === -1 || text.slice(0, colon).trim() !== '__token__') return undefined;
      return text.slice(colon + 1).trim();
    }
    default:
      return undefined;
  }
}
