/**
 * How CPython is split into packages: the lists of OpenWrt's feed, one a release and series, as data.
 *
 * Paths are relative to `usr/lib/python3.13` unless they start with a slash; `*` stands for any run of characters of one
 * component. What no package lists is in the light package: it is the remainder, so that new modules land there.
 */
import { WheelworksError } from '../../support/errors.ts';
import { openWrtRelease } from '../targets/index.ts';
import { definitionTables, type DefinitionTable } from './tables.ts';

/** Python 3, or the Python 2 that releases up to 19.07 have beside it. */
export type PythonSeries = 'python3' | 'python';

export interface SplitPackage {
  /** `python3-urllib`; the library package has its name without the ABI version. */
  readonly name: string;
  readonly paths: readonly string[];
  /** Directories made even when they stay empty. */
  readonly directories: readonly string[];
  /** Symlinks: absolute path on the device to what stands in the link. */
  readonly links: Readonly<Record<string, string>>;
  /** Names of packages, without `libc`. */
  readonly depends: readonly string[];
  /** Whether the meta package depends on it. */
  readonly inMeta: boolean;
  /** Whether its name gets the minor version appended: `libpython3-3.13`. */
  readonly hasAbiVersion: boolean;
}

export interface LightPackage {
  /** `python3-light`. */
  readonly name: string;
  readonly depends: readonly string[];
  /** What is in no package at all, as paths. */
  readonly remove: readonly string[];
}

export interface SplitDefinition {
  /** Where the lists come from. */
  readonly source: string;
  /** `24.10`; a file of a user's may name none. */
  readonly release: string | undefined;
  readonly series: PythonSeries;
  /** `3.11`. */
  readonly minor: string;
  /** SPDX identifiers, separated by blanks. */
  readonly license: string;
  /** All but the light and the meta package, in the feed's order. */
  readonly packages: readonly SplitPackage[];
  readonly light: LightPackage;
  /** Names of folders that are removed wherever they lie in a package of the standard library: `tests`. */
  readonly removeEverywhere: readonly string[];
  /** The package that holds nothing and depends on the members: `python3`. */
  readonly meta: string;
}

/**
 * The feed's split of a release.
 * @throws WheelworksError `openwrt/unknown-release`; `openwrt/no-split` when the release has no Python 2.
 */
export function splitDefinition(
  release: string,
  { series = 'python3', minor }: { series?: PythonSeries; minor?: string } = {},
): SplitDefinition {
  const { name } = openWrtRelease(release);
  const table = definitionTables.find((each) => each.release === name && each.series === series);
  if (table === undefined)
    throw new WheelworksError('openwrt/no-split', `OpenWrt ${name} has no Python 2.`, {
      evidence: `Python 2 is in ${definitionTables
        .filter((each) => each.series === 'python')
        .map((each) => each.release)
        .join(', ')}`,
      hint: 'Give the lists with --definition, or name a release that has it.',
    });
  const key = [name, series, minor ?? table.minor].join(' ');
  const known = listed.get(key) ?? definitionOf(table, minor ?? table.minor);
  listed.set(key, known);
  return known;
}

/** What is found out about a definition is kept with it, and each package that is analysed asks for the same one. */
const listed = new Map<string, SplitDefinition>();

/** The series that a release has lists for. */
export function splitSeries(release: string): PythonSeries[] {
  return definitionTables.filter((each) => each.release === release).map(({ series }) => series);
}

/** A definition of a table, for a minor version: `{minor}` in its texts stands for it. */
export function definitionOf(table: DefinitionTable, minor: string): SplitDefinition {
  const fill = (text: string): string => text.replaceAll('{minor}', minor);
  return {
    source: table.source,
    release: table.release,
    series: table.series,
    minor,
    license: table.license,
    packages: table.packages.map((each) => ({
      name: each.name,
      paths: each.paths.map(fill),
      directories: (each.directories ?? []).map(fill),
      links: Object.fromEntries(
        Object.entries(each.links ?? {}).map(([path, target]) => [fill(path), fill(target)]),
      ),
      depends: each.depends,
      inMeta: each.inMeta,
      hasAbiVersion: each.abiVersion ?? false,
    })),
    light: {
      name: `${table.series}-light`,
      depends: table.light.depends,
      remove: table.light.remove.map(fill),
    },
    removeEverywhere: table.removeEverywhere,
    meta: table.series,
  };
}

/** The name under which a package is installed: `libpython3-3.13` for the one whose name carries the ABI. */
export function installedName(
  { name, hasAbiVersion }: Pick<SplitPackage, 'name' | 'hasAbiVersion'>,
  minor: string,
): string {
  return hasAbiVersion ? `${name}-${minor}` : name;
}
