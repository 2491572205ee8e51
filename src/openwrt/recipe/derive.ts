/** A recipe from an sdist: what its metadata and files say, and a list of what they do not. */
import { basename } from 'node:path';
import type { MetadataView } from '../../packaging/index.ts';
import { analyseDependencies, type DependencyReport } from '../dependencies/index.ts';
import { judgeRequirements } from '../dependencies/requirements.ts';
import { definitionOf, type RecipeDefinition, type RecipeInput } from '../definition/index.ts';
import { packageName } from '../names.ts';
import type { OpenWrtRelease } from '../targets/index.ts';
import { dataFilespec, dataTodo } from './data-filespec.ts';
import { hostDepends, readRequirements } from './host-depends.ts';
import { deriveLicense } from '../licenses.ts';
import { printMakefile } from './print-makefile.ts';
import { isLicenseFile, type SdistSubject } from './sdist-subject.ts';
import { escapeForMake, wrapText } from './texts.ts';
import { testScript } from './test-script.ts';
import { forTwoInterpreters, twoInterpretersTodo } from './two-interpreters.ts';
import { versionTodo } from './version.ts';

export interface RecipeOptions {
  readonly release: OpenWrtRelease;
  /** `Name <address>`, in their order. */
  readonly maintainers: readonly string[];
  /** Extras whose requirements are dependencies, too. */
  readonly extras: readonly string[];
  /** In the style of 2019, with a package for Python 2 beside that for 3. */
  readonly twoInterpreters: boolean;
  /** Absolute path of a Python that reads imports; without one, only Requires-Dist counts. */
  readonly python?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal;
}

export interface WrittenFile {
  /** Below the folder of the recipe. */
  readonly path: string;
  readonly text: string;
  readonly mode: number;
}

export interface DerivedRecipe {
  /** Of its folder: `python-requests`. */
  readonly name: string;
  readonly definition: RecipeDefinition;
  readonly files: readonly WrittenFile[];
  /** What a maintainer must still decide; each begins with the variable that it is about. */
  readonly todo: readonly string[];
  /** What each value was taken from, by variable. */
  readonly evidence: Readonly<Record<string, string>>;
  /** Absent where no Python could read the imports. */
  readonly dependencies?: DependencyReport;
}

/**
 * Derives a recipe. Nothing is invented: what cannot be derived is in `todo`, which stands at the top of the Makefile, too.
 * @throws WheelworksError `openwrt/bad-name`, and as `analyseDependencies`.
 */
export async function deriveRecipe(
  subject: SdistSubject,
  options: RecipeOptions,
): Promise<DerivedRecipe> {
  const { metadata, filename, build } = subject;
  const { release } = options;
  const project = metadata.name ?? filename.name;
  const target = packageName(project);
  const name = target.replace(/^python3-/, 'python-');
  const license = deriveLicense(metadata, subject.licenseTexts);
  const host = hostDepends(build, release.python);
  const report = await dependenciesOf(subject, project, options);
  const depends = dependsOf(report, subject, options);
  const filespec = dataFilespec(subject.data);
  const title = titleOf(metadata);
  const home = homePageOf(metadata);
  const todo = [
    ...versionTodo(filename, metadata, release),
    ...(license.todo === undefined ? [] : [license.todo]),
    ...(options.maintainers.length === 0 ? ['PKG_MAINTAINER: who keeps the recipe'] : []),
    'PKG_CPE_ID: whether the project has one (cpe:/a:VENDOR:PRODUCT); PyPI does not know',
    ...host.todo,
    ...depends.todo,
    ...(title === undefined ? ['TITLE: the metadata has no Summary'] : []),
    ...(home === undefined ? ['URL: the metadata has no home page'] : []),
    ...nativeTodo(subject),
    ...dataTodo(subject.data),
  ];
  const input: RecipeInput = {
    recipe: {
      name,
      version: filename.versionText,
      release: '1',
      maintainers: options.maintainers.map(escapeForMake),
      license: [...license.licenses],
      'license-files': licenseFilesOf(subject),
      header: todo.length === 0 ? '' : ['TODO', ...todo.map((each) => `- ${each}`)].join('\n'),
    },
    source: {
      pypi: project,
      ...(filename.name === project ? {} : { 'source-name': filename.name }),
      ...(subject.extension === 'tar.gz' ? {} : { extension: subject.extension }),
      hash: subject.sha256,
    },
    build: { depends: [...host.depends] },
    package: [
      {
        name: target,
        section: 'lang',
        category: 'Languages',
        submenu: 'Python',
        title: escapeForMake(title ?? ''),
        ...(home === undefined ? {} : { url: escapeForMake(home) }),
        depends: depends.words,
        ...(filespec === undefined ? {} : { filespec }),
        description: wrapText(title ?? '').replaceAll('$', () => '$$'),
      },
    ],
  };
  const single = definitionOf(input, subject.path);
  const definition = options.twoInterpreters
    ? forTwoInterpreters(single, project, { requires: subject.requires, extras: options.extras })
    : single;
  return {
    name,
    definition,
    files: [
      { path: 'Makefile', text: printMakefile(definition), mode: 0o644 },
      {
        path: 'test.sh',
        text: testScript(
          definition.package.map((each) => each.name),
          project,
          [...subject.modules, ...subject.built.filter((each) => !each.startsWith('_'))],
        ),
        mode: 0o755,
      },
    ],
    todo: options.twoInterpreters ? [...todo, ...twoInterpretersTodo(single)] : todo,
    evidence: {
      PKG_HASH: `SHA-256 of ${basename(subject.path)}`,
      ...(license.evidence === undefined ? {} : { PKG_LICENSE: license.evidence }),
      PKG_BUILD_DEPENDS: build.isDeclared
        ? '[build-system] requires of pyproject.toml'
        : 'no [build-system]: setuptools builds (PEP 517)',
      DEPENDS:
        report === undefined ? 'Requires-Dist alone' : 'imports of the sdist and Requires-Dist',
    },
    ...(report === undefined ? {} : { dependencies: report }),
  };
}

async function dependenciesOf(
  { requires, tree, built }: SdistSubject,
  project: string,
  { release, extras, python, env, signal }: RecipeOptions,
): Promise<DependencyReport | undefined> {
  if (python === undefined) return undefined;
  const { requirements } = readRequirements(requires);
  return analyseDependencies(tree, {
    release,
    requires: requirements,
    extras,
    project,
    built,
    reader: {
      python,
      ...(env === undefined ? {} : { env }),
      ...(signal === undefined ? {} : { signal }),
    },
  });
}

/** In the order of the feed: the interpreter, its parts, then other projects. */
function dependsOf(
  report: DependencyReport | undefined,
  { metadata, modules, built, requires }: SdistSubject,
  { release, extras }: RecipeOptions,
): { readonly words: string[]; readonly todo: string[] } {
  const { requirements, unreadable } = readRequirements(requires);
  const todo = unreadable.map((text) => `DEPENDS: "${text}" of Requires-Dist is no requirement`);
  if (metadata.dynamic.some((field) => field.toLowerCase() === 'requires-dist'))
    todo.push('DEPENDS: the build finds more requirements than the sdist tells (Dynamic)');
  if (modules.length + built.length === 0)
    todo.push('DEPENDS: which modules the build installs cannot be told from the sdist');
  if (report === undefined) {
    const { active } = judgeRequirements(requirements, { python: release.python, extras });
    todo.push('DEPENDS: parts of the standard library, which only imports tell');
    return {
      words: ['python3-light', ...active.map(({ project }) => packageName(project))].map(select),
      todo,
    };
  }
  for (const { code, message, severity } of report.findings)
    if (severity !== 'info') todo.push(`DEPENDS: ${message} (${code})`);
  const names = report.dependencies
    .map((each) => each.name)
    // The library is what the base needs, and the base what the light package does, which every recipe of the feed names.
    .filter((each) => !each.startsWith('libpython3') && each !== 'python3-base');
  const words =
    names.includes('python3-light') || names.includes('python3')
      ? names
      : ['python3-light', ...names];
  return { words: [...new Set(words)].sort(interpreterFirst).map(select), todo };
}

function select(name: string): string {
  return `+${name}`;
}

function interpreterFirst(one: string, other: string): number {
  const rank = (name: string): number => (name === 'python3-light' || name === 'python3' ? 0 : 1);
  return rank(one) - rank(other) || (one < other ? -1 : Number(one > other));
}

function titleOf({ summary }: MetadataView): string | undefined {
  const text = (summary ?? '').replace(/\s+/g, ' ').trim().replace(/\.$/, '');
  return text === '' || text === 'UNKNOWN' ? undefined : text;
}

const HOME = [/^home-?\s?page$/i, /^(?:source|repository|source code|code|github)$/i];

function homePageOf({ homePage, projectUrls }: MetadataView): string | undefined {
  if (homePage !== undefined && /^https?:\/\//.test(homePage)) return homePage;
  for (const label of HOME) {
    const found = projectUrls.find((each) => label.test(each.label.trim()));
    if (found !== undefined) return found.url;
  }
  return undefined;
}

/** Those that the metadata names, else those at the top of the sdist. */
function licenseFilesOf({ metadata, members }: SdistSubject): string[] {
  const files =
    metadata.licenseFiles.length > 0
      ? metadata.licenseFiles
      : members.filter((path) => !path.includes('/') && isLicenseFile(path));
  return files.filter((path) => /^[^\s$#]+$/.test(path)).sort();
}

function nativeTodo({ members }: SdistSubject): string[] {
  const has = (pattern: RegExp): boolean => members.some((path) => pattern.test(path));
  const todo: string[] = [];
  if (has(/(?:^|\/)Cargo\.toml$/))
    todo.push('DEPENDS: Rust code: RUST_ARCH_DEPENDS, and the libraries that it links with');
  if (has(/\.(?:c|cc|cpp|cxx|pyx|f90)$/) && !has(/(?:^|\/)Cargo\.toml$/))
    todo.push('DEPENDS: native code, or what may be; the libraries that it links with');
  return todo;
}
