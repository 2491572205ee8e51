/** What is kept of a build that failed: its folder, and the command that went wrong. */
import { rename, rm, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { WheelworksError } from '../support/errors.ts';
import { makeFolders } from '../support/folders.ts';
import { failedJobFolder, writeFailedJob } from './failed-job.ts';
import type { BuildJob } from './job.ts';
import type { PackageBuild } from './package-build.ts';
import type { PlaceCommand } from './place-shell.ts';
import type { BuildPlace } from './place.ts';

export interface Failure {
  readonly build: PackageBuild;
  readonly job: BuildJob;
  readonly place: BuildPlace;
  /** The job's folder in the place. */
  readonly folder: string;
  readonly command: PlaceCommand;
  readonly error: WheelworksError;
}

/** Keeps a failed build in the output folder. It never throws: on a full disk the failure itself is what counts. */
export async function keepFailure(failure: Failure): Promise<void> {
  const { build, job, place, folder, command, error } = failure;
  try {
    await forgetFailure(build, job);
    const kept = join(failureFolder(build, job), 'build');
    const isKept = await moveOut(place, folder, kept).then(
      () => true,
      () => false,
    );
    const { image } = job.options;
    await writeFailedJob(build.output, {
      id: job.id,
      package: build.name,
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
      error: { code: error.code, message: error.message },
      when: new Date().toISOString().replace(/\.\d+Z$/, 'Z'),
    });
  } catch {
    // The failure itself is reported all the same.
  }
}

/** Takes away what was kept of a job. */
export async function forgetFailure(build: PackageBuild, job: BuildJob): Promise<void> {
  await rm(failureFolder(build, job), { recursive: true, force: true });
}

/** The folder of what was kept of a job; undefined when nothing was. */
export async function keptFailure(build: PackageBuild, job: BuildJob): Promise<string | undefined> {
  const folder = failureFolder(build, job);
  return (await stat(folder).catch(() => undefined)) === undefined ? undefined : folder;
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
