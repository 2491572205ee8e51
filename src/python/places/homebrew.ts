import { join } from 'node:path';
import { interpretersOfPrefixes, listFolder, subfolders } from '../executables.ts';
import { variable, wellKnown, type SearchEnvironment } from '../search-environment.ts';
import type { Place } from './place.ts';

/** `python@3.12`, `python-freethreading`, `pypy3.10`, `graalpy`; not `python-setuptools`. */
const FORMULA = /^(?:python(?:@[\d.]+|-freethreading(?:@[\d.]+)?)?|pypy[\d.]*|graalpy)$/;

/**
 * Homebrew's Pythons, on macOS and Linux: `opt/<formula>`, whose path stays when the formula is updated, then the
 * older versions that the Cellar still holds.
 */
export const homebrew: Place = {
  name: 'homebrew',
  async find(host) {
    if (host.platform === 'win32') return [];
    const prefixes = await Promise.all(homebrewPrefixes(host).map(formulaPrefixes));
    return interpretersOfPrefixes(prefixes.flat(), host);
  },
};

function homebrewPrefixes(host: SearchEnvironment): string[] {
  const configured = variable(host, 'HOMEBREW_PREFIX');
  const usual = ['/opt/homebrew', '/usr/local', '/home/linuxbrew/.linuxbrew'];
  return [
    ...new Set([
      ...(configured === undefined ? [] : [configured]),
      ...usual.map((prefix) => wellKnown(host, prefix)),
      join(host.home, '.linuxbrew'),
    ]),
  ];
}

async function formulaPrefixes(prefix: string): Promise<string[]> {
  const formulae = async (folder: string): Promise<string[]> =>
    (await listFolder(join(prefix, folder)))
      .filter((name) => FORMULA.test(name))
      .map((name) => join(prefix, folder, name));
  const kegs = await Promise.all((await formulae('Cellar')).map(subfolders));
  return [...(await formulae('opt')), ...kegs.flat()];
}
