import { join } from 'node:path';
import { interpretersOfPrefixes, isExecutable, listFolder } from '../executables.ts';
import { variable, wellKnown, type SearchEnvironment } from '../search-environment.ts';
import type { AskProgram, Place } from './place.ts';

/** `Python312`, `Python312-32`, `Python313-arm64`, `pythoncore-3.14-64`, `pypy3.11-v7.3.20-win64`. */
const INSTALLATION = /^(?:python\d+(?:-[a-z\d]+)?|pythoncore-[\w.-]+|pypy[\d.]+[\w.-]*)$/i;

/**
 * Windows: what the `py` launcher lists (it reads the registry for us), then the folders where the installers and the
 * install manager put Pythons, for a machine without the launcher.
 */
export const windows: Place = {
  name: 'windows',
  async find(host, ask) {
    if (host.platform !== 'win32') return [];
    return [...(await launcherList(ask)), ...(await usualFolders(host))];
  },
};

/**
 * Paths in the answer of `py -0p`.
 *
 * A line is a tag, blanks, the path, with a `*` after the tag (launcher of 3.11 and later) or after the path (before)
 * marking the default: ` -V:3.12 *        C:\Python312\python.exe`, ` -3.8-64        C:\Python38\python.exe *`.
 * The path may have blanks; it starts with a drive or `\\`.
 */
export function launcherPaths(text: string): string[] {
  return text
    .split(/\r?\n/)
    .map((line) => /\s((?:[A-Za-z]:[\\/]|\\\\).*\.exe)\s*\*?\s*$/i.exec(line)?.[1])
    .filter((path) => path !== undefined);
}

async function launcherList(ask: AskProgram): Promise<string[]> {
  const paths = launcherPaths((await ask('py', ['-0p'])) ?? '');
  const usable = await Promise.all(paths.map(isExecutable));
  return paths.filter((_, index) => usable[index]);
}

async function usualFolders(host: SearchEnvironment): Promise<string[]> {
  const local = variable(host, 'LOCALAPPDATA');
  const parents = [
    ...(local === undefined
      ? []
      : [join(local, 'Programs', 'Python'), join(local, 'Python'), local]),
    variable(host, 'ProgramFiles'),
    variable(host, 'ProgramFiles(x86)'),
    // A bare `C:` is the drive's current folder, not its root.
    wellKnown(host, `${variable(host, 'SystemDrive') ?? 'C:'}/`),
  ].filter((parent) => parent !== undefined);
  const prefixes = await Promise.all(
    parents.map(async (parent) =>
      (await listFolder(parent))
        .filter((name) => INSTALLATION.test(name))
        .map((name) => join(parent, name)),
    ),
  );
  return interpretersOfPrefixes(prefixes.flat(), host);
}
