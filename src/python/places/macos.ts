import { join } from 'node:path';
import { interpretersOfPrefixes, subfolders } from '../executables.ts';
import { wellKnown, type SearchEnvironment } from '../search-environment.ts';
import type { Place } from './place.ts';

/** The frameworks that python.org's installers make; the free-threaded build is `PythonT`. */
export const framework: Place = {
  name: 'framework',
  async find(host) {
    if (host.platform !== 'darwin') return [];
    const libraries = [
      wellKnown(host, '/Library/Frameworks'),
      join(host.home, 'Library', 'Frameworks'),
    ];
    const versions = libraries.flatMap((library) =>
      ['Python', 'PythonT'].map((name) => join(library, `${name}.framework`, 'Versions')),
    );
    const prefixes = (await Promise.all(versions.map(subfolders))).flat();
    return interpretersOfPrefixes(prefixes, host);
  },
};

/** The Python of Xcode and of its command line tools. */
export const xcode: Place = {
  name: 'xcode',
  async find(host) {
    return host.platform === 'darwin' ? interpretersOfPrefixes(developerPrefixes(host), host) : [];
  },
};

/**
 * Whether a folder of PATH must not be looked into: `/usr/bin/python3` of macOS is a stub, which opens a window that
 * offers to install the command line tools when they are missing, and runs theirs when they are not.
 */
export function holdsXcodeStubs(folder: string, host: SearchEnvironment): boolean {
  return host.platform === 'darwin' && folder === wellKnown(host, '/usr/bin');
}

function developerPrefixes(host: SearchEnvironment): string[] {
  return [
    '/Library/Developer/CommandLineTools/usr',
    '/Applications/Xcode.app/Contents/Developer/usr',
  ].map((prefix) => wellKnown(host, prefix));
}
