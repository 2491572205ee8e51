/** What a run of builds will do: which packages, for which Pythons, from which sources, into which folder. */
import { basename, resolve } from 'node:path';
import {
  planBuild,
  type BuildEnvironmentKind,
  type BuildPlan,
  type PlannedPackage,
  type PlannedPlatform,
  type PlanRequest,
} from '../plan/index.ts';
import { buildIdentifiers } from '../platform/index.ts';
import { readProject } from '../project/index.ts';
import {
  findInterpreters,
  type FoundInterpreters,
  type InterpreterSearch,
} from '../python/index.ts';
import { readSplitSettings } from '../split/index.ts';
import { WheelworksError } from '../support/errors.ts';
import { containerJobs, type Containers } from './container-jobs.ts';
import { withAbsolutePaths } from './environment.ts';
import type { FrontendName } from './frontend.ts';
import { hostJobs } from './host-jobs.ts';
import type { PackageBuild } from './package-build.ts';
import { isInside } from './source-links.ts';
import { readSources } from './source-tree.ts';

/** What the user asks for; everything else has a default. */
export interface BuildRequest {
  /** Folders of packages; at least one. */
  readonly directories: readonly string[];
  /** Where wheels go; `wheelhouse` in the project when left out, in the working folder for several. */
  readonly output?: string;
  /** Folder to copy for builds when a project needs files above it. */
  readonly sourceRoot?: string;
  /** Interpreter selectors: `3.12`, `3.13t`, a path. None: the project's, else all. */
  readonly python: readonly string[];
  /** Which planned jobs are demanded; none: what this machine can build. */
  readonly selection?: {
    readonly only?: string;
    readonly build?: string;
    readonly skip?: string;
  };
  /** Default: this machine. */
  readonly environment?: BuildEnvironmentKind;
  /** Needed where the environment is one. */
  readonly containers?: Containers;
  readonly frontend?: FrontendName;
  readonly isolated: boolean;
  readonly offline: boolean;
  /** Replaces the projects' test commands; the empty string runs none. */
  readonly testCommand?: string;
  readonly configSettings: Readonly<Record<string, string | readonly string[]>>;
  /** Wheels are taken as the backend made them. */
  readonly unrepaired?: boolean;
  /** Debug information is split off the wheels' native files; default what the project says, else not. */
  readonly debugFiles?: boolean;
  /** Wheels over the project's limit stay whole. */
  readonly unsplit?: boolean;
  /** Wheels are not installed and tested. */
  readonly untested?: boolean;
  /** An sdist of each package is made besides. */
  readonly sdist?: boolean;
  /** Milliseconds that one command may take. */
  readonly timeoutMs?: number;
  readonly search: InterpreterSearch;
  /** As `uname -m` says. */
  readonly machine: string;
  /** The day, `2026-11-20`, by which a Python's support has ended or not. */
  readonly today: string;
}

/** Everything decided before the first build; plain data. */
export interface BuildRun {
  /** Absolute. */
  readonly output: string;
  /** A package comes after those that it needs. */
  readonly packages: readonly PackageBuild[];
  /** What the user should know of the plan. */
  readonly notices: readonly string[];
}

const PLATFORMS: Readonly<Partial<Record<NodeJS.Platform, PlannedPlatform>>> = {
  linux: 'linux',
  darwin: 'macos',
  win32: 'windows',
};

/**
 * Reads the projects, finds the interpreters and decides which are served.
 * @throws WheelworksError `release/no-interpreter`, `release/no-such-interpreter`, `plan/*`, `config/*`, `build/link-outside`, `python/*`, `file/*`.
 */
export async function prepareBuild(request: BuildRequest): Promise<BuildRun> {
  const { search } = request;
  const directories = request.directories.map((each) => resolve(search.cwd, each));
  const [first = search.cwd] = directories;
  const isOne = directories.length <= 1;
  const output = resolve(
    search.cwd,
    request.output ?? resolve(isOne ? first : search.cwd, 'wheelhouse'),
  );
  const plans = await plansFor(request, directories);
  const found = await findInterpreters({
    ...search,
    explicit: await selectorsOf(request, directories),
  });
  const packages: PackageBuild[] = [];
  for (const planned of plans.possible.packages)
    packages.push(await preparePackage({ request, output, plans, found }, planned));
  return { output, packages, notices: noticesOf(plans.wanted, request.selection ?? {}) };
}

/** Selectors of the command line, else those of the projects. */
async function selectorsOf(
  request: BuildRequest,
  directories: readonly string[],
): Promise<readonly string[]> {
  if (request.python.length > 0) return request.python;
  const projects = await Promise.all(
    directories.map(async (each) => readProject(each, request.search.platform)),
  );
  // Interpreters are searched for once: a project without selectors wants all of them.
  return projects.some(({ settings }) => settings.python.length === 0)
    ? []
    : projects.flatMap(({ settings }) => settings.python);
}

/** The plan by which jobs are demanded, and a wider one that knows the options of whatever this machine has. */
export interface Plans {
  readonly wanted: BuildPlan;
  readonly possible: BuildPlan;
  /** Every identifier that there is. */
  readonly known: readonly string[];
}

async function plansFor(request: BuildRequest, directories: readonly string[]): Promise<Plans> {
  const { search, selection = {}, machine, today } = request;
  const platform = PLATFORMS[search.platform];
  const given = new Map(
    (['build', 'skip'] as const).flatMap((key) => {
      const value = selection[key];
      return value === undefined ? [] : [[key, value] as const];
    }),
  );
  const common: PlanRequest = {
    cwd: search.cwd,
    directories,
    platforms: platform === undefined ? [] : [platform],
    host: { platform: search.platform, machine },
    env: search.env,
    today,
    environment: request.environment ?? 'host',
  };
  const wanted = await planBuild({
    ...common,
    given,
    ...(selection.only === undefined ? {} : { only: selection.only }),
  });
  const possible = await planBuild({
    ...common,
    given: new Map([...given, ['archs', 'all'], ['enable', 'all']]),
    ...(selection.only === undefined ? {} : { only: selection.only }),
  });
  return { wanted, possible, known: buildIdentifiers.map(({ id }) => id) };
}

/** Advice on patterns that select nothing; elsewhere `wheelworks plan` gives it. */
const SELECTS_NOTHING: ReadonlySet<string> = new Set([
  'plan/selects-nothing',
  'plan/not-enabled',
  'plan/unsupported-platform',
]);

function noticesOf(
  { notHonoured, advice }: BuildPlan,
  { build, skip }: NonNullable<BuildRequest['selection']>,
): readonly string[] {
  const isSelected = build !== undefined || skip !== undefined;
  return [
    ...notHonoured.map(({ option, where, reason }) => `${option} (${where}): ${reason}`),
    ...(isSelected ? advice : [])
      .filter(({ code }) => SELECTS_NOTHING.has(code))
      .map(({ message }) => message),
  ];
}

interface Context {
  readonly request: BuildRequest;
  readonly output: string;
  readonly plans: Plans;
  readonly found: FoundInterpreters;
}

async function preparePackage(
  { request, output, plans, found }: Context,
  planned: PlannedPackage,
): Promise<PackageBuild> {
  const { search } = request;
  const directory = resolve(plans.possible.root, planned.directory);
  const project = await readProject(directory, search.platform);
  const root = resolve(search.cwd, request.sourceRoot ?? directory);
  refuseOutput(output, root);
  const split = request.unsplit === true ? undefined : await readSplitSettings(directory);
  const configSettings = { ...project.settings.configSettings, ...request.configSettings };
  const { jobs, missing, leftOut } =
    request.environment === 'container'
      ? await containerJobs(request, planned, plans)
      : hostJobs({ request, project, planned, plans, found });
  return {
    project,
    name: project.name ?? basename(directory),
    isOneOfSeveral: plans.possible.packages.length > 1,
    needs: planned.needs,
    output,
    sources: await readSources(directory, root, output),
    jobs,
    missing,
    leftOut,
    helpers: found.interpreters,
    ...(request.frontend === undefined ? {} : { frontend: request.frontend }),
    isolated: request.isolated,
    offline: request.offline,
    unrepaired: request.unrepaired ?? false,
    debugFiles: request.debugFiles ?? project.settings.debugFiles,
    ...(split === undefined ? {} : { split }),
    untested: request.untested ?? false,
    sdist: request.sdist ?? false,
    ...(request.timeoutMs === undefined ? {} : { timeoutMs: request.timeoutMs }),
    configSettings,
    env: withAbsolutePaths(search.env, search.cwd),
    platform: search.platform,
  };
}

/** Results among the sources would be sources of the next run. */
function refuseOutput(output: string, root: string): void {
  if (!isInside(output, root)) return;
  throw new WheelworksError(
    'config/output-folder',
    `The output folder ${output} holds the sources themselves.`,
    {
      path: output,
      hint: 'Give a folder of its own with --output; one inside the project is fine.',
    },
  );
}
