/** Identity tokens of the CI service that this runs on. */
import { readFile } from 'node:fs/promises';
import { buildkiteToken, circleciToken } from './command-token.ts';
import { githubToken } from './github.ts';
import { gitlabToken } from './gitlab.ts';
import { googleToken } from './google.ts';
import type { AmbientIdentity, AmbientOptions, CiService, Environment } from './model.ts';
import { ciService } from './services.ts';
import type { Secret } from '../../support/secret.ts';

const PRODUCT_NAME = '/sys/class/dmi/id/product_name';
const GOOGLE_PRODUCTS = ['Google', 'Google Compute Engine'];

/**
 * Asks the CI service for an identity token; undefined where there is no service.
 * @throws WheelworksError `trusted/no-permission`, `trusted/no-id-token`, `trusted/no-identity`, `process/not-found`,
 * `http/*`.
 */
export async function ambientIdentity(
  env: Environment,
  options: AmbientOptions,
): Promise<AmbientIdentity | undefined> {
  const service = await ambientService(env, options);
  return service === undefined ? undefined : serviceIdentity(service, env, options);
}

/** The service that this runs on; nothing is asked of it. */
export async function ambientService(
  env: Environment,
  options: Pick<AmbientOptions, 'productNameFile'> = {},
): Promise<CiService | undefined> {
  return ciService(env) ?? (await googleMachine(options));
}

/**
 * Asks a service for an identity token.
 * @throws WheelworksError as {@link ambientIdentity}.
 */
export async function serviceIdentity(
  service: CiService,
  env: Environment,
  options: AmbientOptions,
): Promise<AmbientIdentity> {
  return { service, token: await TOKENS[service](env, options) };
}

const TOKENS: Readonly<
  Record<CiService, (env: Environment, options: AmbientOptions) => Promise<Secret>>
> = {
  'GitHub Actions': githubToken,
  'GitLab CI/CD': gitlabToken,
  'Google Cloud': googleToken,
  Buildkite: buildkiteToken,
  CircleCI: circleciToken,
};

async function googleMachine(
  options: Pick<AmbientOptions, 'productNameFile'>,
): Promise<CiService | undefined> {
  const { productNameFile = PRODUCT_NAME } = options;
  const name = await readFile(productNameFile, 'utf8').catch(() => '');
  return GOOGLE_PRODUCTS.includes(name.trim()) ? 'Google Cloud' : undefined;
}
