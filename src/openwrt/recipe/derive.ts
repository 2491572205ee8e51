/** A recipe from an sdist: what its metadata and files say, and a list of what they do not. */
import { basename } from 'node:path';
import type { MetadataView } from '../../packaging/index.ts';
import type { DependencyReport } from '../dependencies/index.ts';
import { definitionOf, type RecipeDefinition, type RecipeInput } from '../definition/index.ts';
import { packageName } from '../names.ts';
import type { OpenWrtRelease } from '../targets/index.ts';
import { dataFilespec, dataTodo } from './data-filespec.ts';
import { dependenciesOf, dependsOf } from './depends.ts';
import { hostDepends } from './host-depends.ts';
import { deriveLicense } from '../licenses.ts';
import { nativeTodo } from './native-code.ts';
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
