/** Passwords of a keyring, through the `keyring` command: its backends are Python's. */
import { runProcess } from '../support/process.ts';
import { Secret } from '../support/secret.ts';
import type { Environment } from './config/environment.ts';

/** Milliseconds; a keyring that waits for a person to unlock it must not hold a release. */
const TIMEOUT = 20_000;
const MOST_BYTES = 64 * 1024;

/**
 * What the keyring has for a service and a user; undefined when it has nothing, fails or does not answer in time.
 * @param command absolute path of `keyring`
 */
export async function askKeyring(
  command: string,
  key: { readonly service: string; readonly user: string },
  options: { readonly cwd: string; readonly env: Environment; readonly signal?: AbortSignal },
): Promise<Secret | undefined> {
  const { exitCode, stdout, timedOut } = await runProcess(command, ['get', key.service, key.user], {
    ...options,
    timeoutMs: TIMEOUT,
    outputLimit: MOST_BYTES,
    label: 'keyring get',
  });
  const value = stdout.replace(/\r?\n$/, '');
  return exitCode !== 0 || timedOut || value === '' ? undefined : new Secret(value);
}
