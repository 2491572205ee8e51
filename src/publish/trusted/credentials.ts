/** Trusted publishing as credentials of an upload. */
import { Secret } from '../../support/secret.ts';
import { TOKEN_USER, type Credentials } from '../credentials.ts';
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
    authorization: async () => new Secret(`Basic ${pairOf(await source.token())}`),
    secrets: () => source.secrets().flatMap((token) => [token, new Secret(pairOf(token))]),
  };
}

function pairOf(token: Secret): string {
  return Buffer.from(`${TOKEN_USER}:${token.reveal()}`).toString('base64');
}
