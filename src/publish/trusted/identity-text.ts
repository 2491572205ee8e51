/** Identity tokens as text: checked for shape only, for their claims are the index's to judge. */
import { WheelworksError } from '../../support/errors.ts';
import { Secret } from '../../support/secret.ts';
import type { CiService } from './model.ts';

/** Characters. */
const LONGEST = 32 << 10;

/**
 * The token, if it looks like one.
 * @throws WheelworksError `trusted/no-identity`, without the text, which may be a part of a token.
 */
export function identityToken(text: unknown, service: CiService): Secret {
  const token = typeof text === 'string' ? text.trim() : '';
  if (token.length <= LONGEST && /^[\w-]+\.[\w-]+\.[\w-]+$/.test(token)) return new Secret(token);
  throw noIdentity(service, 'what it gave is no JWT');
}

/** A service that gave no token. */
export function noIdentity(service: CiService, why: string): WheelworksError {
  return new WheelworksError('trusted/no-identity', `${service} gave no identity token.`, {
    evidence: why,
    hint: 'Run the job anew; where it stays so, use an API token.',
  });
}

/** Claims by which indexes know publishers; none of them is secret. */
const SHOWN = [
  'sub',
  'repository',
  'repository_owner',
  'repository_owner_id',
  'workflow_ref',
  'job_workflow_ref',
  'project_path',
  'ci_config_ref_uri',
  'ref',
  'ref_path',
  'environment',
  'event_name',
  'email',
  'organization',
  'project',
];

/** What a token says of its owner, for people who compare it with an index's settings; not verified. */
export function shownClaims(token: Secret): string {
  const claims = unverifiedClaims(token);
  return SHOWN.flatMap((name) => {
    const value = claims[name];
    return typeof value === 'string' ? [`${name}=${value.slice(0, 200)}`] : [];
  }).join(', ');
}

function unverifiedClaims(token: Secret): Readonly<Record<string, unknown>> {
  const [, body = ''] = token.reveal().split('.');
  try {
    const claims: unknown = JSON.parse(Buffer.from(body, 'base64url').toString());
    return typeof claims === 'object' && claims !== null ? { ...claims } : {};
  } catch {
    return {};
  }
}
