/** What every attempt to build a wheel has in common: its variables, its frontend, its log. */
import type { Project } from '../project/index.ts';
import type { Interpreter } from '../python/index.ts';
import { WheelworksError } from '../support/errors.ts';
import { chooseFrontend, requireFrontend, type FrontendChoice } from './choose-frontend.ts';
import { chosenCache, type CacheUse, type CompilerCacheChoice } from './compiler-cache.ts';
import { withTemporaryFolder, type Environment } from './environment.ts';
import { frontendNamed, type BuildTarget, type FrontendName } from './frontend.ts';
import { jobEnvironment } from './job-environment.ts';
import type { BuildJob } from './job.ts';
import type { LogFile } from './log-file.ts';
import { withOwnEnvironment } from './own-environment.ts';
import { withPathMaps } from './path-maps.ts';
import { joinPlacePath, makePlaceFolder, type PlaceCommand } from './place-shell.ts';
import type { BuildPlace } from './place.ts';
import { missingRequirements } from './requirements.ts';
import type { SourceTree } from './source-tree.ts';

export interface BuildWheelOptions {
  readonly project: Project;
  readonly sources: SourceTree;
  readonly job: Pick<BuildJob, 'id' | 'interpreter' | 'options'>;
  /** Where the commands run. */
  readonly place: BuildPlace;
  /** Puts the sources into a folder of the place that is not there yet. */
  readonly copySources: (folder: string) => Promise<void>;
  /** An empty folder of the place for everything the build needs; the caller removes it. */
  readonly folder: string;
  /** An empty folder of this machine for what comes out of another place; the caller removes it. */
  readonly scratch: string;
  /** Where the whole output of the build is kept. */
  readonly logPath: string;
  /** Seconds since 1970 for every time that ends up in the wheel. */
  readonly sourceDateEpoch: number;
  /** Path of uv in the place, when there is one. */
  readonly uv?: string;
  /** Default a wheel. For an sdist before-build does not run: it prepares compilations. */
  readonly target?: BuildTarget;
  /** Undefined: the job's own, else the best that is there. */
  readonly frontend?: FrontendName;
  /** Build requirements go into an environment of their own. */
  readonly isolated: boolean;
  /** No index can or may be asked: the build uses what the interpreter has installed. */
  readonly offline: boolean;
  /** Milliseconds that one command may take. */
  readonly timeoutMs?: number;
  /** Compilers are called through this cache. */
  readonly compilerCache?: CompilerCacheChoice;
  readonly signal?: AbortSignal;
  readonly onLine?: (line: string) => void;
  /** Told of each command before it runs. */
  readonly onCommand?: (command: PlaceCommand) => void;
}

/** Everything decided before the first attempt. */
export interface BuildSetting {
  readonly options: BuildWheelOptions;
  /** The job's, or that of the environment that its before-build has for itself. */
  readonly interpreter: Interpreter;
  readonly env: Environment;
  readonly frontend: FrontendName;
  readonly missing: readonly string[];
  readonly log: LogFile;
  readonly notices: readonly string[];
  readonly cache?: Awaited<ReturnType<typeof chosenCache>>;
}

/**
 * Decides what attempts have in common.
 * @throws WheelworksError `build/no-frontend`, `build/no-sdist-frontend`, `config/*`, `process/*`, `file/*`.
 */
export async function prepareSetting(
  options: BuildWheelOptions,
  log: LogFile,
): Promise<BuildSetting> {
  const { place, folder, project } = options;
  const temporary = joinPlacePath(place, folder, 'tmp');
  await makePlaceFolder(place, temporary);
  const own = await withOwnEnvironment({
    ...options,
    env: withTemporaryFolder(await jobEnvironment(options), temporary),
  });
  const mapped = await withPathMaps(place, folder, {
    env: own.env,
    backend: project.buildSystem.backend,
  });
  const choice = options.compilerCache;
  const cache =
    choice === undefined ? undefined : await chosenCache(choice, { place, folder, env: mapped });
  const env = cache?.env ?? mapped;
  const missing = await missingRequirements(project.buildSystem.requires, {
    interpreter: own.interpreter,
    place,
    env,
  });
  return {
    options,
    interpreter: own.interpreter,
    notices: own.notices,
    env,
    frontend: frontendOf(options, missing),
    missing,
    log,
    ...(cache === undefined ? {} : { cache }),
  };
}

/** What the compiler cache did so far. */
export async function cacheUse({ cache }: BuildSetting): Promise<{ readonly compiled?: CacheUse }> {
  const counts = await cache?.counts();
  return cache === undefined || counts === undefined
    ? {}
    : { compiled: { name: cache.name, ...counts } };
}

function frontendOf(options: BuildWheelOptions, missing: readonly string[]): FrontendName {
  const { project, job, uv } = options;
  const choice: FrontendChoice = {
    project,
    interpreter: job.interpreter,
    missing,
    configSettings: job.options.configSettings,
    ...(uv === undefined ? {} : { uv }),
  };
  const wanted = options.frontend ?? frontendNamed(job.options.buildFrontend.name);
  const chosen = wanted === undefined ? chooseFrontend(choice) : requireFrontend(wanted, choice);
  return options.target === 'sdist' && chosen === 'pip' ? insteadOfPip(choice) : chosen;
}

/** `pip wheel` is all that pip builds. */
function insteadOfPip({ missing, interpreter }: FrontendChoice): FrontendName {
  if (missing.length === 0) return 'direct';
  throw new WheelworksError(
    'build/no-sdist-frontend',
    `pip makes no sdists, and ${interpreter.label} lacks ${missing.join(', ')}, which a direct call of the backend needs.`,
    { path: interpreter.path, hint: 'Install uv or the package build.' },
  );
}
