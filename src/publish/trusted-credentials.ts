/** Credentials from the identity of a CI service, with tokens that renew themselves. */
import { Secret } from '../support/secret.ts';
import type { Environment } from './config/environment.ts';
import { TOKEN_USER, type Credentials } from './credentials.ts';
import { ambientService, trustedSource, type TrustedSourceOptions } from './trusted/index.ts';

export interface TrustedOptions extends TrustedSourceOptions {
  /** Only says which service would be asked. */
  readonly isDryRun: boolean;
}

/**
 * The credentials of the CI service that this runs on; undefined elsewhere, and where the index takes no identities.
 * @throws WheelworksError `trusted/*`, `http/*`, `process/not-found`.
 */
export async function trustedCredentials(
  upload: string,
  env: Environment,
  { isDryRun, ...options }: TrustedOptions,
): Promise<Credentials | undefined> {
  if (isDryRun) {
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
  const source = await trustedSource(upload, env, options);
  if (source === undefined) return undefined;
  const pairOf = (token: Secret): string =>
    Buffer.from(`${TOKEN_USER}:${token.reveal()}`).toString('base64');
  return {
    user: TOKEN_USER,
    origin: `the identity of ${source.service}`,
    isTrusted: true,
    authorization: async () => new Secret(`Basic ${pairOf(await source.token())}`),
    secrets: () => source.secrets().flatMap((token) => [token, new Secret(pairOf(token))]),
  };
}
