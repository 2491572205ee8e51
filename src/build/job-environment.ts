/** The variables that the commands of one job run with. */
import { evaluateEnvironment, type EnvironmentAssignment } from '../plan/index.ts';
import { failureOf } from '../support/process-errors.ts';
import { commandLine } from '../support/process.ts';
import { buildEnvironment, type Environment } from './environment.ts';
import type { BuildJob } from './job.ts';
import type { BuildPlace } from './place.ts';

export interface JobEnvironmentOptions {
  readonly job: Pick<BuildJob, 'id' | 'interpreter' | 'options'>;
  readonly place: BuildPlace;
  readonly sourceDateEpoch: number;
}

/** Variables by which a build knows what it is for; cibuildwheel's names. */
export function identifyingVariables(id: string): Environment {
  return { CIBUILDWHEEL: '1', CIBUILDWHEEL_BUILD_IDENTIFIER: id };
}

/**
 * The environment of a build: the place's, what makes it repeatable, what the project sets.
 * @throws WheelworksError `config/*` for an assignment that cannot be evaluated.
 */
export async function jobEnvironment(options: JobEnvironmentOptions): Promise<Environment> {
  const { job, place, sourceDateEpoch } = options;
  const env = buildEnvironment({
    env: { ...place.env, ...identifyingVariables(job.id) },
    executable: job.interpreter.path,
    sourceDateEpoch,
  });
  return evaluated(job.options.environment, place, env);
}

/** The variables of a test: those of its environment, and what the project sets. */
export async function testVariables(
  { options }: Pick<BuildJob, 'options'>,
  place: BuildPlace,
  env: Environment,
): Promise<Environment> {
  return evaluated(options.testEnvironment, place, env);
}

/** A command in a value that takes longer than this, in milliseconds, hangs. */
const TIMEOUT = 60_000;

async function evaluated(
  assignments: readonly EnvironmentAssignment[],
  place: BuildPlace,
  env: Environment,
): Promise<Environment> {
  if (assignments.length === 0) return env;
  return evaluateEnvironment(assignments, {
    env,
    run: async ([command = '', ...args], variables) => {
      const cwd = place.platform === 'win32' ? 'C:\\' : '/';
      const result = await place.run(command, args, { cwd, env: variables, timeoutMs: TIMEOUT });
      if (result.exitCode === 0 && !result.timedOut) return result.stdout;
      throw failureOf(result, commandLine(command, args));
    },
  });
}
