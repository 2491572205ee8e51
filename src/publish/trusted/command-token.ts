/**
 * Identity tokens of services whose agents give them by a command.
 *
 * Sources: https://buildkite.com/docs/agent/v3/cli-oidc, https://circleci.com/docs/openid-connect-tokens/
 */
import { WheelworksError } from '../../support/errors.ts';
import { runProcess } from '../../support/process.ts';
import type { Secret } from '../../support/secret.ts';
import { identityToken, noIdentity } from './identity-text.ts';
import type { AmbientOptions, CiService, Environment } from './model.ts';

/**
 * Asks the agent of Buildkite.
 * @throws WheelworksError `process/not-found`, `trusted/no-identity`.
 */
export function buildkiteToken(env: Environment, options: AmbientOptions): Promise<Secret> {
  const args = ['oidc', 'request-token', '--audience', options.audience];
  return run('Buildkite', ['buildkite-agent', ...args], { ...options, env });
}

/**
 * Asks the agent of CircleCI.
 * @throws WheelworksError `process/not-found`, `trusted/no-identity`.
 */
export function circleciToken(env: Environment, options: AmbientOptions): Promise<Secret> {
  const claims = JSON.stringify({ aud: options.audience });
  const args = ['run', 'oidc', 'get', '--claims', claims];
  return run('CircleCI', ['circleci', ...args], { ...options, env });
}

const TIMEOUT = 60_000;

async function run(
  service: CiService,
  [command = '', ...args]: readonly string[],
  { cwd, env, signal }: AmbientOptions & { readonly env: Environment },
): Promise<Secret> {
  const result = await runProcess(command, args, {
    cwd,
    env,
    timeoutMs: TIMEOUT,
    outputLimit: 1 << 20,
    ...(signal === undefined ? {} : { signal }),
  });
  if (result.cancelled) throw new WheelworksError('process/cancelled', `${command} was cancelled.`);
  // Its output is not repeated: a token could be in it.
  if (result.exitCode !== 0)
    throw noIdentity(
      service,
      `${command} ended with ${result.exitCode ?? result.signal ?? 'none'}`,
    );
  return identityToken(result.stdout, service);
}
