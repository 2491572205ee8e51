/** A fresh virtual environment, and pip for it. */
import { basename } from 'node:path';
import { missingPieceAdvice, type Interpreter } from '../../python/index.ts';
import { WheelworksError } from '../../support/errors.ts';
import { commandLine, type ProcessResult } from '../../support/process.ts';
import { cleanEnvironment, withTemporaryFolder, type Environment } from '../environment.ts';
import type { LogFile } from '../log-file.ts';
import type { PackageBuild } from '../package-build.ts';
import { installingHere, withoutPipConfiguration } from '../pip-environment.ts';
import { joinPlacePath, stepError, type PlaceCommand } from '../place-shell.ts';
import type { BuildPlace } from '../place.ts';
import { installArguments, pipCommand, type PipChoice } from './pip.ts';

/** One fresh environment, where it is and who watches; folders are those of the place. */
export interface TestRoom {
  readonly build: PackageBuild;
  readonly place: BuildPlace;
  readonly interpreter: Interpreter;
  readonly pip: PipChoice;
  /** The virtual environment; not there before {@link makeEnvironment}. */
  readonly environment: string;
  /** A folder that commands run in: empty, so that nothing there can be imported by accident. */
  readonly work: string;
  /** Where what is run keeps its temporary files. */
  readonly temporary: string;
  readonly log: LogFile;
  readonly signal: AbortSignal;
  readonly onLine: (line: string) => void;
  readonly onCommand: (command: PlaceCommand) => void;
}

/** A test that hangs must not hold the release for ever; milliseconds. */
const TIMEOUT = 2 * 60 * 60 * 1000;

/** The folder of an environment's programs. */
export function scriptsFolder({ environment, place }: TestRoom): string {
  return joinPlacePath(place, environment, place.platform === 'win32' ? 'Scripts' : 'bin');
}

/**
 * Makes the environment.
 * @throws WheelworksError `release/no-environment`, `process/*`.
 */
export async function makeEnvironment(room: TestRoom): Promise<void> {
  const { place, interpreter, pip, environment } = room;
  const args = ['-m', 'venv', ...(pip.method === 'own' ? [] : ['--without-pip']), environment];
  const result = await runLogged(room, interpreter.path, args, cleanEnvironment(place.env));
  if (result.exitCode === 0) return;
  const advice = missingPieceAdvice(
    { kind: 'venv' },
    {
      interpreter,
      platform: place.platform,
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
 * configuration, and from what `links` names.
 * @param links arguments by which pip finds the wheels of other packages.
 * @throws WheelworksError `release/dependencies-failed`, `process/*`.
 */
export async function installDependencies(
  room: TestRoom,
  requirements: readonly string[],
  links: readonly string[],
): Promise<void> {
  const { build, place } = room;
  const args = [
    '--retries',
    '1',
    ...links,
    ...(build.offline ? ['--no-index'] : []),
    ...requirements,
  ];
  const result = await pipInstall(room, args, installingHere(cleanEnvironment(place.env)));
  if (result.exitCode === 0) return;
  throw stepError(
    'release/dependencies-failed',
    `The dependencies of the wheel could not be installed (${requirements.join(', ')})`,
    result,
    'Set PIP_INDEX_URL or PIP_FIND_LINKS to where they can be had.',
  );
}

/** What is installed: a wheel and its parts by their paths, or requirements from an index and nothing else. */
export type Installed =
  | { readonly from: 'file'; readonly paths: readonly [string, ...string[]] }
  | {
      readonly from: 'index';
      readonly url: string;
      readonly requirements: readonly [string, ...string[]];
    };

/**
 * Installs the wheel itself. From an index it goes the way its users will go: by name, from that index and nothing else.
 * @throws WheelworksError `release/install-failed`, `process/*`.
 */
export async function installWheel(room: TestRoom, what: Installed): Promise<void> {
  const { place } = room;
  const nullDevice = place.platform === 'win32' ? 'nul' : '/dev/null';
  const env = withoutPipConfiguration(cleanEnvironment(place.env), nullDevice);
  const source =
    what.from === 'file'
      ? ['--no-index', ...what.paths]
      : ['--index-url', what.url, '--only-binary', ':all:', ...what.requirements];
  const result = await pipInstall(room, ['--no-deps', '--no-cache-dir', ...source], env);
  if (result.exitCode === 0) return;
  throw stepError(
    'release/install-failed',
    what.from === 'file'
      ? `pip does not install ${basename(what.paths[0])}`
      : `pip does not install ${what.requirements[0]} from the new index`,
    result,
  );
}

async function pipInstall(
  room: TestRoom,
  args: readonly string[],
  env: Environment,
): Promise<ProcessResult> {
  const { place, pip, interpreter, environment } = room;
  const isWindows = place.platform === 'win32';
  const python = joinPlacePath(place, scriptsFolder(room), isWindows ? 'python.exe' : 'python');
  const [command, ...before] = pipCommand(pip, python);
  const where = installArguments(pip, interpreter, environment);
  return runLogged(room, command, [...before, 'install', ...where, ...args], env);
}

/**
 * Runs a command in the work folder, with everything in the log.
 * @throws WheelworksError `process/*`, `file/*` of the log.
 */
export async function runLogged(
  room: TestRoom,
  command: string,
  args: readonly string[],
  env: Environment,
): Promise<ProcessResult> {
  room.log.line(`$ ${commandLine(command, args)}`);
  const used = withTemporaryFolder(env, room.temporary);
  room.onCommand({ command, args, cwd: room.work, env: used });
  const result = await room.place.run(command, args, {
    cwd: room.work,
    env: used,
    timeoutMs: room.build.timeoutMs ?? TIMEOUT,
    signal: room.signal,
    outputLimit: 64 * 1024,
    onLine: (line) => {
      room.log.line(line);
      room.onLine(line);
    },
  });
  if (result.cancelled) throw new WheelworksError('process/cancelled', 'The test was cancelled.');
  return result;
}
