/**
 * Plans a release: every wheel that it must have, from what the projects say.
 *
 * Source of what is planned: cibuildwheel 4.2, docs/options.md; with `onlyKnown` exactly that, and otherwise more Pythons and
 * architectures, all tables looked at, and no silence about what is passed over.
 */
import { basename } from 'node:path';
import type { BuildIdentifier } from '../platform/index.ts';
import { readProject, type OptionTables, type Project } from '../project/index.ts';
import { adviceOn } from './advice/advice.ts';
import { refuseContradictions } from './contradictions.ts';
import { expectedFile } from './expects.ts';
import { packageFolders, planRoot, type PackageFolder } from './folders.ts';
import type {
  BuildEnvironmentKind,
  BuildPlan,
  PlanAdvice,
  PlannedJob,
  PlannedPackage,
  PlannedPlatform,
  UnhonouredOption,
} from './model.ts';
import { mistakesIn } from './mistakes.ts';
import { unhonoured } from './not-honoured.ts';
import type { OptionSources } from './options/cascade.ts';
import { jobOptionsOf } from './options/job-options.ts';
import { orderPackages } from './packages.ts';
import type { PlanHost } from './select/architectures.ts';
import { identifierNamed } from './select/platforms.ts';
import { select } from './select/selection.ts';

/** What to plan. */
export interface PlanRequest {
  /** What relative folders start from; absolute. */
  readonly cwd: string;
  /** Folders of packages, or of a repository that lists its packages. */
  readonly directories: readonly string[];
  readonly platforms: readonly PlannedPlatform[];
  readonly host: PlanHost;
  /** Variables; those that start with `CIBW_` count. */
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
 * @throws WheelworksError `config/*`, `plan/*`, `container/unknown-image`, `file/*`.
 */
export async function planBuild(request: PlanRequest): Promise<BuildPlan> {
  const only = request.only === undefined ? undefined : identifierNamed(request.only);
  const platforms = only === undefined ? request.platforms : [only.target.platform];
  const folders = new Map(
    (await packageFolders({ ...request, platforms })).map((each) => [each.directory, each]),
  );
  const given: { readonly project: Project; readonly name: string }[] = [];
  for (const { directory } of folders.values()) {
    const project = await readProject(directory);
    given.push({ project, name: project.name ?? basename(directory) });
  }
  const packages: PlannedPackage[] = [];
  const jobs: PlannedJob[] = [];
  const advice: PlanAdvice[] = [];
  const mistakes: UnhonouredOption[] = [];
  for (const { project, name, needs } of orderPackages(given)) {
    const folder = folders.get(project.directory);
    if (folder === undefined) continue;
    packages.push(packageOf({ project, name, needs }, folder));
    const own: PlannedJob[] = [];
    for (const platform of platforms) {
      const made = jobsOf({ request, project, name, folder, platform, only });
      refuseContradictions(project, made.jobs);
      own.push(...made.jobs);
      advice.push(...made.advice);
    }
    jobs.push(...own);
    mistakes.push(...mistakesIn({ project, jobs: own, tables: folder.tables }));
    // What one job of many could spare is nothing to say when it is the only one that is asked for.
    if (only === undefined) advice.push(...adviceOn({ project, jobs: own, today: request.today }));
  }
  const tables = [...folders.values()].flatMap((each) => each.tables);
  return {
    root: planRoot(request),
    packages,
    jobs,
    notHonoured: [
      ...unhonoured({ tables: distinctTables(tables), platforms, env: request.env }),
      ...distinct([...folders.values()].flatMap(({ misspelt }) => misspelt)),
      ...mistakes,
    ],
    advice: distinct(advice),
  };
}

/** What several packages or jobs have, once. */
function distinct<Told>(all: readonly Told[]): readonly Told[] {
  return [...new Map(all.map((each) => [JSON.stringify(each), each])).values()];
}

/** Those of a repository come with each of its packages. */
function distinctTables(tables: readonly OptionTables[]): readonly OptionTables[] {
  return [...new Map(tables.map((each) => [`${each.path} ${each.where}`, each])).values()];
}

function packageOf(
  {
    project,
    name,
    needs,
  }: { readonly project: Project; readonly name: string; readonly needs: readonly string[] },
  { place }: PackageFolder,
): PlannedPackage {
  const { version, requiresPython } = project;
  return {
    name,
    directory: place,
    ...(version === undefined ? {} : { version }),
    ...(requiresPython === undefined ? {} : { requiresPython }),
    needs,
  };
}

interface JobsRequest {
  readonly request: PlanRequest;
  readonly project: Project;
  readonly name: string;
  readonly folder: PackageFolder;
  readonly platform: PlannedPlatform;
  readonly only: BuildIdentifier | undefined;
}

interface PlatformJobs {
  readonly jobs: readonly PlannedJob[];
  readonly advice: readonly PlanAdvice[];
}

function jobsOf({ request, project, name, folder, platform, only }: JobsRequest): PlatformJobs {
  const sources: OptionSources = {
    tables: folder.tables,
    platform,
    env: request.env,
    ...(request.given === undefined ? {} : { given: request.given }),
  };
  const { identifiers, testSkip, advice } = select({
    sources,
    host: request.host,
    requiresPython: project.requiresPython,
    only,
    onlyKnown: request.onlyKnown ?? false,
  });
  const jobs = identifiers.map((identifier): PlannedJob => {
    const { id, python, target } = identifier;
    const { options, from } = jobOptionsOf({ sources, id, target, testSkip });
    const { tag, implementation, version, freeThreaded, abi, folder: pythonFolder, ends } = python;
    return {
      id,
      package: name,
      directory: folder.place,
      python: {
        tag,
        implementation,
        version,
        freeThreaded,
        abi,
        folder: pythonFolder,
        ...(ends === undefined ? {} : { ends }),
      },
      platform,
      arch: target.arch,
      libc: target.libc,
      environment: request.environment ?? (platform === 'linux' ? 'container' : 'host'),
      expects: expectedFile(project, identifier),
      options,
      optionsFrom: from,
    };
  });
  return { jobs, advice };
}
