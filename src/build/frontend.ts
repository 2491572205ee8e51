/** The tools that turn a project into a wheel, and the command line of each. */
import type { Interpreter } from '../python/index.ts';
import callBackend from '../python/call_backend.py?raw';
import pipWheel from '../python/pip_wheel.py?raw';
import { commandLine } from '../support/process.ts';
import type { JobOptions } from '../plan/index.ts';
import type { Project } from '../project/index.ts';
import { fillPlain } from './placeholders.ts';

/**
 * `uv`, `build` and `pip` make an isolated environment and install the build requirements; `direct` calls the
 * backend's hook in the interpreter itself, for backends that need nothing installed.
 */
export type FrontendName = 'uv' | 'build' | 'pip' | 'direct';

export const FRONTENDS: readonly FrontendName[] = ['uv', 'build', 'pip', 'direct'];

/** What a backend makes. */
export type BuildTarget = 'wheel' | 'sdist';

/** One build as a command to run. */
export interface FrontendCommand {
  readonly name: FrontendName;
  readonly command: string;
  readonly args: readonly string[];
  /** Where it runs: the sources themselves must not be there to be imported by accident. */
  readonly cwd: string;
  /** For logs and errors. */
  readonly label: string;
}

export interface FrontendRequest {
  readonly project: Project;
  readonly interpreter: Interpreter;
  /** The copy of the project to build. */
  readonly sources: string;
  /** An empty folder for the wheel. */
  readonly output: string;
  readonly isolated: boolean;
  /** The job's options for frontends: arguments, config settings, verbosity. */
  readonly job: Pick<JobOptions, 'buildFrontend' | 'buildVerbosity' | 'configSettings'>;
  /** What the placeholders in config settings stand for. */
  readonly values: { readonly project: string; readonly package: string };
  /** Path of uv, needed for that frontend only. */
  readonly uv?: string;
  /** What is built; default a wheel. pip makes no sdists. */
  readonly target?: BuildTarget;
}

/** Python puts the working folder first on its path, where a project's own json.py would be taken for the library's. */
const WITHOUT_FOLDER = 'import sys\nsys.path[:] = [entry for entry in sys.path if entry]\n';

/** The command line of a frontend. */
export function frontendCommand(name: FrontendName, request: FrontendRequest): FrontendCommand {
  const { interpreter, output } = request;
  switch (name) {
    case 'uv':
      // uv reads the project's own [tool.uv] from where it runs.
      return of(name, request.sources, request.uv ?? 'uv', uvArguments(request));
    case 'build':
      return of(name, output, interpreter.path, buildArguments(request));
    case 'pip': {
      const args = pipArguments(request);
      return {
        ...of(name, output, interpreter.path, ['-c', WITHOUT_FOLDER + pipWheel, ...args]),
        label: commandLine(interpreter.path, ['-m', 'pip', ...args]),
      };
    }
    case 'direct': {
      const { backend, backendPath } = request.project.buildSystem;
      const call = {
        backend,
        backendPath,
        configSettings: filledSettings(request),
        output,
        hook: request.target === 'sdist' ? 'build_sdist' : 'build_wheel',
      };
      return {
        name,
        // PEP 517: "All hooks are run with working directory set to the root of the source tree".
        cwd: request.sources,
        command: interpreter.path,
        args: ['-c', WITHOUT_FOLDER + callBackend, JSON.stringify(call)],
        label: `${interpreter.path} calling ${backend}`,
      };
    }
  }
}

function of(
  name: FrontendName,
  cwd: string,
  command: string,
  args: readonly string[],
): FrontendCommand {
  return { name, command, args, cwd, label: commandLine(command, args) };
}

function uvArguments(request: FrontendRequest): readonly string[] {
  return [
    'build',
    `--${request.target ?? 'wheel'}`,
    '--no-progress',
    '--python',
    request.interpreter.path,
    '--out-dir',
    request.output,
    ...(request.isolated ? [] : ['--no-build-isolation']),
    ...settings(request, '--config-setting'),
    ...verbosity(request, ['-v', '-q']),
    ...own(request, ['uv']),
    request.sources,
  ];
}

function buildArguments(request: FrontendRequest): readonly string[] {
  return [
    '-m',
    'build',
    `--${request.target ?? 'wheel'}`,
    '--outdir',
    request.output,
    // What is missing shows in what fails; some requirements are only needed by some versions of a backend.
    ...(request.isolated ? [] : ['--no-isolation', '--skip-dependency-check']),
    ...(request.job.buildFrontend.name === 'build[uv]' ? ['--installer', 'uv'] : []),
    ...settings(request, '--config-setting'),
    ...verbosity(request, ['-v']),
    ...own(request, ['build', 'build[uv]']),
    request.sources,
  ];
}

function pipArguments(request: FrontendRequest): readonly string[] {
  return [
    'wheel',
    '--no-deps',
    '--use-pep517',
    '--wheel-dir',
    request.output,
    ...(request.isolated ? [] : ['--no-build-isolation']),
    ...settings(request, '--config-settings'),
    ...verbosity(request, ['-v', '-q']),
    ...own(request, ['pip']),
    request.sources,
  ];
}

function settings(request: FrontendRequest, option: string): readonly string[] {
  return Object.entries(filledSettings(request)).flatMap(([key, value]) =>
    (typeof value === 'string' ? [value] : value).map((one) => `${option}=${key}=${one}`),
  );
}

/** No shell reads config settings, so placeholders in them are not quoted. */
function filledSettings({
  job,
  values,
}: FrontendRequest): Readonly<Record<string, string | readonly string[]>> {
  const fill = (text: string): string => fillPlain(text, values);
  return Object.fromEntries(
    Object.entries(job.configSettings).map(([key, value]) => [
      key,
      typeof value === 'string' ? fill(value) : value.map(fill),
    ]),
  );
}

/** `-v` or `-q` as often as the verbosity says; `build` has no `-q`. */
function verbosity(
  { job: { buildVerbosity } }: FrontendRequest,
  [more, less]: readonly [string, string?],
): readonly string[] {
  const flag = buildVerbosity > 0 ? more : less;
  return flag === undefined ? [] : Array.from({ length: Math.abs(buildVerbosity) }, () => flag);
}

/** Arguments that the project gives for the frontend it names; another one would not know them. */
function own(
  { job: { buildFrontend }, values }: FrontendRequest,
  names: readonly JobOptions['buildFrontend']['name'][],
): readonly string[] {
  if (!names.includes(buildFrontend.name)) return [];
  return buildFrontend.args.map((text) => fillPlain(text, values));
}

/** The frontend behind a name of the options; undefined for the best that is there. */
export function frontendNamed(name: JobOptions['buildFrontend']['name']): FrontendName | undefined {
  if (name === 'default') return undefined;
  return name === 'build[uv]' ? 'build' : name;
}
