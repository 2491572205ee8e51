/** The variables of a shell in which one builds, and a new virtual environment with what the build requires. */
import { join } from 'node:path';
import { readProject } from '../project/index.ts';
import type { Interpreter } from '../python/index.ts';
import { WheelworksError } from '../support/errors.ts';
import { sourceDateEpoch, type Environment } from './environment.ts';
import { jobEnvironment } from './job-environment.ts';
import { joinPlacePath } from './place-shell.ts';
import type { ShellOptions } from './shell.ts';

export interface ShellVariables {
  readonly env: Environment;
  /** The virtual environment, a folder of the place; absent where there is none. */
  readonly tools?: string;
  /** What is not as the build has it. */
  readonly notices: readonly string[];
}

/**
 * Makes them. @param folder of the place, for the virtual environment
 * @throws WheelworksError `config/*`, `process/*`, `container/*`.
 */
export async function buildVariables(
  options: ShellOptions,
  interpreter: Interpreter,
  folder: string,
): Promise<ShellVariables> {
  const { job, root, place } = options;
  const { buildSystem } = await readProject(join(root, job.directory));
  const env = await jobEnvironment({
    job: { id: job.id, interpreter, options: job.options },
    place,
    sourceDateEpoch: sourceDateEpoch(options.env),
  });
  const tools = joinPlacePath(place, folder, 'venv');
  return {
    env,
    ...(await virtualEnvironment(options, {
      python: interpreter.path,
      tools,
      requires: buildSystem.requires,
      env,
    })),
  };
}

/** Milliseconds that installing the build requirements may take. */
const TIMEOUT = 10 * 60 * 1000;

interface Wanted {
  readonly python: string;
  readonly tools: string;
  readonly requires: readonly string[];
  readonly env: Environment;
}

async function virtualEnvironment(
  { place, signal }: ShellOptions,
  { python, tools, requires, env }: Wanted,
): Promise<Pick<ShellVariables, 'tools' | 'notices'>> {
  const options = {
    cwd: '/',
    env,
    timeoutMs: TIMEOUT,
    ...(signal === undefined ? {} : { signal }),
  };
  const made = await place.run(python, ['-m', 'venv', tools], options);
  if (made.cancelled) throw new WheelworksError('process/cancelled', 'Cancelled.');
  if (made.exitCode !== 0)
    return { notices: [`${python} makes no virtual environment, so its own packages are used`] };
  if (requires.length === 0) return { tools, notices: [] };
  const args = ['-m', 'pip', 'install', '--quiet', '--no-input', '--disable-pip-version-check'];
  const installed = await place.run(`${tools}/bin/python`, [...args, ...requires], {
    ...options,
    env: { PIP_RETRIES: '1', PIP_TIMEOUT: '15', ...env },
  });
  if (installed.cancelled) throw new WheelworksError('process/cancelled', 'Cancelled.');
  if (installed.exitCode === 0) return { tools, notices: [] };
  const said = installed.lastLines.findLast((line) => line.startsWith('ERROR')) ?? 'pip failed';
  return { tools, notices: [`the build requirements could not be installed (${said})`] };
}
