/** Trusted publishing as an index offers it: requests in, answers out, whatever server carries them. */
import type { JWK } from 'jose';
import type { Secret } from '../../support/secret.ts';
import { faultAnswer, jsonAnswer, problemAnswer } from './answers.ts';
import { discoveryAnswer, PYTP_PATHS, pytpAnswer, takesPytp, unknownFeature } from './discovery.ts';
import { readyIssuers, readyLocalIssuer } from './issuers.ts';
import { createLocalIssuer, type IdentityTokenOptions, type LocalIssuer } from './local-issuer.ts';
import { mintToken, type MintOptions, type MintResult, type TrustBook } from './mint.ts';
import { createMintedTokens, type MintedIdentity } from './minted-tokens.ts';
import type {
  Claims,
  Clock,
  OidcAnswer,
  OidcRequest,
  PendingTrust,
  Trust,
  TrustedIssuer,
} from './model.ts';
import { rememberUsedTokens, type UsedTokens } from './used-tokens.ts';

export interface TrustedPublishingOptions {
  readonly clock: Clock;
  /** The address of this index, without a slash at its end; also the name of the local issuer. */
  readonly url: string;
  readonly publishers: readonly Trust[];
  readonly pendingPublishers?: readonly PendingTrust[];
  /** Issuers besides the local one. Their keys must be given: nothing is fetched. */
  readonly issuers?: readonly TrustedIssuer[];
  /** Private keys of the local issuer from an earlier run. */
  readonly localKeys?: readonly JWK[];
  /** What identity tokens must be made out to. Default `pypi`. */
  readonly audience?: string;
  /** Default: those of this run. */
  readonly usedTokens?: UsedTokens;
  /** Default: no project is there, and each can be made. */
  readonly projectExists?: MintOptions['projectExists'];
  readonly createProject?: MintOptions['createProject'];
  /** Paths that take uploads. Default `/legacy/`. */
  readonly uploadPaths?: readonly string[];
  /** Issuers that are switched off; `all` for the whole of it, as PyPI does when in trouble. */
  readonly disabled?: readonly string[] | 'all';
}

export interface TrustedPublishing {
  readonly issuer: string;
  /** The answer, or undefined for paths that are not of trusted publishing. */
  handle(request: OidcRequest): Promise<OidcAnswer | undefined>;
  /** Whom an API token stands for, if it was given here and has not expired. */
  identifyToken(token: string): MintedIdentity | undefined;
  /** An identity token of the local issuer, made out to this index: for tests, and for uploads from this machine. */
  issueIdentityToken(claims: Claims, options?: IdentityTokenOptions): Promise<Secret>;
  /** Private keys of the local issuer, for the next run. */
  exportKeys(): Promise<readonly JWK[]>;
  /** Who is trusted by now: pending publishers have become publishers of projects. */
  trusts(): TrustBook;
}

/** PyPI answers no larger requests either. */
const LONGEST_BODY = 64 << 10;
const DEFAULT_AUDIENCE = 'pypi';

/**
 * Makes trusted publishing for an index.
 * @throws WheelworksError `oidc/bad-key`, `oidc/same-issuer`.
 */
export async function createTrustedPublishing(
  options: TrustedPublishingOptions,
): Promise<TrustedPublishing> {
  const { clock, url, audience = DEFAULT_AUDIENCE, disabled = [] } = options;
  const local = await createLocalIssuer({
    issuer: url,
    clock,
    ...(options.localKeys === undefined ? {} : { keys: options.localKeys }),
  });
  const book: TrustBook = {
    trusts: options.publishers,
    pending: options.pendingPublishers ?? [],
  };
  const issuers = await readyIssuers(readyLocalIssuer(local), options.issuers ?? []);
  const minted = createMintedTokens(clock);
  const mint: MintOptions = {
    issuers,
    audience,
    clock,
    book,
    minted,
    disabled: new Set(disabled === 'all' ? issuers.keys() : disabled),
    used: options.usedTokens ?? rememberUsedTokens(clock),
    projectExists: options.projectExists ?? (() => false),
    createProject: options.createProject ?? (() => undefined),
  };
  const { uploadPaths = ['/legacy/'] } = options;
  const routes = routesOf({ local, mint, audience, uploadPaths, isOff: disabled === 'all' });
  return {
    issuer: url,
    async handle(request) {
      const route = routes.get(request.path);
      if (route === undefined) return undefined;
      if (request.method !== route.method) return methodAnswer(route.method);
      return route.answer(request);
    },
    identifyToken: (token) => minted.identify(token),
    issueIdentityToken: (claims, tokenOptions) =>
      local.issue({ aud: audience, ...claims }, tokenOptions),
    exportKeys: () => local.exportKeys(),
    trusts: () => ({ trusts: book.trusts, pending: book.pending }),
  };
}

interface Route {
  readonly method: 'GET' | 'POST';
  answer(request: OidcRequest): OidcAnswer | Promise<OidcAnswer>;
}

interface Parts {
  readonly local: LocalIssuer;
  readonly mint: MintOptions;
  readonly audience: string;
  readonly uploadPaths: readonly string[];
  readonly isOff: boolean;
}

function routesOf({
  local,
  mint,
  audience,
  uploadPaths,
  isOff,
}: Parts): ReadonlyMap<string, Route> {
  const get = (answer: Route['answer']): Route => ({ method: 'GET', answer });
  const post = (answer: Route['answer']): Route => ({ method: 'POST', answer });
  const negotiated =
    (answer: Route['answer']): Route['answer'] =>
    (request) =>
      takesPytp(request.accept)
        ? answer(request)
        : problemAnswer(406, 'Not Acceptable', 'Only the media type of PEP 807 is to be had.');
  return new Map([
    ['/.well-known/openid-configuration', get(() => jsonAnswer(200, local.configuration))],
    ['/.well-known/jwks', get(async () => jsonAnswer(200, await local.jwks()))],
    ['/_/oidc/audience', get(() => (isOff ? OFF : jsonAnswer(200, { audience })))],
    ['/_/oidc/mint-token', post((request) => pypiMint(request, mint))],
    // PyPI's older address for GitHub alone.
    ['/_/oidc/github/mint-token', post((request) => pypiMint(request, mint))],
    [PYTP_PATHS.discovery, get(negotiated((request) => discoveryAnswer(request, uploadPaths)))],
    [PYTP_PATHS.audience, get(negotiated(() => pytpAnswer({ audience })))],
    [PYTP_PATHS.mint, post(negotiated((request) => pytpMint(request, mint)))],
  ]);
}

const OFF = jsonAnswer(403, { message: 'Trusted publishing functionality not enabled' });

async function pypiMint(request: OidcRequest, options: MintOptions): Promise<OidcAnswer> {
  const { token } = payloadOf(request);
  if (token === undefined)
    return faultAnswer({
      code: 'invalid-payload',
      description: 'The body must be a JSON object with a text "token".',
    });
  const result = await mintToken(token, options);
  if (result.fault !== undefined) return faultAnswer(result.fault);
  return jsonAnswer(200, { success: true, ...revealed(result) });
}

async function pytpMint(request: OidcRequest, options: MintOptions): Promise<OidcAnswer> {
  const { token, features } = payloadOf(request);
  if (token === undefined)
    return problemAnswer(400, 'Bad Request', 'The body must be a JSON object with a text "token".');
  const refused = unknownFeature(features);
  if (refused !== undefined) return problemAnswer(400, 'Bad Request', refused);
  const result = await mintToken(token, options);
  if (result.fault === undefined) return pytpAnswer(revealed(result));
  const { code, description } = result.fault;
  return problemAnswer(422, 'Token request failed', `${code}: ${description}`);
}

function revealed(result: Extract<MintResult, { token: Secret }>): object {
  return { token: result.token.reveal(), expires: result.expires };
}

function payloadOf({ body = '' }: OidcRequest): { token?: string; features?: unknown } {
  if (body.length > LONGEST_BODY) return {};
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value !== 'object' || value === null) return {};
    const { token, features } = value as { token?: unknown; features?: unknown };
    return typeof token === 'string' ? { token, features } : {};
  } catch {
    return {};
  }
}

function methodAnswer(allowed: string): OidcAnswer {
  const answer = problemAnswer(405, 'Method Not Allowed', `Only ${allowed} is taken here.`);
  return { ...answer, headers: { ...answer.headers, allow: allowed } };
}
