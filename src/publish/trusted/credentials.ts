/** Trusted publishing as credentials of an upload. */
import { Secret } from '../../support/secret.ts';
import { TOKEN_USER, type Credentials } from '../credentials.ts';
import { ambientService } from './ambient.ts';
import type { Environment } from './model.ts';
import { trustedSource, type TrustedSourceOptions } from './trusted-source.ts';

/**
 * Credentials by the identity of the CI service that this runs on; undefined where there is none, or the index takes
 * none. The token is renewed before it expires, also in the middle of a release.
 * @throws WheelworksError `trusted/*`, `http/*`, `process/not-found`.
 */
export async function trustedCredentials(
  uploadUrl: string,
  env: Environment,
  options: TrustedSourceOptions,
): Promise<Credentials | undefined> {
  const source = await trustedSource(uploadUrl, env, options);
  if (source === undefined) return undefined;
  return {
    user: TOKEN_USER,
    origin: `the identity of ${source.service}`,
    isTrusted: true,
    authorization: async () => new Secret(`Basic ${pairOf(await source.token())}`),
    secrets: () => source.secrets().flatMap((token) => [token, new Secret(pairOf(token))]),
  };
}

function pairOf(token: Secret): string {
  return Buffer.from(`${TOKEN_USER}:${token.reveal()}`).toString('base64');
}

/** The same for a dry run: which service would be asked, and nothing is. */
export async function unaskedCredentials(
  env: Environment,
  options: Pick<TrustedSourceOptions, 'productNameFile'> = {},
): Promise<Credentials | undefined> {
  const service = await ambientService(env, options);
  if (service === undefined) return undefined;
  return {
    user: TOKEN_USER,
    origin: `the identity of ${service}, which a dry run does not ask for`,
    isTrusted: true,
    authorization: async () => undefined,
    secrets: () => [],
  };
}
