/**
 * Which Debian package has a shared library: what to install where one is missing.
 *
 * The table is data with its source named inside; scripts/update-library-packages.mjs makes it again.
 */
import table from './data/library-packages.json' with { type: 'json' };

let packages: ReadonlyMap<string, string> | undefined;

/** A package of a Debian release. */
export interface DebianPackage {
  readonly name: string;
  /** The release, for people: `Debian 12`. */
  readonly suite: string;
}

/** The package that has a library by that name in a folder of the system; undefined for names that no package has. */
export function debianPackageOf(library: string): DebianPackage | undefined {
  packages ??= new Map([
    ...table.regular
      .flatMap((line) => line.split(' '))
      .map((name) => [name, regularName(name)] as const),
    ...Object.entries(table.packages).flatMap(([name, libraries]) =>
      libraries.split(' ').map((each) => [each, name] as const),
    ),
  ]);
  const name = packages.get(library);
  return name === undefined ? undefined : { name, suite: table.suite };
}

/** Debian Policy 8.1: `libX11.so.6` is in `libx11-6`, `libgomp.so.1` in `libgomp1`. */
function regularName(library: string): string {
  return library
    .replace(/(\d)\.so\./, '$1-')
    .replace(/\.so\./, '')
    .replaceAll('_', '-')
    .toLowerCase();
}
