/**
 * Identity tokens of GitLab CI/CD, which come as variables that the job asks for by name.
 *
 * Source: https://docs.gitlab.com/ci/secrets/id_token_authentication/; the names are those that twine and uv look for.
 */
import { WheelworksError } from '../../support/errors.ts';
import type { Secret } from '../../support/secret.ts';
import { identityToken } from './identity-text.ts';
import type { AmbientOptions, Environment } from './model.ts';

/**
 * Reads the variable for the audience.
 * @throws WheelworksError `trusted/no-id-token`, `trusted/no-identity`.
 */
export async function gitlabToken(env: Environment, { audience }: AmbientOptions): Promise<Secret> {
  const name = tokenVariable(audience);
  const text = env[name];
  if (text !== undefined && text !== '') return identityToken(text, 'GitLab CI/CD');
  throw new WheelworksError('trusted/no-id-token', `The job has no variable ${name}.`, {
    hint: `Give it one in .gitlab-ci.yml: "id_tokens: {${name}: {aud: ${audience}}}".`,
  });
}

/** `PYPI_ID_TOKEN` for `pypi`. */
export function tokenVariable(audience: string): string {
  const name = audience.toUpperCase().replaceAll(/[^A-Z0-9_]/g, '_');
  return `${name.replace(/^\d/, '_')}_ID_TOKEN`;
}
