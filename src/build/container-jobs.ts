/** The jobs of a package in containers: those of the plan, each with the interpreter that its image has. */
import type { PlannedJob, PlannedPackage } from '../plan/index.ts';
import type { Interpreter } from '../python/index.ts';
import { WheelworksError, type ErrorReport } from '../support/errors.ts';
import { joinJobOptions } from './host-jobs.ts';
import type { ContainerPlace } from './containers/index.ts';
import type { BuildJob, MissingJob } from './job.ts';
import type { PackageBuild } from './package-build.ts';
import type { BuildRequest, Plans } from './prepare.ts';

/** The containers of a run. */
export interface Containers {
  /** The digest of what is in a job's image, which is fetched when it is not there; no container is started. */
  imageId(job: Pick<BuildJob, 'id' | 'options'>): Promise<string>;
  /** Opens one for a job. */
  open(job: Pick<BuildJob, 'id' | 'options'>): Promise<ContainerPlace>;
}

/**
 * Finds the interpreters in the images. A job whose image cannot be had, or that lacks its Python, fails and stops no other.
 * What an image has is remembered by its digest, so that no container is started to ask it again.
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
  { containers, search }: BuildRequest,
): Promise<Found> {
  const [first] = jobs;
  const { cache } = search;
  if (first === undefined) return new Map();
  let place: ContainerPlace | undefined;
  try {
    const contents = await contentsOf(first, containers);
    const theirs = (interpreter: Interpreter): Theirs =>
      contents.imageId === undefined ? { interpreter } : { interpreter, imageId: contents.imageId };
    const keyOf = ({ id }: PlannedJob): string => `container interpreter ${contents.key} ${id}`;
    const memory = contents.isAll ? cache : undefined;
    const remembered = await Promise.all(
      jobs.map(async (job) => memory?.readJson(keyOf(job), (value) => value as Interpreter)),
    );
    if (remembered.every((each) => each !== undefined))
      return new Map(jobs.map(({ id }, index) => [id, theirs(remembered[index] as Interpreter)]));
    if (containers === undefined) return NO_CONTAINERS;
    place = await containers.open(first);
    const found = new Map<string, Theirs>();
    for (const job of jobs) {
      const interpreter = await place.interpreter(job.python);
      if (interpreter === undefined) continue;
      found.set(job.id, theirs(interpreter));
      await memory?.writeJson(keyOf(job), interpreter);
    }
    return found;
  } catch (error) {
    if (!(error instanceof WheelworksError) || error.code === 'process/cancelled') throw error;
    return error.toJSON();
  } finally {
    await place?.close();
  }
}

/** What a container of a job will have in it. */
interface Contents {
  readonly key: string;
  /** Where the reference does not say it. */
  readonly imageId?: string;
  /** Nothing of this machine is mounted over the image that the key does not tell. */
  readonly isAll: boolean;
}

async function contentsOf(job: PlannedJob, containers: Containers | undefined): Promise<Contents> {
  const { image = '', engine } = job.options;
  if (image.includes('@sha256:')) return { key: image, isAll: true };
  const imageId = await containers?.imageId(job);
  return imageId === undefined
    ? { key: image, isAll: false }
    : { key: imageId, imageId, isAll: engine.createArgs.length === 0 };
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
