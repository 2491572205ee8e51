/**
 * The environment that a job's before-build has on this machine.
 *
 * `pip install cython` in a before-build must not change the Python of whoever builds, nor be there for the next job. In a
 * container the command runs in what the container has, which goes away with it.
 */
import { chmod, writeFile } from 'node:fs/promises';
import { delimiter } from 'node:path';
import type { Interpreter } from '../python/index.ts';
import { fileError } from '../support/errors.ts';
import type { BuildWheelOptions } from './build-setting.ts';
import type { Environment } from './environment.ts';
import { joinPlacePath, stepError } from './place-shell.ts';

/** With what a job builds. */
export interface OwnEnvironment {
  /** Its path is that of the environment, where there is one. */
  readonly interpreter: Interpreter;
  readonly env: Environment;
  readonly notices: readonly string[];
}

interface OwnRequest extends Pick<
  BuildWheelOptions,
  'job' | 'place' | 'folder' | 'signal' | 'target'
> {
  /** The variables of the build. */
  readonly env: Environment;
}

/** Making an environment takes less, even from a slow network drive; milliseconds. */
const TIMEOUT = 5 * 60_000;

/**
 * Makes a virtual environment for a job with a before-build on this machine, in which the packages of its interpreter are
 * seen; other jobs keep their interpreter.
 * @throws WheelworksError `release/no-environment`, `process/*`, `file/*`.
 */
export async function withOwnEnvironment(request: OwnRequest): Promise<OwnEnvironment> {
  const { job, place, folder, env, target } = request;
  const { interpreter } = job;
  const runsNothing = job.options.beforeBuild.trim() === '' || target === 'sdist';
  if (runsNothing || place.kind !== 'host') return { interpreter, env, notices: [] };
  // Python 2 has no venv.
  if (interpreter.version.major < 3) return { interpreter, env, notices: [UNPROTECTED] };
  const environment = joinPlacePath(place, folder, 'environment');
  await makeEnvironment(request, environment);
  const isWindows = place.platform === 'win32';
  const scripts = joinPlacePath(place, environment, isWindows ? 'Scripts' : 'bin');
  return {
    interpreter: {
      ...interpreter,
      path: joinPlacePath(place, scripts, isWindows ? 'python.exe' : 'python'),
    },
    env: {
      ...env,
      VIRTUAL_ENV: environment,
      PATH: [scripts, env['PATH'] ?? ''].join(delimiter),
    },
    notices: [],
  };
}

const UNPROTECTED =
  'before-build ran in the interpreter itself, since Python 2 makes no virtual environments: what it installed is still there';

async function makeEnvironment(
  { job: { interpreter }, place, env, folder, signal }: OwnRequest,
  environment: string,
): Promise<void> {
  // Bootstrapping a pip takes longer than many a build; the interpreter's own is seen from within.
  const borrowsPip = place.platform !== 'win32' && interpreter.packages.pip !== null;
  const args = [
    '-m',
    'venv',
    '--system-site-packages',
    ...(borrowsPip ? ['--without-pip'] : []),
    environment,
  ];
  const result = await place.run(interpreter.path, args, {
    cwd: folder,
    env,
    timeoutMs: TIMEOUT,
    ...(signal === undefined ? {} : { signal }),
  });
  if (result.exitCode !== 0)
    throw stepError(
      'release/no-environment',
      `${interpreter.label} could not make the virtual environment for before-build`,
      result,
    );
  if (!borrowsPip) return;
  const { major, minor } = interpreter.version;
  for (const name of ['pip', `pip${major}`, `pip${major}.${minor}`])
    await writePip(joinPlacePath(place, environment, 'bin', name));
}

/** `pip` by its name would else be that of the interpreter, and install there. It moves with its folder. */
async function writePip(path: string): Promise<void> {
  try {
    await writeFile(path, '#!/bin/sh\nexec "${0%/*}/python" -m pip "$@"\n');
    await chmod(path, 0o755);
  } catch (error) {
    throw fileError(error, path);
  }
}
