import { interpretersOfPrefix } from '../executables.ts';
import { variable } from '../search-environment.ts';
import type { Place } from './place.ts';

/** The active virtual environment: `VIRTUAL_ENV`, set by the activation scripts of venv, virtualenv and uv. */
export const virtualEnvironment: Place = {
  name: 'virtual-environment',
  async find(host) {
    const prefix = variable(host, 'VIRTUAL_ENV');
    return prefix === undefined ? [] : interpretersOfPrefix(prefix, host);
  },
};
