/**
 * What is kept of a job that failed, so that `wheelworks shell` opens where it went wrong:
 * `OUTPUT/.wheelworks/failed/PACKAGE/ID/job.json`, beside whatever of its scratch folder is kept. Several packages may be
 * built into one folder.
 */
import { mkdir, readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { writeFileAtomic } from '../support/atomic-file.ts';
import { WheelworksError, fileError, systemErrorCode } from '../support/errors.ts';

/** A folder or file of a place, and the one of this machine that holds it now. */
export interface KeptPath {
  readonly kept: string;
  readonly scratch: string;
}

/** What failed: making a wheel, or its test. */
export type FailedStep = 'build' | 'test';

/** The command that failed, as it was started in its place. */
export interface FailedJob {
  readonly id: string;
  /** Name of its package. */
  readonly package: string;
  /** Absent: the build. */
  readonly step?: FailedStep;
  /** Where it ran. */
  readonly place: 'host' | 'container';
  /** The package's folder, relative to the plan's root. */
  readonly directory: string;
  readonly command: string;
  readonly args: readonly string[];
  /** A folder of the place. */
  readonly cwd: string;
  /** Its whole environment. */
  readonly env: Readonly<Record<string, string>>;
  /** The image of a container. */
  readonly image?: string;
  /** The folder of this machine that its build directory was kept in; absent where nothing was kept. */
  readonly kept?: string;
  /** The folder of the place that stood where `kept` is now, so that paths below it can be translated. */
  readonly scratch?: string;
  /** What else the command names and would be gone with its place. */
  readonly besides?: readonly KeptPath[];
  /** The code and the message of the error. */
  readonly error: { readonly code: string; readonly message: string };
  /** `2026-11-29T18:55:01Z`. */
  readonly when: string;
}

const schema: z.ZodType<FailedJob> = z.object({
  id: z.string(),
  package: z.string(),
  step: z.enum(['build', 'test']).exactOptional(),
  place: z.enum(['host', 'container']),
  directory: z.string(),
  command: z.string(),
  args: z.array(z.string()),
  cwd: z.string(),
  env: z.record(z.string(), z.string()),
  image: z.string().exactOptional(),
  kept: z.string().exactOptional(),
  scratch: z.string().exactOptional(),
  besides: z.array(z.object({ kept: z.string(), scratch: z.string() })).exactOptional(),
  error: z.object({ code: z.string(), message: z.string() }),
  when: z.string(),
});

/** Which job of which package. */
export type FailedJobName = Pick<FailedJob, 'id' | 'package'>;

/** The folder of a job that failed. @param output the folder that wheels go to */
export function failedJobFolder(output: string, { id, package: name }: FailedJobName): string {
  return join(failedFolder(output), name.replaceAll(/[^\w.-]/g, '_'), id);
}

function failedFolder(output: string): string {
  return join(output, '.wheelworks', 'failed');
}

/** Values of variables that open doors are not kept: the file lies about longer than the run. */
const SECRET = /TOKEN|PASSWORD|PASSWD|SECRET|CREDENTIAL|PRIVATE|API_?KEY|ACCESS_?KEY|AUTH/i;

/** `https://user:password@host/`. */
const URL_WITH_USER = /\b[a-z][\w+.-]*:\/\/[^/\s@]+@/i;

/**
 * Notes what failed; the folder is made when it is missing. Variables whose names or values look like secrets are left
 * out.
 * @throws WheelworksError `file/*`.
 */
export async function writeFailedJob(output: string, job: FailedJob): Promise<string> {
  const folder = failedJobFolder(output, job);
  await mkdir(folder, { recursive: true }).catch((error: unknown) => {
    throw fileError(error, folder);
  });
  const env = Object.fromEntries(
    Object.entries(job.env).filter(
      ([name, value]) => !SECRET.test(name) && !URL_WITH_USER.test(value),
    ),
  );
  const path = join(folder, 'job.json');
  const text = `${JSON.stringify({ ...job, env }, undefined, 2)}\n`;
  await writeFileAtomic(path, (handle) => handle.writeFile(text), { flush: false });
  return path;
}

/**
 * What failed the last time; undefined when that job did not fail.
 * @throws WheelworksError `build/bad-failed-job` for a file that is something else, `file/*`.
 */
export async function readFailedJob(
  output: string,
  name: FailedJobName,
): Promise<FailedJob | undefined> {
  const path = join(failedJobFolder(output, name), 'job.json');
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw fileError(error, path);
  }
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    throw new WheelworksError('build/bad-failed-job', `${path} does not describe a failed job.`, {
      path,
      cause: error,
      hint: 'Remove it, and build the job again.',
    });
  }
}

/** The jobs that are kept as failed, by package and id. */
export async function failedJobs(output: string): Promise<readonly FailedJobName[]> {
  const packages = await namesIn(failedFolder(output));
  const found = await Promise.all(
    packages.map(async (name) =>
      (await namesIn(join(failedFolder(output), name))).map((id) => ({ id, package: name })),
    ),
  );
  return found.flat();
}

async function namesIn(folder: string): Promise<readonly string[]> {
  const names: readonly string[] = await readdir(folder).catch(() => []);
  return names.toSorted();
}
