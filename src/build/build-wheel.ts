/** One wheel from one project with one interpreter, in a clean copy of the sources. */
import { mkdir, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Interpreter } from '../python/index.ts';
import { WheelworksError, fileError } from '../support/errors.ts';
import { runProcess } from '../support/process.ts';
import { chooseFrontend, requireFrontend, type FrontendChoice } from './choose-frontend.ts';
import { Diagnosis } from './diagnose.ts';
import {
  buildEnvironment,
  sourceDateEpoch,
  withTemporaryFolder,
  type Environment,
} from './environment.ts';
import { frontendCommand, type FrontendName } from './frontend.ts';
import { openLog, type LogFile } from './log-file.ts';
import { withIndexPatience } from './pip-environment.ts';
import type { Project } from '../project/index.ts';
import { missingRequirements } from './requirements.ts';
import { copySources } from './source-copy.ts';
import type { SourceTree } from './source-tree.ts';

export interface BuildWheelOptions {
  readonly project: Project;
  readonly interpreter: Interpreter;
  readonly sources: SourceTree;
  /** An empty folder for everything the build needs, the wheel included; the caller removes it. */
  readonly scratch: string;
  /** Where the whole output of the build is kept. */
  readonly logPath: string;
  readonly env: Environment;
  readonly platform: NodeJS.Platform;
  /** Text of /etc/os-release, for package names in advice. */
  readonly osRelease?: string;
  /** Absolute path of uv, when there is one. */
  readonly uv?: string;
  /** Undefined: the best that is there. */
  readonly frontend?: FrontendName;
  /** Build requirements go into an environment of their own. */
  readonly isolated: boolean;
  /** No index can or may be asked: the build uses what the interpreter has installed. */
  readonly offline: boolean;
  readonly configSettings: Readonly<Record<string, string | readonly string[]>>;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  readonly onLine?: (line: string) => void;
}

export interface BuiltWheel {
  /** In the scratch folder, under the name the backend gave it. */
  readonly path: string;
  readonly filename: string;
  readonly frontend: FrontendName;
  readonly isolated: boolean;
  /** The index did not answer, so that a second attempt used installed packages. */
  readonly indexUnreachable: boolean;
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
  const { project, interpreter } = options;
  const env = withTemporaryFolder(
    buildEnvironment({
      env: options.env,
      executable: interpreter.path,
      extra: project.settings.environment,
      sourceDateEpoch: sourceDateEpoch(options.env),
    }),
    await makeFolder(options.scratch, 'tmp'),
  );
  const missing = await missingRequirements(project.buildSystem.requires, interpreter, env);
  const frontend = frontendOf(options, missing);
  const isolated = options.isolated && frontend !== 'direct' && !options.offline;
  const log = await openLog(options.logPath);
  try {
    const setting: Setting = { options, env, frontend, missing, log };
    const first = await attempt(setting, 'first', isolated);
    if (typeof first === 'string') {
      const notices = isolated ? [] : isolationNotices(options, frontend);
      return built(first, { frontend, isolated, indexUnreachable: false, notices });
    }
    if (!isolated || missing.length > 0 || !isIndexFailure(first)) throw first;
    const second = await attempt(setting, 'second', false);
    if (typeof second !== 'string') throw bothFailed(first, second);
    const indexUnreachable = first.code === 'build/index-unreachable';
    const notices = [indexUnreachable ? NO_INDEX : NOT_IN_INDEX];
    return built(second, { frontend, isolated: false, indexUnreachable, notices });
  } finally {
    log.close();
  }
}

/** The unreachable index is the cause to mend; what the installed packages lacked only explains the rest. */
function bothFailed(first: WheelworksError, second: WheelworksError): WheelworksError {
  const evidence = [first.evidence, second.evidence]
    .filter((text) => text !== undefined)
    .join('\n');
  return new WheelworksError(
    first.code,
    `${first.message} Then the packages that the interpreter has installed were tried: ${second.message}`,
    {
      cause: second,
      ...(first.path === undefined ? {} : { path: first.path }),
      ...(evidence === '' ? {} : { evidence }),
      ...(first.hint === undefined ? {} : { hint: first.hint }),
    },
  );
}

const NO_INDEX =
  'no package index answered, so the build used the packages that the interpreter has installed';
const NOT_IN_INDEX =
  'the package index has not what the build requires, so it used the packages that the interpreter has installed';
const OFFLINE = 'without an index, the build used the packages that the interpreter has installed';

/** A user who asked for an isolated build and did not get one should know. */
function isolationNotices(options: BuildWheelOptions, frontend: FrontendName): readonly string[] {
  if (!options.isolated || options.project.buildSystem.requires.length === 0) return [];
  if (options.offline) return [OFFLINE];
  if (options.frontend === 'direct' || frontend !== 'direct') return [];
  return ['no frontend serves this interpreter, so its backend was called directly'];
}

function frontendOf(options: BuildWheelOptions, missing: readonly string[]): FrontendName {
  const { project, interpreter, configSettings, frontend, uv } = options;
  const choice: FrontendChoice = {
    project,
    interpreter,
    missing,
    configSettings,
    ...(uv === undefined ? {} : { uv }),
  };
  return frontend === undefined ? chooseFrontend(choice) : requireFrontend(frontend, choice);
}

interface Setting {
  readonly options: BuildWheelOptions;
  readonly env: Environment;
  readonly frontend: FrontendName;
  readonly missing: readonly string[];
  readonly log: LogFile;
}

/** Builds in a copy of its own: the path of the wheel, or why there is none. */
async function attempt(
  setting: Setting,
  name: string,
  isolated: boolean,
): Promise<string | WheelworksError> {
  const { options, frontend } = setting;
  const { project, interpreter, sources, configSettings, uv } = options;
  const root = await makeFolder(options.scratch, `${name}-sources`);
  const output = await makeFolder(options.scratch, `${name}-wheel`);
  await copySources(sources.entries, root);
  const command = frontendCommand(frontend, {
    project,
    interpreter,
    sources: join(root, sources.projectPath),
    output,
    isolated,
    configSettings,
    ...(uv === undefined ? {} : { uv }),
  });
  const failure = await run(command, setting, isolated);
  return failure ?? onlyWheel(output);
}

async function makeFolder(parent: string, name: string): Promise<string> {
  const path = join(parent, name);
  await mkdir(path).catch((error: unknown) => {
    throw fileError(error, path);
  });
  return path;
}

async function run(
  command: ReturnType<typeof frontendCommand>,
  { options, env, missing, log }: Setting,
  isolated: boolean,
): Promise<WheelworksError | undefined> {
  const diagnosis = new Diagnosis();
  log.line(`$ ${command.label}`);
  const result = await runProcess(command.command, command.args, {
    cwd: command.cwd,
    env: isolated ? withIndexPatience(env) : env,
    label: command.label,
    timeoutMs: options.timeoutMs ?? DEFAULT_TIMEOUT,
    // The log and the diagnosis keep what matters.
    outputLimit: 64 * 1024,
    onLine: (line) => {
      log.line(line);
      diagnosis.line(line);
      options.onLine?.(line);
    },
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  if (result.cancelled) throw new WheelworksError('process/cancelled', 'The build was cancelled.');
  if (result.exitCode === 0 && !result.timedOut) return undefined;
  return diagnosis.error(result, {
    interpreter: options.interpreter,
    platform: options.platform,
    backend: options.project.buildSystem.backend,
    isolated,
    missing,
    ...(env['CC'] === undefined || env['CC'] === '' ? {} : { compiler: env['CC'] }),
    ...(options.osRelease === undefined ? {} : { osRelease: options.osRelease }),
  });
}

function isIndexFailure(error: WheelworksError): boolean {
  return error.code === 'build/index-unreachable' || error.code === 'build/requirement-not-found';
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

function built(path: string, how: Omit<BuiltWheel, 'path' | 'filename'>): BuiltWheel {
  return { path, filename: basename(path), ...how };
}
