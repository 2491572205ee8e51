/**
 * The split of an interpreter in a definition file, `openwrt.toml`: a package for each, whose filespec names its paths. One
 * file may hold the packages of Python 2 and Python 3, as variants of one recipe.
 */
import { WheelworksError } from '../../support/errors.ts';
import {
  definitionOf as recipeOf,
  printDefinition,
  type RecipeDefinition,
  type RecipePackage,
} from '../definition/index.ts';
import type { OpenWrtRelease } from '../targets/index.ts';
import {
  splitDefinition,
  splitSeries,
  type PythonSeries,
  type SplitDefinition,
  type SplitPackage,
} from './definition.ts';

export interface RecipeSplitOptions {
  readonly series: PythonSeries;
  /** What `$(PYTHON3_VERSION)` stands for: `3.13`. */
  readonly minor: string;
  /** Of the file, for errors. */
  readonly path: string;
}

/**
 * The split that a definition file describes for one series. The light package is the one that takes the whole standard
 * library, and `-` lines, of any package, are what is in none; the meta package has an empty filespec and depends on its members.
 * @throws WheelworksError `openwrt/bad-split`.
 */
export function splitOfRecipe(
  recipe: RecipeDefinition,
  { series, minor, path }: RecipeSplitOptions,
): SplitDefinition {
  const library = `/usr/lib/python${minor}`;
  const mine = recipe.package.filter((each) => isOf(each, series)).map((each) => read(each, minor));
  const light = mine.find(({ added }) => added.includes(library));
  if (light === undefined)
    throw badSplit(
      path,
      series,
      `no package has the line +|${library}, which makes it the light one`,
    );
  const meta = mine.find(
    ({ added, depends }) => added.length === 0 && depends.includes(light.name),
  );
  const packages = mine
    .filter((each) => each !== light && each.added.length > 0)
    .map((each): SplitPackage => {
      const paths = each.added.map((line) => withoutPrefix(line, library));
      return {
        name: each.name,
        paths,
        directories: paths.some((line) => line.startsWith('/usr/lib/libpython'))
          ? ['lib-dynload']
          : [],
        links: paths.includes(`/usr/bin/python${minor}`) ? programLinks(series, minor) : {},
        depends: each.depends,
        inMeta: meta?.depends.includes(each.name) === true,
        hasAbiVersion: each.hasAbiVersion,
      };
    });
  const listed = new Set(packages.flatMap((each) => each.paths));
  const removed = mine.flatMap((each) => each.removed.map((line) => withoutPrefix(line, library)));
  return {
    source: path,
    release: undefined,
    series,
    minor,
    license: recipe.recipe.license.join(' '),
    packages,
    light: {
      name: light.name,
      depends: light.depends,
      remove: removed.filter((line) => !listed.has(line) && !line.startsWith('*/')),
    },
    removeEverywhere: removed.flatMap((line) => (line.startsWith('*/') ? [line.slice(2)] : [])),
    meta: meta?.name ?? series,
  };
}

interface PackageLines {
  readonly name: string;
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly depends: readonly string[];
  readonly hasAbiVersion: boolean;
}

function isOf({ interpreter, variant, name }: RecipePackage, series: PythonSeries): boolean {
  if (name.endsWith('-src')) return false;
  if (variant !== undefined) return variant === series;
  if (interpreter === 'none') return name.startsWith(`lib${series}`);
  return interpreter === (series === 'python' ? 'python2' : 'python3');
}

function read(
  { name, filespec = [], depends, settings }: RecipePackage,
  minor: string,
): PackageLines {
  const lines = filespec.map((line) =>
    line
      .replaceAll(/\$\(PYTHON3?_VERSION\)/g, minor)
      .split('|')
      .map((field) => field.trim()),
  );
  const paths = (operator: string): string[] =>
    lines.flatMap(([first, path]) => (first === operator && path !== undefined ? [path] : []));
  return {
    name,
    added: paths('+'),
    removed: paths('-'),
    depends: depends.flatMap(dependencyName),
    hasAbiVersion: settings.some((each) => each.name === 'ABI_VERSION'),
  };
}

/**
 * `+python3-light`, `+PACKAGE_x:name`: which of a condition only says when it is built, and which whether it is needed at
 * all, shows in its name.
 */
function dependencyName(text: string): string[] {
  const [, condition, name] = /^\+(?:([^:]*):)?([\w.+-]+)$/.exec(text) ?? [];
  if (name === undefined) return [];
  return condition === undefined || condition.startsWith('PACKAGE_') ? [name] : [];
}

function withoutPrefix(path: string, library: string): string {
  return path.startsWith(`${library}/`) ? path.slice(library.length + 1) : path;
}

function programLinks(series: PythonSeries, minor: string): Record<string, string> {
  const names = series === 'python' ? ['python2', 'python'] : ['python3', 'python'];
  return Object.fromEntries(names.map((name) => [`/usr/bin/${name}`, `python${minor}`]));
}

/**
 * The lists of a release as the text of a definition file, of all series that it has.
 * @throws WheelworksError `openwrt/unknown-release`.
 */
export function printSplitDefinition({ name, python }: OpenWrtRelease): string {
  const definitions = splitSeries(name).map((series) => splitDefinition(name, { series }));
  return printDefinition(recipeOfSplits(definitions, python.version));
}

/**
 * Definitions as a recipe, to begin a file of one's own with: a variant for each series when there are two. Reading it gives
 * the same split.
 */
export function recipeOfSplits(
  definitions: readonly SplitDefinition[],
  version: string,
): RecipeDefinition {
  const [first] = definitions;
  const isOne = definitions.length === 1;
  return recipeOf(
    {
      recipe: {
        name: first?.meta ?? 'python3',
        version,
        release: '1',
        license: (first?.license ?? '').split(' ').filter((each) => each !== ''),
      },
      build: {
        system: 'none',
        ...(isOne ? {} : { directory: '$(BUILD_DIR)/Python-$(BUILD_VARIANT)-$(PKG_VERSION)' }),
      },
      package: definitions.flatMap((each) => packagesOf(each, isOne)),
    },
    'openwrt.toml',
  );
}

function packagesOf(definition: SplitDefinition, isOne: boolean): unknown[] {
  const { series, minor, packages, light, meta } = definition;
  const variable = series === 'python' ? '$(PYTHON_VERSION)' : '$(PYTHON3_VERSION)';
  const library = `/usr/lib/python${variable}`;
  const line = (operator: string, path: string): string => {
    const text = path.replaceAll(minor, variable);
    return `${operator}|${text.startsWith('/') ? text : `${library}/${text}`}`;
  };
  const common = {
    interpreter: series === 'python' ? 'python2' : 'python3',
    ...(isOne ? {} : { variant: series }),
  };
  const members = packages.filter((each) => each.inMeta).map((each) => each.name);
  const plus = (names: readonly string[]): string[] => names.map((name) => `+${name}`);
  return [
    ...packages.map((each) => ({
      ...common,
      name: each.name,
      depends: plus(each.depends),
      filespec: each.paths.map((path) => line('+', path)),
      ...(each.hasAbiVersion
        ? { settings: [{ name: 'ABI_VERSION', operator: ':=', value: variable }] }
        : {}),
    })),
    {
      ...common,
      name: light.name,
      depends: plus(light.depends),
      filespec: [
        `+|${library}`,
        ...[...light.remove, ...definition.removeEverywhere.map((name) => `*/${name}`)].map(
          (path) => line('-', path),
        ),
      ],
    },
    { ...common, name: meta, depends: plus([light.name, ...members]), filespec: [] },
  ];
}

function badSplit(path: string, series: PythonSeries, evidence: string): WheelworksError {
  return new WheelworksError(
    'openwrt/bad-split',
    `${path} does not say how ${series === 'python' ? 'Python 2' : 'Python 3'} is split.`,
    {
      path,
      evidence,
      hint: 'openwrt split-interpreter --print-definition writes the lists of a release as such a file.',
    },
  );
}
