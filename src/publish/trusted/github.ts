/**
 * Identity tokens of GitHub Actions.
 *
 * Source: https://docs.github.com/en/actions/reference/security/oidc
 */
import { WheelworksError } from '../../support/errors.ts';
import { httpRequest, parseHttpUrl } from '../../support/http.ts';
import { Secret } from '../../support/secret.ts';
import { identityToken, noIdentity } from './identity-text.ts';
import { jsonField } from './json-answer.ts';
import type { AmbientOptions, Environment } from './model.ts';

const SERVICE = 'GitHub Actions';

/**
 * Asks GitHub.
 * @throws WheelworksError `trusted/no-permission`, `trusted/no-identity`, `http/*`.
 */
export async function githubToken(env: Environment, options: AmbientOptions): Promise<Secret> {
  const address = env['ACTIONS_ID_TOKEN_REQUEST_URL'];
  const key = env['ACTIONS_ID_TOKEN_REQUEST_TOKEN'];
  if (address === undefined || address === '' || key === undefined || key === '')
    throw noPermission(env);
  const url = parseHttpUrl(address);
  url.searchParams.set('audience', options.audience);
  const answer = await httpRequest(url.href, {
    authorization: new Secret(`bearer ${key}`),
    headers: { accept: 'application/json' },
    maxBytes: 1 << 20,
    redirects: 0,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  if (answer.status !== 200) throw noIdentity(SERVICE, `status ${answer.status}`);
  return identityToken(jsonField(answer, 'value'), SERVICE);
}

function noPermission(env: Environment): WheelworksError {
  const isFork = env['GITHUB_EVENT_NAME'] === 'pull_request';
  return new WheelworksError('trusted/no-permission', 'This job may have no identity token.', {
    evidence: 'ACTIONS_ID_TOKEN_REQUEST_TOKEN is not set',
    hint: isFork
      ? 'Jobs for pull requests of forks get none: publish from a tag or release.'
      : 'Give the job the permission: "permissions: {id-token: write}" in the workflow, and in the one that calls it.',
  });
}
