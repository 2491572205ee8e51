/** Environments for pip: how long it waits, which index it sees, where it installs. */
import type { Environment } from './environment.ts';

/**
 * For isolated builds: where no index answers, they fail soon instead of retrying for minutes. What the user set stays.
 */
export function withIndexPatience(env: Environment): Environment {
  const chosePipTimeout = env['PIP_TIMEOUT'] ?? env['PIP_DEFAULT_TIMEOUT'];
  return {
    PIP_RETRIES: '1',
    UV_HTTP_RETRIES: '1',
    UV_HTTP_TIMEOUT: '15',
    ...(chosePipTimeout === undefined ? { PIP_TIMEOUT: '15' } : {}),
    ...env,
  };
}

/**
 * For installing from one index and nothing else: pip's own variables and configuration files are taken out, since an
 * extra index in them would be mixed in, and `--isolated` does not stop all of them.
 */
export function withoutPipConfiguration(env: Environment, nullDevice: string): Environment {
  const kept = Object.entries(env).filter(([name]) => !name.startsWith('PIP_'));
  return {
    ...Object.fromEntries(kept),
    PIP_CONFIG_FILE: nullDevice,
    PIP_DISABLE_PIP_VERSION_CHECK: '1',
    PIP_NO_INPUT: '1',
  };
}

/** Variables that would have pip install somewhere else than into the environment it is called for. */
const ELSEWHERE: ReadonlySet<string> = new Set([
  'PIP_PREFIX',
  'PIP_PYTHON',
  'PIP_REQUIRE_VIRTUALENV',
  'PIP_ROOT',
  'PIP_TARGET',
]);

/** For installing into an environment of ours with the user's own configuration. */
export function installingHere(env: Environment): Environment {
  const kept = Object.entries(env).filter(([name]) => !ELSEWHERE.has(name));
  return {
    ...Object.fromEntries(kept),
    PIP_USER: '0',
    PIP_DISABLE_PIP_VERSION_CHECK: '1',
    PIP_NO_INPUT: '1',
  };
}
