/**
 * Trusted publishing for clients that know neither this index nor PyPI.
 *
 * Specification: PEP 807, draft as of 2026-08. https://peps.python.org/pep-0807/
 */
import { jsonAnswer, problemAnswer } from './answers.ts';
import type { OidcAnswer, OidcRequest } from './model.ts';

/** The media type that clients ask for. */
export const PYTP_MEDIA_TYPE = 'application/vnd.pypi.pytp.v1+json';

/** Paths of the endpoints that answer as PEP 807 asks; PyPI's own answer as PyPI does. */
export const PYTP_PATHS = {
  discovery: '/.well-known/pytp',
  audience: '/_/pytp/audience',
  mint: '/_/pytp/mint-token',
} as const;

/** A token here is good for many uploads, as on PyPI. */
const FEATURES = ['multi-use-token'];

/** Where to go for an upload address; 404 for paths that take no uploads. */
export function discoveryAnswer(request: OidcRequest, uploadPaths: readonly string[]): OidcAnswer {
  const path = request.query.get('discover');
  if (path === null)
    return problemAnswer(400, 'Bad Request', 'The parameter "discover" is missing.');
  if (!uploadPaths.includes(path))
    return problemAnswer(404, 'Not Found', 'Nothing is uploaded there.');
  return pytpAnswer({
    'audience-endpoint': `${request.origin}${PYTP_PATHS.audience}`,
    'token-mint-endpoint': `${request.origin}${PYTP_PATHS.mint}`,
    features: FEATURES,
    'default-features': FEATURES,
  });
}

/** An answer of the PEP's media type. */
export function pytpAnswer(body: unknown): OidcAnswer {
  return jsonAnswer(200, body, PYTP_MEDIA_TYPE);
}

/** Whether the client takes the PEP's media type; without the header it does. */
export function takesPytp(accept: string | undefined): boolean {
  if (accept === undefined || accept.trim() === '') return true;
  return accept
    .slice(0, LONGEST_ACCEPT)
    .split(',')
    .map((range) => range.split(';', 1)[0]?.trim().toLowerCase())
    .some((range) => range === PYTP_MEDIA_TYPE || range === '*/*' || range === 'application/*');
}

const LONGEST_ACCEPT = 1000;

/** What the client asked for besides, if it is not to be had. */
export function unknownFeature(features: unknown): string | undefined {
  if (features === undefined) return undefined;
  if (!Array.isArray(features)) return 'features is not a list';
  const unknown: unknown = features.find((each) => !FEATURES.includes(String(each)));
  return unknown === undefined
    ? undefined
    : `the feature ${JSON.stringify(unknown).slice(0, 100)} is not offered`;
}
