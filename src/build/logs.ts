/** Where the logs of jobs lie, in the output folder. */
import { join } from 'node:path';
import type { BuildJob } from './job.ts';
import type { PackageBuild } from './package-build.ts';

export const LOG_FOLDER: string = 'logs';

type Package = Pick<PackageBuild, 'output' | 'name' | 'isOneOfSeveral'>;
type Job = Pick<BuildJob, 'id'>;

/** Path of the log of a job's build. */
export function buildLog(build: Package, job: Job): string {
  return logPath(build, job, 'build');
}

/** Path of the log of a job's test. */
export function testLog(build: Package, job: Job): string {
  return logPath(build, job, 'test');
}

/** Path of the log of the build of the sdist. */
export function sdistLog(build: Package): string {
  return join(logFolder(build), 'sdist.log');
}

/** Path of the log of the command that runs before all builds of a place. */
export function beforeAllLog(build: Package): string {
  return join(logFolder(build), 'before-all.log');
}

/** Folder of what a job's build leaves besides: debug files, bills of materials. */
export function sideFolder(build: Package, { id }: Job): string {
  return join(logFolder(build), id);
}

function logPath(build: Package, { id }: Job, step: string): string {
  return join(logFolder(build), `${id}.${step}.log`);
}

function logFolder({ output, name, isOneOfSeveral }: Package): string {
  const folder = isOneOfSeveral ? [LOG_FOLDER, name.replaceAll(/[^\w.-]/g, '_')] : [LOG_FOLDER];
  return join(output, ...folder);
}

/** How progress calls a step of a job. */
export function taskName(
  { name, isOneOfSeveral }: Pick<PackageBuild, 'name' | 'isOneOfSeveral'>,
  { id }: Job,
  step: 'build' | 'test',
): string {
  return isOneOfSeveral ? `${step} ${name} ${id}` : `${step} ${id}`;
}
