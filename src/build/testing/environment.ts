/** A fresh virtual environment, and pip for it. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { cleanEnvironment, withTemporaryFolder, type Environment } from '../environment.ts';
import type { LogFile } from '../log-file.ts';
import { installingHere, withoutPipConfiguration } from '../pip-environment.ts';
import { missingPieceAdvice, type Interpreter } from '../../python/index.ts';
import { WheelworksError, type ErrorCode } from '../../support/errors.ts';
import { commandLine, runProcess, type ProcessResult } from '../../support/process.ts';
import { installArguments, pipCommand, type PipChoice } from './pip.ts';
import type { PackageBuild } from '../package-build.ts';

/** Where a test happens and who watches. */
export interface TestPlace {
  readonly plan: PackageBuild;
  readonly interpreter: Interpreter;
  readonly pip: PipChoice;
  /** The virtual environment; not there before {@link makeEnvironment}. */
  readonly environment: string;
  /** An empty folder that commands run in: nothing there can be imported by accident. */
  readonly work: string;
  /** Where what is run keeps its temporary files. */
  readonly temporary: string;
  readonly log: LogFile;
  readonly signal: AbortSignal;
  readonly osRelease?: string;
  readonly onLine: (line: string) => void;
}

/** A test that hangs must not hold the release for ever; milliseconds. */
const TIMEOUT = 2 * 60 * 60 * 1000;
/** Lines of output in an error; all of them are in the log. */
const SHOWN_LINES = 12;

/** The folder of an environment's programs. */
export function scriptsFolder({ environment, plan }: TestPlace): string {
  return join(environment, plan.platform === 'win32' ? 'Scripts' : 'bin');
}

/**
 * Makes the environment.
 * @throws WheelworksError `release/no-environment`, `process/*`.
 */
export async function makeEnvironment(place: TestPlace): Promise<void> {
  const { plan, interpreter, pip, environment } = place;
  const args = ['-m', 'venv', ...(pip.method === 'own' ? [] : ['--without-pip']), environment];
  const result = await runLogged(place, interpreter.path, args, cleanEnvironment(plan.env));
  if (result.exitCode === 0) return;
  const advice = missingPieceAdvice(
    { kind: 'venv' },
    {
      interpreter,
      platform: plan.platform,
      ...(place.osRelease === undefined ? {} : { osRelease: place.osRelease }),
    },
  );
  throw stepError(
    'release/no-environment',
    `${interpreter.label} could not make a virtual environment`,
    result,
    advice,
  );
}

/**
 * Installs what the wheel and its tests need from elsewhere: from the user's own index, with the user's own pip
 * configuration, and from the wheels of other projects in the output folder.
 * @throws WheelworksError `release/dependencies-failed`, `process/*`.
 */
export async function installDependencies(
  place: TestPlace,
  requirements: readonly string[],
): Promise<void> {
  const { plan } = place;
  const args = [
    '--retries',
    '1',
    '--find-links',
    pathToFileURL(join(plan.output, 'links.html')).href,
    ...(plan.offline ? ['--no-index'] : []),
    ...requirements,
  ];
  const result = await pipInstall(place, args, installingHere(cleanEnvironment(plan.env)));
  if (result.exitCode === 0) return;
  throw stepError(
    'release/dependencies-failed',
    `The dependencies of the wheel could not be installed (${requirements.join(', ')})`,
    result,
    'Set PIP_INDEX_URL or PIP_FIND_LINKS to where they can be had.',
  );
}

/**
 * Installs the wheel itself the way its users will: by name, from the new index and nothing else.
 * @throws WheelworksError `release/install-failed`, `process/*`.
 */
export async function installFromIndex(place: TestPlace, requirement: string): Promise<void> {
  const { plan } = place;
  const index = pathToFileURL(join(plan.output, 'simple')).href;
  const nullDevice = plan.platform === 'win32' ? 'nul' : '/dev/null';
  const env = withoutPipConfiguration(cleanEnvironment(plan.env), nullDevice);
  const args = [
    '--index-url',
    index,
    '--no-deps',
    '--no-cache-dir',
    '--only-binary',
    ':all:',
    requirement,
  ];
  const result = await pipInstall(place, args, env);
  if (result.exitCode === 0) return;
  throw stepError(
    'release/install-failed',
    `pip does not install ${requirement} from the new index`,
    result,
  );
}

async function pipInstall(
  place: TestPlace,
  args: readonly string[],
  env: Environment,
): Promise<ProcessResult> {
  const { pip, interpreter, environment } = place;
  const python = join(
    scriptsFolder(place),
    place.plan.platform === 'win32' ? 'python.exe' : 'python',
  );
  const [command, ...before] = pipCommand(pip, python);
  const where = installArguments(pip, interpreter, environment);
  return runLogged(place, command, [...before, 'install', ...where, ...args], env);
}

/**
 * Runs a command in the work folder, with everything in the log.
 * @throws WheelworksError `process/*`, `file/*` of the log.
 */
export async function runLogged(
  place: TestPlace,
  command: string,
  args: readonly string[],
  env: Environment,
): Promise<ProcessResult> {
  place.log.line(`$ ${commandLine(command, args)}`);
  const result = await runProcess(command, args, {
    cwd: place.work,
    env: withTemporaryFolder(env, place.temporary),
    timeoutMs: TIMEOUT,
    signal: place.signal,
    outputLimit: 64 * 1024,
    onLine: (line) => {
      place.log.line(line);
      place.onLine(line);
    },
  });
  if (result.cancelled) throw new WheelworksError('process/cancelled', 'The test was cancelled.');
  return result;
}

/** The error for a step that failed: how it ended, and its last lines. */
export function stepError(
  code: ErrorCode,
  message: string,
  result: ProcessResult,
  hint?: string,
): WheelworksError {
  const evidence = result.lastLines.slice(-SHOWN_LINES).join('\n');
  return new WheelworksError(code, `${message}: ${endingOf(result)}.`, {
    ...(evidence === '' ? {} : { evidence }),
    ...(hint === undefined ? {} : { hint }),
  });
}

/** What a shell adds to the number of the signal that ended its command. */
const SHELL_SIGNAL = 128;
const SIGNALS: ReadonlyMap<number, string> = new Map([
  [4, 'SIGILL: an instruction that this CPU does not have'],
  [6, 'SIGABRT'],
  [7, 'SIGBUS'],
  [8, 'SIGFPE'],
  [9, 'SIGKILL: most likely out of memory'],
  [11, 'SIGSEGV: native code touched memory that is not its own'],
  [15, 'SIGTERM'],
]);

function endingOf({ exitCode, signal, timedOut, seconds }: ProcessResult): string {
  if (timedOut) return `it did not end within ${Math.round(seconds)} s`;
  if (signal !== null) return `ended by ${signal}`;
  const name = SIGNALS.get((exitCode ?? 0) - SHELL_SIGNAL);
  return `exit code ${exitCode ?? 'unknown'}${name === undefined ? '' : ` (${name})`}`;
}
