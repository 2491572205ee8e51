/** Who is trusted, from a JSON file of the user. */
import * as z from 'zod';
import type { JSONWebKeySet } from 'jose';
import { WheelworksError } from '../../support/errors.ts';
import {
  KNOWN_ISSUERS,
  PUBLISHER_KINDS,
  type PendingTrust,
  type PublisherKind,
  type Trust,
  type TrustedIssuer,
} from './model.ts';

/** What such a file says. */
export interface TrustFile {
  readonly publishers: readonly Trust[];
  readonly pendingPublishers: readonly PendingTrust[];
  readonly issuers: readonly TrustedIssuer[];
}

const text = z.string().min(1).max(500);

const publisher = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('GitHub'),
    repository: text.regex(/^[^/\s]+\/[^/\s]+$/, 'must be owner/name'),
    workflow: text.regex(/^[^/]+\.ya?ml$/, 'must be the name of a file in .github/workflows'),
    environment: text.exactOptional(),
    ownerId: text.exactOptional(),
  }),
  z.strictObject({
    kind: z.literal('GitLab'),
    repository: text.regex(/^[^/\s]+(?:\/[^/\s]+)+$/, 'must be group/project'),
    workflowFilepath: text.regex(/\.ya?ml$/, 'must be a YAML file'),
    environment: text.exactOptional(),
    issuer: text.exactOptional(),
  }),
  z.strictObject({ kind: z.literal('Google'), email: text, sub: text.exactOptional() }),
  z.strictObject({
    kind: z.literal('ActiveState'),
    organization: text,
    project: text,
    actorId: text,
  }),
]);

const file = z.strictObject({
  publishers: z.array(z.strictObject({ publisher, projects: z.array(text).min(1) })).default([]),
  pending: z.array(z.strictObject({ publisher, project: text })).default([]),
  issuers: z
    .array(
      z.strictObject({
        issuer: text,
        kinds: z.array(z.enum(PUBLISHER_KINDS)).min(1).optional(),
        jwks: z.looseObject({ keys: z.array(z.looseObject({ kty: text })).min(1) }),
      }),
    )
    .default([]),
});

/**
 * Reads a file of publishers, pending publishers and issuers with their keys.
 * @throws WheelworksError `oidc/trust-file` with the place that is wrong.
 */
export function readTrustFile(content: string, path?: string): TrustFile {
  const result = file.safeParse(parseJson(content, path));
  if (!result.success) throw refused(z.prettifyError(result.error), path);
  const { publishers, pending, issuers } = result.data;
  return {
    publishers,
    pendingPublishers: pending,
    issuers: issuers.map(({ issuer, kinds, jwks }) => ({
      issuer,
      kinds: kinds ?? kindsOf(issuer, path),
      jwks: jwks as unknown as JSONWebKeySet,
    })),
  };
}

function kindsOf(issuer: string, path?: string): readonly PublisherKind[] {
  const known = KNOWN_ISSUERS.get(issuer);
  if (known !== undefined) return [known];
  throw refused(`${issuer} is not known: say what its tokens are of ("kinds": ["GitLab"])`, path);
}

function parseJson(content: string, path?: string): unknown {
  try {
    return JSON.parse(content);
  } catch (error) {
    throw refused(error instanceof Error ? error.message : 'it is not JSON', path);
  }
}

function refused(evidence: string, path?: string): WheelworksError {
  return new WheelworksError('oidc/trust-file', 'The file of trusted publishers cannot be used.', {
    evidence,
    hint: 'docs/trusted-publishing.md shows one.',
    ...(path === undefined ? {} : { path }),
  });
}
