import type { FileTree } from '../../archive/tree/index.ts';
import { normalizeName } from '../../packaging/name.ts';
import type { Requirement } from '../../packaging/requirement.ts';
import { packageOfModule, splitDefinition, type SplitDefinition } from '../interpreter/index.ts';
import { openWrtReleases, type OpenWrtRelease } from '../targets/index.ts';
import { standardClosure } from './closure.ts';
import type { Evidence } from './evidence.ts';
import type { DependencyFeed } from './feed.ts';
import { scanTree } from './imports/scan-tree.ts';
import { withImportScanner, type ImportScanner, type ScannerOptions } from './imports/scanner.ts';
import { targetNames } from './imports/target-names.ts';
import type { DependencyReport } from './model.ts';
import { report } from './report.ts';
import { judgeRequirements } from './requirements.ts';
import { standardLibrary, type StandardLibrary } from './stdlib/index.ts';
import { subjectOf } from './subject.ts';
import { waysTo, type Way } from './ways.ts';
import { neededLibraries } from './needed-libraries.ts';

export interface DependencyOptions {
  readonly release: OpenWrtRelease;
  readonly requires: readonly Requirement[];
  readonly extras: readonly string[];
  readonly feed?: DependencyFeed;
  /** How the imports are read: any Python from 3.6, best the minor of the release; or a scanner that runs already. */
  readonly reader: ScannerOptions | ImportScanner;
  /** `platform.machine()` of the architecture; absent for a package of all of them. */
  readonly machine?: string;
  /** Name of the project, which its own extras mean; by default that of the `.dist-info` in the tree. */
  readonly project?: string;
  /** Modules of the project that were taken out of the tree. */
  readonly removed?: readonly string[];
  /** Modules of the project that its build makes, and that the tree does not have yet. */
  readonly built?: readonly string[];
  /** How the interpreter is split; by default as the feed of the release does it. */
  readonly definition?: SplitDefinition;
  /** By default that of the release's minor. */
  readonly library?: StandardLibrary;
}

/**
 * On what a package depends: by what its files import, walked through the standard library to the packages that the
 * interpreter is split into; by `Requires-Dist` as it holds on the target; and by the libraries of its native files.
 *
 * The result is closed, as far as imports can be seen, and minimal: what another dependency brings is told apart.
 * @param tree as installed, or the contents of a wheel
 * @throws WheelworksError `openwrt/no-reader`, `openwrt/no-split`, `openwrt/no-standard-library`, `process/cancelled`,
 *   `file/*`.
 */
export async function analyseDependencies(
  tree: FileTree,
  options: DependencyOptions,
): Promise<DependencyReport> {
  return report(await gatherEvidence(tree, options));
}

/**
 * The same, with the ways from files of the package to a module.
 * @throws WheelworksError as {@link analyseDependencies}.
 */
export async function explainModule(
  tree: FileTree,
  module: string,
  options: DependencyOptions,
): Promise<{ readonly report: DependencyReport; readonly ways: readonly Way[] }> {
  const evidence = await gatherEvidence(tree, options);
  return { report: await report(evidence), ways: waysTo(module, evidence) };
}

async function gatherEvidence(tree: FileTree, options: DependencyOptions): Promise<Evidence> {
  const { release, requires, extras, machine } = options;
  const { reader } = options;
  const scan = async (scanner: ImportScanner) => ({
    ...(await scanTree(tree, scanner)),
    reader: scanner.version,
  });
  const scanned = 'scan' in reader ? await scan(reader) : await withImportScanner(reader, scan);
  const definition = options.definition ?? definitionFor(release);
  const library = options.library ?? (await standardLibrary(release.python.minor));
  const project = options.project ?? projectIn(tree);
  const requirements = judgeRequirements(requires, {
    python: release.python,
    extras,
    ...(machine === undefined ? {} : { machine }),
    ...(project === undefined ? {} : { project: normalizeName(project) }),
  });
  const subject = await subjectOf(tree, scanned, {
    library,
    names: targetNames({
      python: release.python.version,
      builtin: [...library.builtin],
      ...(machine === undefined ? {} : { machine }),
    }),
    declared: new Set(requirements.active.map(({ project: name }) => name)),
    removed: new Set(options.removed),
    isOnDevice: (module) =>
      library.builtin.has(module) || packageOfModule(definition, module) !== undefined,
    isInLeast: (module) => isInLeast(module, { library, definition }),
  });
  return {
    release,
    definition,
    library,
    requirements,
    subject,
    scanned,
    hasMetadata: tree.entries().some(([path]) => /\.(?:dist|egg)-info(?:\/|$)/.test(path)),
    reached: standardClosure(library, subject.standard),
    libraries: await neededLibraries(tree),
    removed: new Set(options.removed),
    built: new Set(options.built),
    ...(options.feed === undefined ? {} : { feed: options.feed }),
  };
}

/** Whether a module and all that it leads to lie in the packages that no package for Python does without. */
function isInLeast(
  module: string,
  { library, definition }: Pick<Evidence, 'library' | 'definition'>,
): boolean {
  const step = { from: '', to: module, when: 'import' } as const;
  const least = new Set([`${definition.series}-base`, definition.light.name]);
  return [...standardClosure(library, [{ step, names: [] }])].every(
    ([name, { when }]) =>
      when === 'optional' ||
      library.builtin.has(name) ||
      least.has(packageOfModule(definition, name) ?? ''),
  );
}

/** The feed's split of the release; for a target of a file's, that of the latest release with its minor. */
function definitionFor({ name, python }: OpenWrtRelease): SplitDefinition {
  const isKnown = openWrtReleases.some((each) => each.name === name);
  const alike = openWrtReleases.findLast((each) => each.python.minor === python.minor);
  return splitDefinition(isKnown ? name : (alike?.name ?? name));
}

function projectIn(tree: FileTree): string | undefined {
  for (const [path] of tree.entries()) {
    const [, name] = /(?:^|\/)([^/]+?)-[^-/]+\.(?:dist|egg)-info$/.exec(path) ?? [];
    if (name !== undefined) return name;
  }
  return undefined;
}
