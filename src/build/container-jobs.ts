/** The jobs of a package in containers: those of the plan, each with the interpreter that its image has. */
import type { PlannedJob, PlannedPackage } from '../plan/index.ts';
import type { Interpreter } from '../python/index.ts';
import { WheelworksError, type ErrorReport } from '../support/errors.ts';
import { joinJobOptions } from './host-jobs.ts';
import type { ContainerPlace } from './containers/index.ts';
import type { BuildJob, MissingJob } from './job.ts';
import type { PackageBuild } from './package-build.ts';
import type { BuildRequest, Plans } from './prepare.ts';

/** Opens a container for a job. */
export type OpenContainer = (job: Pick<BuildJob, 'id' | 'options'>) => Promise<ContainerPlace>;

/**
 * Finds the interpreters in the images. A job whose image cannot be had, or that lacks its Python, fails and stops no other.
 * What an image that is pinned by its digest has is remembered.
 * @throws WheelworksError `process/cancelled`.
 */
export async function containerJobs(
  request: BuildRequest,
  planned: PlannedPackage,
  plans: Plans,
): Promise<Pick<PackageBuild, 'jobs' | 'missing' | 'leftOut'>> {
  const jobs: BuildJob[] = [];
  const missing: MissingJob[] = [];
  const wanted = plans.wanted.jobs.filter(
    (job) => job.package === planned.name && job.directory === planned.directory,
  );
  for (const group of byImage(wanted)) {
    const found = await interpretersOf(group, request);
    for (const job of group) {
      const theirs = isMap(found) ? found.get(job.id) : undefined;
      const options = joinJobOptions(job.options, request);
      if (theirs !== undefined)
        jobs.push({ id: job.id, environment: 'container', options, ...theirs });
      else missing.push(missingJob(job, isMap(found) ? undefined : found));
    }
  }
  const order = new Map(wanted.map(({ id }, index) => [id, index]));
  const place = ({ id }: BuildJob): number => order.get(id) ?? 0;
  return { jobs: jobs.toSorted((a, b) => place(a) - place(b)), missing, leftOut: [] };
}

function byImage(jobs: readonly PlannedJob[]): readonly (readonly PlannedJob[])[] {
  const groups = new Map<string, PlannedJob[]>();
  for (const job of jobs) {
    const key = JSON.stringify([job.options.image, job.options.engine, job.arch]);
    groups.set(key, [...(groups.get(key) ?? []), job]);
  }
  return [...groups.values()];
}

function isMap(found: Found): found is ReadonlyMap<string, Theirs> {
  return found instanceof Map;
}

/** What a job gets from its image. */
type Theirs = Pick<BuildJob, 'interpreter' | 'imageId'>;

type Found = ReadonlyMap<string, Theirs> | ErrorReport;

async function interpretersOf(
  jobs: readonly PlannedJob[],
  { openContainer, search }: BuildRequest,
): Promise<Found> {
  const [first] = jobs;
  const { cache } = search;
  if (first === undefined) return new Map();
  const image = first.options.image ?? '';
  const keyOf = ({ id }: PlannedJob): string | undefined =>
    image.includes('@sha256:') ? `container interpreter ${image} ${id}` : undefined;
  const remembered = await Promise.all(
    jobs.map(async (job) => {
      const key = keyOf(job);
      return key === undefined ? undefined : cache?.readJson(key, (value) => value as Interpreter);
    }),
  );
  if (remembered.every((each) => each !== undefined))
    return new Map(
      jobs.map(({ id }, index) => [id, { interpreter: remembered[index] as Interpreter }]),
    );
  if (openContainer === undefined) return NO_CONTAINERS;
  let place: Awaited<ReturnType<OpenContainer>> | undefined;
  try {
    place = await openContainer(first);
    const found = new Map<string, Theirs>();
    for (const job of jobs) {
      const interpreter = await place.interpreter(job.python);
      if (interpreter === undefined) continue;
      const key = keyOf(job);
      const { imageId } = place;
      // Remembered or not, an image that is pinned gives a job the same.
      const isTold = key !== undefined || imageId === undefined;
      found.set(job.id, isTold ? { interpreter } : { interpreter, imageId });
      if (key !== undefined) await cache?.writeJson(key, interpreter);
    }
    return found;
  } catch (error) {
    if (!(error instanceof WheelworksError) || error.code === 'process/cancelled') throw error;
    return error.toJSON();
  } finally {
    await place?.close();
  }
}

const NO_CONTAINERS: ErrorReport = {
  code: 'build/no-containers',
  message: 'Nothing here opens containers.',
};

const NAMES: Readonly<Record<PlannedJob['python']['implementation'], string>> = {
  cpython: 'CPython',
  pypy: 'PyPy',
  graalpy: 'GraalPy',
};

function missingJob(
  { id, python, options }: PlannedJob,
  cause: ErrorReport | undefined,
): MissingJob {
  const label = `${NAMES[python.implementation]} ${python.version}${python.freeThreaded ? ' free-threaded' : ''}`;
  return {
    id,
    python: label,
    demanded: true,
    error: cause ?? {
      code: 'build/no-interpreter',
      message: `${id} needs ${label}, which the image ${options.image ?? ''} does not have.`,
      hint: `Choose an image that has /opt/python/${python.folder}, or leave the job out with skip.`,
    },
  };
}
