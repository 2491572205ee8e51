/** The variables that the commands of one job run with. */
import type { Project } from '../project/index.ts';
import { buildEnvironment, type Environment } from './environment.ts';
import type { BuildJob } from './job.ts';
import type { BuildPlace } from './place.ts';

export interface JobEnvironmentOptions {
  readonly project: Project;
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
  const { project, job, place, sourceDateEpoch } = options;
  return buildEnvironment({
    env: { ...place.env, ...identifyingVariables(job.id) },
    executable: job.interpreter.path,
    extra: project.settings.environment,
    sourceDateEpoch,
  });
}

/** The variables of a test: those of its environment, and what the project sets. */
export async function testVariables(
  _job: Pick<BuildJob, 'options'>,
  _place: BuildPlace,
  env: Environment,
): Promise<Environment> {
  return env;
}
