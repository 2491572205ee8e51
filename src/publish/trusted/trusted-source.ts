/** The whole of it: from an upload address and an environment to tokens. */
import type { Secret } from '../../support/secret.ts';
import { ambientService, serviceIdentity } from './ambient.ts';
import { findEndpoints } from './endpoints.ts';
import { askAudience, mintToken } from './mint.ts';
import type { AmbientOptions, CiService, Environment } from './model.ts';
import { createTokenSource, type TokenSource } from './token-source.ts';

export interface TrustedSourceOptions extends Omit<AmbientOptions, 'audience'> {
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** Gets every token as it is made: to mask it in the log of the CI service. */
  readonly onToken?: (token: Secret) => void;
}

export interface TrustedSource extends TokenSource {
  readonly service: CiService;
  readonly audience: string;
}

/**
 * A source of tokens for an index, with the first of them made already; undefined where this runs on no CI service, or
 * the index takes no identities.
 * @throws WheelworksError `trusted/*`, `http/*`, `process/not-found`.
 */
export async function trustedSource(
  uploadUrl: string,
  env: Environment,
  options: TrustedSourceOptions,
): Promise<TrustedSource | undefined> {
  const { clock, signal, onToken } = options;
  const service = await ambientService(env, options);
  if (service === undefined) return undefined;
  const endpoints = await findEndpoints(uploadUrl, signal);
  const audience = await askAudience(endpoints, signal);
  if (audience === undefined) return undefined;
  const source = createTokenSource(
    async () => {
      const identity = await serviceIdentity(service, env, { ...options, audience });
      return mintToken(endpoints, identity, options);
    },
    { clock, ...(onToken === undefined ? {} : { onToken }) },
  );
  await source.token();
  return { ...source, service, audience };
}
