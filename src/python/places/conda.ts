import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { interpretersOfPrefixes, subfolders } from '../executables.ts';
import { variable, wellKnown, type SearchEnvironment } from '../search-environment.ts';
import type { Place } from './place.ts';

const DISTRIBUTIONS = ['miniconda3', 'miniforge3', 'mambaforge', 'anaconda3', 'micromamba'];

/**
 * Conda environments: the active one, those that conda wrote into `~/.conda/environments.txt`, and the base and named
 * environments of each installation that a variable points to or that lies where installers put it.
 */
export const conda: Place = {
  name: 'conda',
  async find(host) {
    const active = variable(host, 'CONDA_PREFIX');
    const roots = installations(host);
    const named = await Promise.all(roots.map((root) => subfolders(join(root, 'envs'))));
    const prefixes = [
      ...(active === undefined ? [] : [active]),
      ...(await registered(host)),
      ...roots,
      ...named.flat(),
    ];
    return interpretersOfPrefixes([...new Set(prefixes)], host);
  },
};

function installations(host: SearchEnvironment): string[] {
  const executable = variable(host, 'CONDA_EXE');
  const mamba = variable(host, 'MAMBA_ROOT_PREFIX');
  return [
    // <root>/bin/conda, <root>/Scripts/conda.exe
    ...(executable === undefined ? [] : [dirname(dirname(executable))]),
    ...(mamba === undefined ? [] : [mamba]),
    ...DISTRIBUTIONS.map((name) => join(host.home, name)),
    ...['/opt/conda', '/opt/miniconda3', '/opt/miniforge3'].map((path) => wellKnown(host, path)),
  ];
}

async function registered(host: SearchEnvironment): Promise<string[]> {
  try {
    const text = await readFile(join(host.home, '.conda', 'environments.txt'), 'utf8');
    return text
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '');
  } catch {
    return [];
  }
}
