/** The folder that the shell of a job works in: that of its last failure, or a clean copy of the sources. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { withTemporaryDirectory } from '../support/temporary.ts';
import type { Environment } from './environment.ts';
import type { FailedJob, KeptPath } from './failed-job.ts';
import { joinPlacePath } from './place-shell.ts';
import type { BuildPlace } from './place.ts';
import type { ShellOptions } from './shell.ts';
import { copySources } from './source-copy.ts';
import { readSources } from './source-tree.ts';

/** Where the work goes on. */
export interface Work {
  /** A folder of the place. */
  readonly cwd: string;
  /** What the failure's command names by the first path has the second one now. */
  readonly moved: readonly { readonly from: string; readonly to: string }[];
  /** The folder of this machine that it is; absent where it is a copy. */
  readonly kept?: string;
}

/**
 * What is left of a failure, in its place: on this machine where it is kept, in a container where it was, so that every path
 * in it holds.
 * @throws WheelworksError `file/*`, `container/*`.
 */
export async function keptWork(
  place: BuildPlace,
  failed: FailedJob,
  folder: KeptPath,
): Promise<Work> {
  const moved = [];
  for (const { kept, scratch } of [folder, ...(failed.besides ?? [])]) {
    if (!(await isThere(kept))) continue;
    if (place.kind === 'host') moved.push({ from: scratch, to: kept });
    else await place.copyIn(kept, scratch);
  }
  const here = place.kind === 'host' ? folder.kept : folder.scratch;
  const own = place.kind === 'host' ? { kept: folder.kept } : {};
  if (failed.step === 'test') return { cwd: translate(failed.cwd, moved), moved, ...own };
  // The command itself may have run beside the sources.
  const hasSources = await isThere(join(folder.kept, 'sources'));
  return { cwd: hasSources ? joinPlacePath(place, here, 'sources') : here, moved, ...own };
}

/** The folder of a failure; undefined when it was not kept, or somebody took it away. */
export async function keptFolder({ kept, scratch }: FailedJob): Promise<KeptPath | undefined> {
  if (kept === undefined || scratch === undefined || !(await isThere(kept))) return undefined;
  return { kept, scratch };
}

/**
 * A clean copy of the sources.
 * @throws WheelworksError `file/*`, `build/link-outside`, `container/*`.
 */
export async function cleanWork({ job, root, output, place }: ShellOptions): Promise<Work> {
  const directory = join(root, job.directory);
  const sources = await readSources(directory, directory, output);
  const folder = joinPlacePath(place, await place.makeFolder(job.id), 'sources');
  if (place.kind === 'host') await copySources(sources.entries, folder);
  else
    await withTemporaryDirectory('wheelworks-sources-', async (temporary) => {
      const here = join(temporary, 'sources');
      await copySources(sources.entries, here);
      await place.copyIn(here, folder);
    });
  return { cwd: joinPlacePath(place, folder, sources.projectPath), moved: [] };
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** A text of the failure, with its folders where they are now. */
export function translate(text: string, moved: Work['moved']): string {
  return moved.reduce((sofar, { from, to }) => sofar.replaceAll(from, to), text);
}

/** Its variables, in the same way. */
export function translated(
  env: Readonly<Record<string, string>>,
  moved: Work['moved'],
): Environment {
  return Object.fromEntries(
    Object.entries(env).map(([name, value]) => [name, translate(value, moved)]),
  );
}
