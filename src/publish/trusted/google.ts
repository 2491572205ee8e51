/**
 * Identity tokens of Google Cloud: of the machine's own service account, or of one that it may act for.
 *
 * Sources: https://docs.cloud.google.com/compute/docs/instances/verifying-instance-identity,
 * https://docs.cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts/generateIdToken
 */
import { httpRequest, type HttpRequest, type HttpResponse } from '../../support/http.ts';
import { Secret } from '../../support/secret.ts';
import { identityToken, noIdentity } from './identity-text.ts';
import { jsonField } from './json-answer.ts';
import type { AmbientOptions, Environment } from './model.ts';

const SERVICE = 'Google Cloud';
const METADATA_HOST = 'metadata.google.internal';
const ACCOUNT = '/computeMetadata/v1/instance/service-accounts/default';
const CREDENTIALS = 'https://iamcredentials.googleapis.com';

/**
 * Asks Google.
 * @throws WheelworksError `trusted/no-identity`, `http/*`.
 */
export async function googleToken(env: Environment, options: AmbientOptions): Promise<Secret> {
  const { audience } = options;
  const metadata = `http://${env['GCE_METADATA_HOST'] ?? METADATA_HOST}${ACCOUNT}`;
  const account = env['GOOGLE_SERVICE_ACCOUNT_NAME'];
  if (account !== undefined && account !== '')
    return impersonated(account, `${metadata}/token`, options);
  const query = new URLSearchParams({ audience, format: 'full' });
  const answer = await asked(`${metadata}/identity?${query.toString()}`, METADATA, options);
  return identityToken(Buffer.from(answer.body).toString(), SERVICE);
}

/** Without the header the metadata server does not answer: a page in a browser cannot send it. */
const METADATA: HttpRequest = { headers: { 'metadata-flavor': 'Google' } };

async function impersonated(
  account: string,
  tokenUrl: string,
  options: AmbientOptions,
): Promise<Secret> {
  const { audience, googleCredentialsUrl = CREDENTIALS } = options;
  const access = jsonField(await asked(tokenUrl, METADATA, options), 'access_token');
  if (typeof access !== 'string') throw noIdentity(SERVICE, 'no access token');
  const url = `${googleCredentialsUrl}/v1/projects/-/serviceAccounts/${encodeURIComponent(account)}:generateIdToken`;
  const answer = await asked(
    url,
    {
      method: 'POST',
      authorization: new Secret(`Bearer ${access}`),
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ audience, includeEmail: true }),
    },
    options,
  );
  return identityToken(jsonField(answer, 'token'), SERVICE);
}

async function asked(
  url: string,
  request: HttpRequest,
  { signal }: AmbientOptions,
): Promise<HttpResponse> {
  const answer = await httpRequest(url, {
    ...request,
    maxBytes: 1 << 20,
    redirects: 0,
    timeoutMs: 30_000,
    ...(signal === undefined ? {} : { signal }),
  });
  if (answer.status !== 200) throw noIdentity(SERVICE, `status ${answer.status}`);
  return answer;
}
