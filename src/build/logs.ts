/** Where the logs of a release's jobs lie, in the output folder. */
import { join } from 'node:path';
import type { BuildJob } from './job.ts';

export const LOG_FOLDER: string = 'logs';

/** Path of the log of a job's build. */
export function buildLog(output: string, { id }: BuildJob): string {
  return join(output, LOG_FOLDER, `${id}.build.log`);
}

/** Path of the log of a job's test. */
export function testLog(output: string, { id }: BuildJob): string {
  return join(output, LOG_FOLDER, `${id}.test.log`);
}
