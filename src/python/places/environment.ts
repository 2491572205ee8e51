import { resolve } from 'node:path';
import { interpretersOfPrefix, isExecutable } from '../executables.ts';
import { searchPath, variable } from '../search-environment.ts';
import type { SearchEnvironment } from '../search-environment.ts';
import { commandOnPath } from './path.ts';
import type { Place } from './place.ts';

/**
 * The interpreter the environment names: `PYTHON`, a command or a path as make files have it, and `PYTHON_HOME`,
 * the prefix of an installation.
 */
export const environment: Place = {
  name: 'environment',
  async find(host) {
    const command = variable(host, 'PYTHON');
    const home = variable(host, 'PYTHON_HOME');
    return [
      ...(command === undefined ? [] : await commandOrPath(command, host)),
      ...(home === undefined ? [] : await interpretersOfPrefix(resolve(host.cwd, home), host)),
    ];
  },
};

async function commandOrPath(command: string, host: SearchEnvironment): Promise<string[]> {
  const path = resolve(host.cwd, command);
  if (/[\\/]/.test(command)) return (await isExecutable(path)) ? [path] : [];
  const found = await commandOnPath(command, searchPath(host), host);
  return found === undefined ? [] : [found];
}
