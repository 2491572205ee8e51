/**
 * The style of 2019, when one recipe made a package for Python 2 and one for 3: two variants that are built apart, each
 * pulling in only what the chosen one needs.
 */
import type { RecipeDefinition, RecipePackage } from '../definition/index.ts';
import { splitDefinition } from '../interpreter/index.ts';
import { judgeRequirements } from '../dependencies/requirements.ts';
import { packageName, projectName } from '../names.ts';
import { openWrtReleases } from '../targets/index.ts';
import { readRequirements } from './host-depends.ts';

export interface Asked {
  /** Requires-Dist, as written. */
  readonly requires: readonly string[];
  readonly extras: readonly string[];
}

/** Turns a recipe of today into one for two interpreters. */
export function forTwoInterpreters(
  definition: RecipeDefinition,
  project: string,
  asked: Asked,
): RecipeDefinition {
  const { source, recipe, build } = definition;
  const sourceName = source['source-name'] ?? project;
  return {
    ...definition,
    recipe: {
      ...recipe,
      header: [
        recipe.header === '' ? 'TODO' : recipe.header,
        ...twoInterpretersTodo(definition).map((each) => `- ${each}`),
      ].join('\n'),
    },
    source: {
      ...(source.hash === undefined ? {} : { hash: source.hash }),
      file: `${sourceName}-$(PKG_VERSION).${source.extension ?? 'tar.gz'}`,
      urls: [`https://files.pythonhosted.org/packages/source/${project.charAt(0)}/${project}`],
      patches: source.patches,
    },
    build: {
      ...build,
      // In those days the host's setuptools built everything.
      depends: [],
      ...placeOf(sourceName, source.extension),
    },
    package: definition.package.flatMap((each) => [
      forPython2(each, project, asked),
      forPython3(each),
    ]),
  };
}

/** Where each variant is built. A zip file cannot leave its top folder out: there that is the last part of the place. */
function placeOf(
  name: string,
  extension: string | undefined,
): Pick<RecipeDefinition['build'], 'directory' | 'unpack'> {
  if (extension === 'zip')
    return { directory: `$(BUILD_DIR)/$(PKG_NAME)-$(BUILD_VARIANT)/${name}-$(PKG_VERSION)` };
  return {
    directory: `$(BUILD_DIR)/$(BUILD_VARIANT)-${name}-$(PKG_VERSION)`,
    unpack: '$(HOST_TAR) -C $(PKG_BUILD_DIR) --strip-components=1 -xzf $(DL_DIR)/$(PKG_SOURCE)',
  };
}

/** What the analysis, which knows Python 3 alone, leaves open, and what a device takes of one package alone. */
export function twoInterpretersTodo({ package: packages }: RecipeDefinition): string[] {
  return [UNKNOWN, ...(packages.some(({ filespec }) => filespec !== undefined) ? [CLASH] : [])];
}

const UNKNOWN =
  'DEPENDS for Python 2: only Python 3 was analysed, so that package depends on all of python';

const CLASH =
  'filespec: both packages have the data files, so that a device can have one of them alone';

function forPython3(each: RecipePackage): RecipePackage {
  const depends = each.depends.map((word) => onlyWith(each.name, word));
  return { ...each, variant: 'python3', depends };
}

function forPython2(each: RecipePackage, project: string, asked: Asked): RecipePackage {
  const name = packageName(project, 'python');
  return {
    ...each,
    name,
    variant: 'python',
    interpreter: 'python2',
    ...(each.filespec === undefined
      ? {}
      : {
          filespec: each.filespec.map((line) =>
            line.replace('(PYTHON3_PKG_DIR)', '(PYTHON_PKG_DIR)'),
          ),
        }),
    depends: ['+python', ...python2Projects(each.depends, asked)].map((word) =>
      onlyWith(name, word),
    ),
  };
}

/** The last Python 2 that a feed had. */
const PYTHON2 = { version: '2.7.18', minor: '2.7' };

/**
 * Other projects that the package for Python 2 needs: what Requires-Dist asks for there, and what only the imports of the
 * package for Python 3 tell.
 * @param depends of the package for Python 3, without conditions
 */
export function python2Projects(
  depends: readonly string[],
  { requires, extras }: Asked,
): readonly string[] {
  const { requirements } = readRequirements(requires);
  const { active } = judgeRequirements(requirements, { python: PYTHON2, extras });
  const declared = new Set(requirements.map((each) => packageName(each.name)));
  const imported = depends
    .map((word) => word.replace(/^\+/, ''))
    .filter((word) => !isInterpreter(word) && !declared.has(word))
    .flatMap((word) => projectName(word) ?? []);
  const names = [...active.map((each) => each.project), ...imported].map(
    (each) => `+${packageName(each, 'python')}`,
  );
  return [...new Set(names)];
}

const INTERPRETER = new Set(
  openWrtReleases.flatMap(({ name }) => {
    try {
      return splitDefinition(name).packages.map((each) => each.name);
    } catch {
      return [];
    }
  }),
);

/** Whether a package is the interpreter or a part of it, in any release. */
export function isInterpreter(name: string): boolean {
  return name === 'python3' || name === 'python3-light' || INTERPRETER.has(name);
}

/** The dependency is built only where the package is chosen. */
export function onlyWith(name: string, word: string): string {
  return word.startsWith('+') && !word.includes(':') ? `+PACKAGE_${name}:${word.slice(1)}` : word;
}
