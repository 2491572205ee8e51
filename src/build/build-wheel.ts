/** One wheel from one project with one interpreter, in a clean copy of the sources. */
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Project } from '../project/index.ts';
import { WheelworksError } from '../support/errors.ts';
import { chosenCache, type CacheUse, type CompilerCacheChoice } from './compiler-cache.ts';
import { chooseFrontend, requireFrontend, type FrontendChoice } from './choose-frontend.ts';
import { Diagnosis } from './diagnose.ts';
import { withTemporaryFolder, type Environment } from './environment.ts';
import { frontendCommand, frontendNamed, type BuildTarget, type FrontendName } from './frontend.ts';
import { jobEnvironment } from './job-environment.ts';
import type { BuildJob } from './job.ts';
import { openLog, type LogFile } from './log-file.ts';
import { withPathMaps } from './path-maps.ts';
import { withIndexPatience } from './pip-environment.ts';
import {
  joinPlacePath,
  makePlaceFolder,
  removeFolder,
  shellCommand,
  stepError,
  type PlaceCommand,
} from './place-shell.ts';
import type { BuildPlace, PlaceProcess } from './place.ts';
import { fillPlaceholders } from './placeholders.ts';
import { missingRequirements } from './requirements.ts';
import type { SourceTree } from './source-tree.ts';
import {
  bothFailed,
  isIndexFailure,
  isolationNotices,
  NO_INDEX,
  NOT_IN_INDEX,
} from './without-index.ts';

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

export interface BuiltWheel {
  /** On this machine, under the name the backend gave it. */
  readonly path: string;
  readonly filename: string;
  readonly frontend: FrontendName;
  readonly isolated: boolean;
  /** What the repair of the place needs: the wheel there, and the environment of the build. */
  readonly inPlace: {
    readonly path: string;
    readonly project: string;
    readonly package: string;
    readonly env: Environment;
  };
  /** The index did not answer, so that a second attempt used installed packages. */
  readonly indexUnreachable: boolean;
  /** What the compiler cache did for it; absent without one, and where it does not say. */
  readonly compiled?: CacheUse;
  /** What the user should know of how it was built. */
  readonly notices: readonly string[];
}

/** Builds normally take minutes; one that takes longer than this, in milliseconds, hangs. */
const DEFAULT_TIMEOUT = 6 * 60 * 60 * 1000;

/**
 * Builds a wheel.
 *
 * Where no index answers, and the build requirements are installed in the interpreter, the build is tried again with
 * those; the result says so.
 * @throws WheelworksError `build/*` with the cause told from the output, `process/*`, `file/*`.
 */
export async function buildWheel(options: BuildWheelOptions): Promise<BuiltWheel> {
  const log = await openLog(options.logPath);
  try {
    const setting = await prepare(options, log);
    const { frontend, missing } = setting;
    const isolated = options.isolated && frontend !== 'direct' && !options.offline;
    const first = await attempt(setting, isolated);
    if (!(first instanceof WheelworksError)) {
      const notices = isolated ? [] : isolationNotices(options, frontend);
      const compiled = await cacheUse(setting);
      return built(first, { frontend, isolated, indexUnreachable: false, notices, ...compiled });
    }
    if (!isolated || missing.length > 0 || !isIndexFailure(first)) throw first;
    const second = await attempt(setting, false);
    if (second instanceof WheelworksError) throw bothFailed(first, second);
    const indexUnreachable = first.code === 'build/index-unreachable';
    const notices = [indexUnreachable ? NO_INDEX : NOT_IN_INDEX];
    const compiled = await cacheUse(setting);
    return built(second, { frontend, isolated: false, indexUnreachable, notices, ...compiled });
  } finally {
    log.close();
  }
}

/** What both attempts have in common. */
async function prepare(options: BuildWheelOptions, log: LogFile): Promise<Setting> {
  const { place, job, folder, project } = options;
  const temporary = joinPlacePath(place, folder, 'tmp');
  await makePlaceFolder(place, temporary);
  const base = withTemporaryFolder(await jobEnvironment(options), temporary);
  const mapped = await withPathMaps(place, folder, {
    env: base,
    backend: project.buildSystem.backend,
  });
  const choice = options.compilerCache;
  const cache =
    choice === undefined ? undefined : await chosenCache(choice, { place, folder, env: mapped });
  const env = cache?.env ?? mapped;
  const missing = await missingRequirements(project.buildSystem.requires, {
    interpreter: job.interpreter,
    place,
    env,
  });
  return {
    options,
    env,
    frontend: frontendOf(options, missing),
    missing,
    log,
    ...(cache === undefined ? {} : { cache }),
  };
}

async function cacheUse({ cache }: Setting): Promise<{ readonly compiled?: CacheUse }> {
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

interface Setting {
  readonly options: BuildWheelOptions;
  readonly env: Environment;
  readonly frontend: FrontendName;
  readonly missing: readonly string[];
  readonly log: LogFile;
  readonly cache?: Awaited<ReturnType<typeof chosenCache>>;
}

/** The wheel of an attempt, here and in its place. */
interface MadeFile {
  readonly path: string;
  readonly inPlace: BuiltWheel['inPlace'];
}

/** Builds in a copy of its own: the wheel, or why there is none. */
async function attempt(setting: Setting, isolated: boolean): Promise<MadeFile | WheelworksError> {
  const { options, frontend, env } = setting;
  const { project, job, sources, place, folder, uv } = options;
  const root = joinPlacePath(place, folder, 'sources');
  const output = joinPlacePath(place, folder, 'wheel');
  // The folders of both attempts have one name, since names end up in what compilers write.
  for (const path of [root, output]) await removeFolder(place, path);
  await makePlaceFolder(place, output);
  await options.copySources(root);
  const directory = joinPlacePath(place, root, sources.projectPath);
  const values = { project: root, package: directory };
  if (options.target !== 'sdist') await beforeBuild(setting, values);
  const command = frontendCommand(frontend, {
    project,
    interpreter: job.interpreter,
    sources: directory,
    output,
    isolated,
    job: job.options,
    values,
    ...(uv === undefined ? {} : { uv }),
    ...(options.target === undefined ? {} : { target: options.target }),
  });
  const failure = await run(command, setting, isolated);
  if (failure !== undefined) return failure;
  const here = await bringOut(options, output);
  const path = options.target === 'sdist' ? await onlySdist(here) : await onlyWheel(here);
  return { path, inPlace: { path: joinPlacePath(place, output, basename(path)), ...values, env } };
}

/** Files of another place are copied here. */
async function bringOut({ place, scratch }: BuildWheelOptions, output: string): Promise<string> {
  if (place.kind === 'host') return output;
  const here = join(scratch, 'wheel');
  await place.copyOut(output, here);
  return here;
}

/** The project's own command before each build, in the copy that is built. */
async function beforeBuild(
  { options, env, log }: Setting,
  values: { readonly project: string; readonly package: string },
): Promise<void> {
  const { place, job } = options;
  if (job.options.beforeBuild.trim() === '') return;
  const text = fillPlaceholders(job.options.beforeBuild, values, place.platform);
  const command = { ...shellCommand(place, text), cwd: values.project, env };
  options.onCommand?.(command);
  log.line(`$ ${text}`);
  const result = await place.run(command.command, command.args, {
    ...runOptions(options, (line) => log.line(line)),
    cwd: command.cwd,
    env,
  });
  if (result.cancelled) throw cancelled();
  if (result.exitCode === 0 && !result.timedOut) return;
  throw stepError('build/before-build-failed', 'The before-build command failed', result);
}

function runOptions(
  options: BuildWheelOptions,
  keep: (line: string) => void,
): Pick<PlaceProcess, 'timeoutMs' | 'outputLimit' | 'onLine' | 'signal'> {
  return {
    timeoutMs: options.timeoutMs ?? DEFAULT_TIMEOUT,
    // The log and the diagnosis keep what matters.
    outputLimit: 64 * 1024,
    onLine: (line) => {
      keep(line);
      options.onLine?.(line);
    },
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  };
}

function cancelled(): WheelworksError {
  return new WheelworksError('process/cancelled', 'The build was cancelled.');
}

async function run(
  command: ReturnType<typeof frontendCommand>,
  { options, env, missing, log }: Setting,
  isolated: boolean,
): Promise<WheelworksError | undefined> {
  const { place, job } = options;
  const diagnosis = new Diagnosis();
  log.line(`$ ${command.label}`);
  const used = isolated ? withIndexPatience(env) : env;
  options.onCommand?.({ ...command, env: used });
  const keep = (line: string): void => {
    log.line(line);
    diagnosis.line(line);
  };
  const result = await place.run(command.command, command.args, {
    ...runOptions(options, keep),
    cwd: command.cwd,
    env: used,
    label: command.label,
  });
  if (result.cancelled) throw cancelled();
  if (result.exitCode === 0 && !result.timedOut) return undefined;
  return diagnosis.error(result, {
    interpreter: job.interpreter,
    platform: place.platform,
    place: place.kind,
    backend: options.project.buildSystem.backend,
    isolated,
    missing,
    ...(env['CC'] === undefined || env['CC'] === '' ? {} : { compiler: env['CC'] }),
    ...(place.osRelease === undefined ? {} : { osRelease: place.osRelease }),
  });
}

async function onlyWheel(output: string): Promise<string> {
  const members = (await readdir(output)).sort();
  const wheels = members.filter((name) => name.endsWith('.whl'));
  const [wheel] = wheels;
  if (wheel !== undefined && wheels.length === 1) return join(output, wheel);
  throw new WheelworksError(
    wheel === undefined ? 'build/no-wheel' : 'build/several-wheels',
    `The build ended without an error but made ${wheel === undefined ? 'no wheel' : `${wheels.length} wheels`}.`,
    {
      ...(members.length === 0 ? {} : { evidence: members.join(', ') }),
      hint: 'A PEP 517 backend must write exactly one wheel into the folder it is given.',
    },
  );
}

async function onlySdist(output: string): Promise<string> {
  const members = (await readdir(output)).sort();
  const sdists = members.filter((name) => name.endsWith('.tar.gz'));
  const [sdist] = sdists;
  if (sdist !== undefined && sdists.length === 1) return join(output, sdist);
  throw new WheelworksError(
    'build/no-sdist',
    `The build ended without an error but made ${sdist === undefined ? 'no sdist' : `${sdists.length} sdists`}.`,
    {
      ...(members.length === 0 ? {} : { evidence: members.join(', ') }),
      hint: 'A PEP 517 backend must write exactly one .tar.gz into the folder it is given.',
    },
  );
}

function built(
  { path, inPlace }: MadeFile,
  how: Omit<BuiltWheel, 'path' | 'filename' | 'inPlace'>,
): BuiltWheel {
  return { path, filename: basename(path), inPlace, ...how };
}
