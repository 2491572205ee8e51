/** What trusted publishing is made of, on the side of the index. */
import type { JSONWebKeySet, JWTPayload } from 'jose';
import table from './data/issuers.json' with { type: 'json' };

/** Kinds of trusted publishers, by PyPI's names. */
export type PublisherKind = 'GitHub' | 'GitLab' | 'Google' | 'ActiveState';

/** A workflow of GitHub Actions. */
export interface GitHubPublisher {
  readonly kind: 'GitHub';
  /** `owner/name`. */
  readonly repository: string;
  /** The file below `.github/workflows/`. */
  readonly workflow: string;
  /** When given, only jobs of this environment are taken. */
  readonly environment?: string;
  /** The number of the owner's account, which outlives its name; not compared when absent. */
  readonly ownerId?: string;
}

/** A pipeline of GitLab. */
export interface GitLabPublisher {
  readonly kind: 'GitLab';
  /** `group/project`, with subgroups. */
  readonly repository: string;
  /** The file of the pipeline, from the top of the repository. */
  readonly workflowFilepath: string;
  readonly environment?: string;
  /** Of a GitLab of one's own. Default gitlab.com, and the local issuer. */
  readonly issuer?: string;
}

/** A service account of Google Cloud. */
export interface GooglePublisher {
  readonly kind: 'Google';
  readonly email: string;
  readonly sub?: string;
}

/** A project of the ActiveState Platform. */
export interface ActiveStatePublisher {
  readonly kind: 'ActiveState';
  readonly organization: string;
  readonly project: string;
  readonly actorId: string;
}

export type TrustedPublisher =
  GitHubPublisher | GitLabPublisher | GooglePublisher | ActiveStatePublisher;

/** Which publisher may upload to which projects. */
export interface Trust {
  readonly publisher: TrustedPublisher;
  /** In any spelling. */
  readonly projects: readonly string[];
}

/** A publisher of a project that is not there yet: the first token makes it. */
export interface PendingTrust {
  readonly publisher: TrustedPublisher;
  readonly project: string;
}

/** Somebody whose identity tokens are taken, with the keys by which they are known. */
export interface TrustedIssuer {
  /** Exactly as in the claim `iss`. */
  readonly issuer: string;
  /** What its tokens can stand for. */
  readonly kinds: readonly PublisherKind[];
  /** Public keys; each with a `kid`. */
  readonly jwks: JSONWebKeySet;
}

/** The claims of an identity token whose signature was verified. */
export type Claims = JWTPayload;

/** Whose tokens stand for what on PyPI. */
export const KNOWN_ISSUERS: ReadonlyMap<string, PublisherKind> = new Map(
  Object.entries(table.issuers) as [string, PublisherKind][],
);

export const PUBLISHER_KINDS: readonly PublisherKind[] = [
  'GitHub',
  'GitLab',
  'Google',
  'ActiveState',
];

/** A request as far as it matters here. */
export interface OidcRequest {
  readonly method: string;
  /** Scheme, host and port by which the client knows this server. */
  readonly origin: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** The header of that name. */
  readonly accept?: string;
  readonly body?: string;
}

/** An answer, whatever server sends it. */
export interface OidcAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Milliseconds since 1970, as `Date.now` gives them. */
export type Clock = () => number;
