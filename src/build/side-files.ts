/** What a build leaves beside its logs: debug files, and a copy of the wheel's bills of materials. */
import { readdir, rm, writeFile } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { fileError } from '../support/errors.ts';
import { makeFolders } from '../support/folders.ts';
import { withWheel } from '../wheel/index.ts';
import type { BuildJob } from './job.ts';
import { sideFolder } from './logs.ts';
import type { PackageBuild } from './package-build.ts';

/** The folder of a job for debug files. */
export function debugFolder(build: PackageBuild, job: BuildJob): string {
  return join(sideFolder(build, job), 'debug');
}

/** Takes away what an earlier build of the job left. @throws WheelworksError `file/*`. */
export async function forgetSideFiles(build: PackageBuild, job: BuildJob): Promise<void> {
  const folder = sideFolder(build, job);
  await rm(folder, { recursive: true, force: true }).catch((error: unknown) => {
    throw fileError(error, folder);
  });
}

/**
 * Copies the bills of materials out of a finished wheel (PEP 770: `.dist-info/sboms`).
 * @throws WheelworksError `wheel/*`, `zip/*`, `file/*`.
 */
export async function collectSboms(
  wheel: string,
  build: PackageBuild,
  job: BuildJob,
): Promise<void> {
  const into = join(sideFolder(build, job), 'sboms');
  await withWheel(wheel, async ({ archive, distInfo }) => {
    for (const entry of archive.entries) {
      if (entry.isDirectory || !entry.path.startsWith(`${distInfo}/sboms/`)) continue;
      await makeFolders(into);
      const path = join(into, basename(entry.path));
      await writeFile(path, await archive.read(entry)).catch((error: unknown) => {
        throw fileError(error, path);
      });
    }
  });
}

/** What is there of a job, relative to the output folder, sorted. */
export async function sideFilesOf(build: PackageBuild, job: BuildJob): Promise<readonly string[]> {
  const folder = sideFolder(build, job);
  const names: readonly string[] = await readdir(folder, {
    recursive: true,
    withFileTypes: true,
  }).then(
    (members) =>
      members
        .filter((member) => member.isFile())
        .map(({ parentPath, name }) => relative(build.output, join(parentPath, name))),
    () => [],
  );
  return names.toSorted();
}
