/** What tests of real clients share: an environment of their own, and what is compared of what they send. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Exchange } from '../../src/serve/index.ts';

export const run = promisify(execFile);

/** Away from the settings of this machine. */
export function isolated(home: string): { readonly env: NodeJS.ProcessEnv; readonly cwd: string } {
  return {
    cwd: home,
    env: {
      PATH: '/usr/bin:/bin',
      HOME: home,
      PIP_CONFIG_FILE: '/dev/null',
      PIP_DISABLE_PIP_VERSION_CHECK: '1',
      PYTHON_KEYRING_BACKEND: 'keyring.backends.null.Keyring',
    },
  };
}

/** An exchange without what the machine adds. */
export function comparable(exchange: Exchange | undefined): unknown {
  if (exchange === undefined) return undefined;
  const { method, path, headers, fields } = exchange;
  return {
    method,
    path,
    headers: headers.map(([name, value]) => [
      name,
      name.toLowerCase() === 'user-agent' ? (value.split(/[ /]/, 1)[0] ?? '') : value,
    ]),
    ...(fields === undefined ? {} : { fields }),
  };
}

/** What a client was seen to send, of `transcripts/`. */
export async function recorded(name: string): Promise<unknown> {
  return JSON.parse(await readFile(join(import.meta.dirname, 'transcripts', name), 'utf8'));
}
