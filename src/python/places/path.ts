import { join } from 'node:path';
import { interpretersIn, isExecutable, isShim } from '../executables.ts';
import { searchPath, type SearchEnvironment } from '../search-environment.ts';
import { holdsXcodeStubs } from './macos.ts';
import type { Place } from './place.ts';

/** Every interpreter in the folders of PATH, in PATH's order. */
export const path: Place = {
  name: 'path',
  async find(host) {
    const folders = [...new Set(searchPath(host))].filter(
      (folder) => !holdsXcodeStubs(folder, host) && !holdsStoreAliases(folder, host),
    );
    return (await Promise.all(folders.map((folder) => interpretersIn(folder, host)))).flat();
  },
};

/** The file that a command's name means, shims passed over; undefined when there is none. */
export async function commandOnPath(
  command: string,
  folders: readonly string[],
  host: SearchEnvironment,
): Promise<string | undefined> {
  const endings = host.platform === 'win32' ? ['.exe', ''] : [''];
  for (const folder of folders) {
    for (const ending of endings) {
      const file = join(folder, `${command}${ending}`);
      if ((await isExecutable(file)) && !(await isShim(file))) return file;
    }
  }
  return undefined;
}

/**
 * Whether a folder holds Windows's app aliases: empty files of which `python.exe` opens the Store when no Python came
 * from there. Those that did are in the launcher's list.
 */
function holdsStoreAliases(folder: string, host: SearchEnvironment): boolean {
  return host.platform === 'win32' && /[\\/]Microsoft[\\/]WindowsApps[\\/]?$/i.test(folder);
}
