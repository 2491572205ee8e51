/**
 * The database of apk: stanzas of one-letter fields. P package, V version, A architecture, L licence, U homepage, o origin, F
 * folder, R file in it (Alpine's "Apk spec", "Installed database").
 */
import { isLicenseExpression } from './copyright.ts';
import type { OsRelease } from './os-release.ts';
import type { SystemPackage } from './package.ts';
import { packageUrl } from './purl.ts';
import type { RootView } from './root-view.ts';
import { readText } from './text.ts';

const PLACES: readonly string[] = ['/usr/lib/apk/db/installed', '/lib/apk/db/installed'];

/** The owners of some files, by the wanted paths. @param wanted every spelling of a path, to the path */
export async function apkOwners(
  root: RootView,
  wanted: ReadonlyMap<string, string>,
  release: OsRelease | undefined,
): Promise<ReadonlyMap<string, SystemPackage>> {
  const owners = new Map<string, SystemPackage>();
  for (const place of PLACES) {
    const text = await readText(root, place);
    for (const stanza of text.split(/\n\n+/)) {
      const lines = stanza.split('\n');
      const paths = filesOf(lines).flatMap((path) => wanted.get(path) ?? []);
      if (paths.length === 0) continue;
      const owner = describe(lines, release);
      for (const path of paths) owners.set(path, owner);
    }
    if (text !== '') return owners;
  }
  return owners;
}

function filesOf(lines: readonly string[]): readonly string[] {
  let folder = '';
  return lines.flatMap((line) => {
    if (line.startsWith('F:')) folder = line.slice(2);
    if (!line.startsWith('R:')) return [];
    return folder === '' ? [`/${line.slice(2)}`] : [`/${folder}/${line.slice(2)}`];
  });
}

function describe(lines: readonly string[], release: OsRelease | undefined): SystemPackage {
  const field = (letter: string): string | undefined =>
    lines.find((line) => line.startsWith(`${letter}:`))?.slice(2);
  const base = {
    manager: 'apk',
    name: field('P') ?? '',
    version: field('V') ?? '',
    architecture: field('A') ?? '',
  } as const;
  const license = field('L');
  const origin = field('o');
  return {
    ...base,
    source: origin === undefined ? undefined : { name: origin, version: base.version },
    license:
      license === undefined ? undefined : { text: license, isSpdx: isLicenseExpression(license) },
    licenseFiles: [],
    homepage: field('U'),
    purl: packageUrl(base, release),
  };
}
