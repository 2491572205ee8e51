/** What is kept of a build or a test that failed: its folder, and the command that went wrong. */
import { rename, rm } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import type { WheelworksError } from '../support/errors.ts';
import { makeFolders } from '../support/folders.ts';
import {
  failedJobFolder,
  readFailedJob,
  writeFailedJob,
  type FailedStep,
  type KeptPath,
} from './failed-job.ts';
import type { BuildJob } from './job.ts';
import type { PackageBuild } from './package-build.ts';
import type { PlaceCommand } from './place-shell.ts';
import type { BuildPlace } from './place.ts';

export interface Failure {
  readonly step: FailedStep;
  readonly build: PackageBuild;
  readonly job: BuildJob;
  readonly place: BuildPlace;
  /** The job's folder in the place. */
  readonly folder: string;
  /** Other paths of the place that its command names and that others may still need there. */
  readonly besides?: readonly string[];
  readonly command: PlaceCommand;
  readonly error: WheelworksError;
}

/**
 * Keeps a failure in the output folder, in place of the job's last one. It never throws: on a full disk the failure itself
 * is what counts.
 * @returns where the job's folder is now; undefined when it could not be kept.
 */
export async function keepFailure(failure: Failure): Promise<string | undefined> {
  const { step, build, job, place, folder, command, error } = failure;
  try {
    await forgetFailure(build, job);
    const kept = join(failureFolder(build, job), step);
    const isKept = await moveOut(place, folder, kept).then(
      () => true,
      () => false,
    );
    const besides = isKept ? await copyBesides(failure) : [];
    const { image } = job.options;
    await writeFailedJob(build.output, {
      id: job.id,
      package: build.name,
      step,
      place: place.kind,
      directory: relative(build.sources.root, build.project.directory) || '.',
      command: command.command,
      args: command.args,
      cwd: command.cwd,
      env: Object.fromEntries(
        Object.entries(command.env).flatMap(([name, value]) =>
          value === undefined ? [] : [[name, value] as const],
        ),
      ),
      ...(place.kind === 'host' || image === undefined ? {} : { image }),
      ...(isKept ? { kept, scratch: folder } : {}),
      ...(besides.length === 0 ? {} : { besides }),
      error: { code: error.code, message: error.message },
      when: new Date().toISOString().replace(/\.\d+Z$/, 'Z'),
    });
    return isKept ? kept : undefined;
  } catch {
    // The failure itself is reported all the same.
    return undefined;
  }
}

async function copyBesides({
  besides = [],
  build,
  job,
  place,
}: Failure): Promise<readonly KeptPath[]> {
  const copied: KeptPath[] = [];
  for (const [index, scratch] of besides.entries()) {
    const kept = join(failureFolder(build, job), 'besides', String(index), basename(scratch));
    const isCopied = await place.copyOut(scratch, kept).then(
      () => true,
      () => false,
    );
    if (isCopied) copied.push({ kept, scratch });
  }
  return copied;
}

/** Takes away what was kept of a job. @param step only when that is what failed. */
export async function forgetFailure(
  build: PackageBuild,
  job: BuildJob,
  step?: FailedStep,
): Promise<void> {
  const isMeant = step === undefined || (await keptFailure(build, job, step)) !== undefined;
  if (isMeant) await rm(failureFolder(build, job), { recursive: true, force: true });
}

/** The folder of what was kept of a job's failure; undefined when nothing was, or another step failed. */
export async function keptFailure(
  build: PackageBuild,
  job: BuildJob,
  step: FailedStep,
): Promise<string | undefined> {
  const failed = await readFailedJob(build.output, { id: job.id, package: build.name }).catch(
    () => undefined,
  );
  return failed !== undefined && (failed.step ?? 'build') === step
    ? failureFolder(build, job)
    : undefined;
}

function failureFolder({ output, name }: PackageBuild, { id }: BuildJob): string {
  return failedJobFolder(output, { id, package: name });
}

/** On one file system a folder moves for nothing. */
async function moveOut(place: BuildPlace, from: string, to: string): Promise<void> {
  await makeFolders(join(to, '..'));
  if (place.kind === 'host') {
    const moved = await rename(from, to).then(
      () => true,
      () => false,
    );
    if (moved) return;
  }
  await place.copyOut(from, to);
}
