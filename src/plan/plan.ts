/**
 * Plans a release: every wheel that it must have, from what the projects say.
 *
 * Source of what is planned: cibuildwheel 4.2, docs/options.md; with `onlyKnown` exactly that, and otherwise more Pythons and
 * architectures, all tables looked at, and no silence about what is passed over.
 */
import { basename, join, relative, resolve } from 'node:path';
import {
  specifierSetContains,
  tryParseSpecifierSet,
  type SpecifierSet,
} from '../packaging/index.ts';
import { buildIdentifiers, type BuildIdentifier } from '../platform/index.ts';
import {
  OTHER_SETTINGS,
  optionDefinition,
  readOptionTables,
  readProject,
  readPyproject,
  type OptionTables,
  type Project,
} from '../project/index.ts';
import { WheelworksError } from '../support/errors.ts';
import type {
  BuildEnvironmentKind,
  BuildPlan,
  PlannedJob,
  PlannedPackage,
  PlannedPlatform,
} from './model.ts';
import { resolveOption, type OptionSources, type ResolvedOption } from './options/cascade.ts';
import { jobOptionsOf } from './options/job-options.ts';
import { architecturesOf, type PlanHost } from './select/architectures.ts';
import { enabledGroups, isEnabled } from './select/enable.ts';
import { matchesSelectors } from './select/selectors.ts';

/** What to plan. */
export interface PlanRequest {
  /** What relative folders start from; absolute. */
  readonly cwd: string;
  /** Folders of packages. */
  readonly directories: readonly string[];
  readonly platforms: readonly PlannedPlatform[];
  readonly host: PlanHost;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The day, `2026-11-20`, by which support has ended or not. */
  readonly today: string;
  /** Options of the command line by their TOML name: `build`, `skip`, `archs`, `enable`. */
  readonly given?: ReadonlyMap<string, string>;
  /** One identifier, whatever the project's selection says. */
  readonly only?: string;
  /** Another file with the tables, for every package; `{package}` in it is the package's folder. */
  readonly configFile?: string;
  /** Default: containers for Linux, and this machine for the others. */
  readonly environment?: BuildEnvironmentKind;
  /** Plan what cibuildwheel 4.2 would, and no more. */
  readonly onlyKnown?: boolean;
}

/**
 * Makes the plan.
 * @throws WheelworksError `config/*`, `file/*`, `plan/unknown-identifier`.
 */
export async function planBuild(request: PlanRequest): Promise<BuildPlan> {
  const root = resolve(request.cwd);
  const packages: PlannedPackage[] = [];
  const jobs: PlannedJob[] = [];
  for (const folder of request.directories) {
    const directory = resolve(root, folder);
    const project = await readProject(directory);
    const planned = packageOf(project, root);
    packages.push(planned);
    const tables = await tablesOf(directory, request);
    for (const platform of platformsFor(request))
      jobs.push(...jobsOf({ request, project, planned, tables, platform }));
  }
  return { root, packages, jobs, notHonoured: [], advice: [] };
}

function platformsFor({ only, platforms }: PlanRequest): readonly PlannedPlatform[] {
  if (only === undefined) return platforms;
  const found = buildIdentifiers.find(({ id }) => id === only);
  if (found !== undefined) return [found.target.platform];
  throw new WheelworksError('plan/unknown-identifier', `There is no build identifier ${only}.`, {
    hint: 'wheelworks plan --archs all --enable all --format ids lists them.',
  });
}

function packageOf(project: Project, root: string): PlannedPackage {
  const { name, version, requiresPython, directory } = project;
  const place = relative(root, directory).replaceAll('\\', '/');
  return {
    name: name ?? basename(directory),
    directory: place === '' ? '.' : place,
    ...(version === undefined ? {} : { version }),
    ...(requiresPython === undefined ? {} : { requiresPython }),
    needs: [],
  };
}

async function tablesOf(
  directory: string,
  { cwd, configFile, onlyKnown, platforms }: PlanRequest,
): Promise<readonly OptionTables[]> {
  const path =
    configFile === undefined
      ? join(directory, 'pyproject.toml')
      : resolve(cwd, configFile.replaceAll('{package}', directory));
  const document = await readPyproject(path);
  const [platform] = platforms;
  const theirs = readOptionTables(document?.tool?.cibuildwheel, {
    table: 'tool.cibuildwheel',
    path,
    ...(onlyKnown === true && platform !== undefined ? { onlyPlatform: platform } : {}),
  });
  if (onlyKnown === true) return [theirs];
  const ours = readOptionTables(document?.tool?.wheelworks, {
    table: 'tool.wheelworks',
    path,
    otherKeys: OTHER_SETTINGS,
  });
  return [theirs, ours];
}

interface JobsRequest {
  readonly request: PlanRequest;
  readonly project: Project;
  readonly planned: PlannedPackage;
  readonly tables: readonly OptionTables[];
  readonly platform: PlannedPlatform;
}

function jobsOf({ request, project, planned, tables, platform }: JobsRequest): PlannedJob[] {
  const sources: OptionSources = {
    tables,
    platform,
    env: request.env,
    ...(request.given === undefined ? {} : { given: request.given }),
  };
  const testSkip = globalOption('test-skip', sources).text;
  return selected(project, sources, request).map((identifier) => {
    const { id, python, target } = identifier;
    const { options, from } = jobOptionsOf({ sources, id, target, testSkip });
    return {
      id,
      package: planned.name,
      directory: planned.directory,
      python: {
        tag: python.tag,
        implementation: python.implementation,
        version: python.version,
        freeThreaded: python.freeThreaded,
        abi: python.abi,
        folder: python.folder,
        ...(python.ends === undefined ? {} : { ends: python.ends }),
      },
      platform,
      arch: target.arch,
      libc: target.libc,
      environment: request.environment ?? (platform === 'linux' ? 'container' : 'host'),
      expects: expectsOf(project, identifier),
      options,
      optionsFrom: from,
    };
  });
}

function expectsOf({ name, version }: Project, { python, target }: BuildIdentifier): string {
  const start = `${name?.toLowerCase().replaceAll(/[-_.]+/g, '_') ?? '*'}-${version ?? '*'}`;
  const platform = target.platform === 'windows' ? target.tag : target.tag.replace('_', '*_');
  return `${start}-${python.interpreter}-${python.abi}-${platform}.whl`;
}

function globalOption(name: string, sources: OptionSources): ResolvedOption {
  const definition = optionDefinition(name);
  if (definition === undefined) throw new Error(`No option ${name}`);
  return resolveOption(definition, sources);
}

/** The identifiers of a platform that a project's selection leaves, in order. */
function selected(
  project: Project,
  sources: OptionSources,
  request: PlanRequest,
): readonly BuildIdentifier[] {
  const { platform } = sources;
  const { only, host, onlyKnown = false } = request;
  const build = globalOption('build', sources).text;
  const skip = globalOption('skip', sources).text;
  const enable = globalOption('enable', sources);
  const groups = enabledGroups(enable.text, onlyKnown, enable.from);
  const archs = globalOption('archs', sources);
  const architectures = architecturesOf(archs.text, {
    platform,
    host,
    onlyKnown,
    from: archs.from,
  });
  const requires = requiredPythons(project, sources);
  return buildIdentifiers.filter(({ id, python, target, inCibuildwheel }) => {
    if (target.platform !== platform || (onlyKnown && !inCibuildwheel)) return false;
    if (requires !== undefined && !specifierSetContains(requires, `${python.version}.99`))
      return false;
    if (only !== undefined) return id === only;
    return (
      architectures.has(target.arch) &&
      isEnabled(python, groups) &&
      matchesSelectors(build === '' ? '*' : build, id) &&
      !matchesSelectors(skip, id) &&
      !(onlyKnown && isLeftOutOnMac(id, platform, host))
    );
  });
}

/** cibuildwheel on an Intel Mac, or planning for macOS on any other x86_64 machine. */
function isLeftOutOnMac(id: string, platform: PlannedPlatform, { machine }: PlanHost): boolean {
  return platform === 'macos' && machine === 'x86_64' && /^[pg]p.*arm64$/.test(id);
}

function requiredPythons(project: Project, { env }: OptionSources): SpecifierSet | undefined {
  const variable = env['CIBW_PROJECT_REQUIRES_PYTHON'];
  const text = variable === undefined || variable === '' ? project.requiresPython : variable;
  if (text === undefined) return undefined;
  const set = tryParseSpecifierSet(text);
  if (set !== undefined) return set;
  throw new WheelworksError('config/bad-option', `requires-python is no set of versions: ${text}`, {
    hint: 'Write it as PEP 440 specifiers, such as >=3.11.',
  });
}
