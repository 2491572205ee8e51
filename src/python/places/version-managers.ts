import { basename, dirname, join } from 'node:path';
import { interpretersOfPrefixes, subfolders } from '../executables.ts';
import { dataHome, searchPath, variable, type SearchEnvironment } from '../search-environment.ts';
import type { Place } from './place.ts';

/**
 * pyenv's versions: below `PYENV_ROOT`, `~/.pyenv`, pyenv-win's folder, and whatever root a `shims` folder on PATH
 * belongs to, for a pyenv in an odd place whose variables are not exported.
 */
export const pyenv: Place = {
  name: 'pyenv',
  find: (host) =>
    below(
      [
        variable(host, 'PYENV_ROOT'),
        variable(host, 'PYENV'),
        join(host.home, '.pyenv'),
        join(host.home, '.pyenv', 'pyenv-win'),
        ...rootsOfShims(host),
      ],
      'versions',
      host,
    ),
};

/** asdf's installs, below `ASDF_DATA_DIR` or `~/.asdf`. */
export const asdf: Place = {
  name: 'asdf',
  find: (host) =>
    below(
      [variable(host, 'ASDF_DATA_DIR'), join(host.home, '.asdf')],
      join('installs', 'python'),
      host,
    ),
};

/** mise's installs, below `MISE_DATA_DIR` or `mise` in the user's data folder. */
export const mise: Place = {
  name: 'mise',
  find: (host) =>
    below(
      [
        variable(host, 'MISE_DATA_DIR'),
        join(dataHome(host), 'mise'),
        localAppData(host, 'mise'),
        ...rootsOfShims(host),
      ],
      join('installs', 'python'),
      host,
    ),
};

/** rye's toolchains, below `RYE_HOME` or `~/.rye`; those of before 2024 have their prefix in `install`. */
export const rye: Place = {
  name: 'rye',
  async find(host) {
    const roots = [variable(host, 'RYE_HOME'), join(host.home, '.rye')];
    const toolchains = await foldersBelow(roots, 'py');
    const prefixes = toolchains.flatMap((toolchain) => [toolchain, join(toolchain, 'install')]);
    return interpretersOfPrefixes(prefixes, host);
  },
};

/** uv's managed Pythons: `UV_PYTHON_INSTALL_DIR`, or `uv/python` in the user's data folder. */
export const uv: Place = {
  name: 'uv',
  async find(host) {
    const appData = variable(host, 'APPDATA');
    const installs = await foldersBelow(
      [
        variable(host, 'UV_PYTHON_INSTALL_DIR'),
        join(dataHome(host), 'uv', 'python'),
        appData === undefined ? undefined : join(appData, 'uv', 'data', 'python'),
      ],
      '.',
    );
    return interpretersOfPrefixes(installs, host);
  },
};

async function below(
  roots: readonly (string | undefined)[],
  folder: string,
  host: SearchEnvironment,
): Promise<string[]> {
  return interpretersOfPrefixes(await foldersBelow(roots, folder), host);
}

async function foldersBelow(
  roots: readonly (string | undefined)[],
  folder: string,
): Promise<string[]> {
  const distinct = new Set(roots.filter((root) => root !== undefined));
  const lists = await Promise.all([...distinct].map((root) => subfolders(join(root, folder))));
  return lists.flat();
}

function rootsOfShims(host: SearchEnvironment): string[] {
  return searchPath(host)
    .filter((folder) => basename(folder) === 'shims')
    .map((folder) => dirname(folder));
}

function localAppData(host: SearchEnvironment, folder: string): string | undefined {
  const root = variable(host, 'LOCALAPPDATA');
  return root === undefined ? undefined : join(root, folder);
}
