/** The environment of a job, for a person or a script: its place, its sources, its variables, its Python. */
import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PlannedJob } from '../plan/index.ts';
import { readProject } from '../project/index.ts';
import { WheelworksError } from '../support/errors.ts';
import { withTemporaryDirectory } from '../support/temporary.ts';
import { sourceDateEpoch, withTemporaryFolder, type Environment } from './environment.ts';
import { readFailedJob, type FailedJob } from './failed-job.ts';
import { jobEnvironment } from './job-environment.ts';
import { joinPlacePath, makePlaceFolder } from './place-shell.ts';
import type { BuildPlace } from './place.ts';
import { shellSetup, commandText } from './shell-setup.ts';
import { copySources } from './source-copy.ts';
import { readSources } from './source-tree.ts';

export interface ShellOptions {
  readonly job: PlannedJob;
  /** The plan's root, which the job's package is in. */
  readonly root: string;
  /** The output folder of builds, where failed jobs are kept. */
  readonly output: string;
  readonly place: BuildPlace;
  /** This machine's variables. */
  readonly env: Environment;
  readonly signal?: AbortSignal;
}

/** A job's environment, ready to be entered; it goes away with its place. */
export interface JobShell {
  /** A folder of the place. */
  readonly cwd: string;
  readonly env: Environment;
  /** A file of the place that a shell reads first: prompt, `rebuild`. */
  readonly setup: string;
  /** What failed the last time. */
  readonly failed?: FailedJob;
  /** The folder of this machine that the work goes on in; absent where it is a copy. */
  readonly kept?: string;
  /** What is not as the build has it. */
  readonly notices: readonly string[];
}

/**
 * Makes the environment: the build folder of the job's last failure when that is kept, else a clean copy of the sources; and a
 * new virtual environment with the build requirements, first on PATH.
 * @throws WheelworksError `build/no-interpreter`, `build/bad-failed-job`, `config/*`, `process/*`, `container/*`, `file/*`.
 */
export async function openJobShell(options: ShellOptions): Promise<JobShell> {
  const { job, root, output, place } = options;
  const project = await readProject(join(root, job.directory));
  const interpreter = await place.interpreter(job.python);
  if (interpreter === undefined) throw noInterpreter(job, place);
  const last = await readFailedJob(output, job);
  const failed = last?.place === place.kind ? last : undefined;
  const work = await workFolder(options, failed);
  const epoch = sourceDateEpoch(options.env);
  const own = await jobEnvironment({
    job: { id: job.id, interpreter, options: job.options },
    place,
    sourceDateEpoch: epoch,
  });
  const temporary = await place.makeFolder('shell');
  const tools = await virtualEnvironment(options, {
    python: interpreter.path,
    folder: joinPlacePath(place, temporary, 'venv'),
    requires: project.buildSystem.requires,
    env: own,
  });
  const tmp = joinPlacePath(place, temporary, 'tmp');
  await makePlaceFolder(place, tmp);
  const kept = failed === undefined ? {} : translated(failed.env, work);
  const base = withTemporaryFolder({ ...own, ...kept }, tmp);
  const command =
    failed === undefined ? undefined : commandText(failed, (text) => translate(text, work));
  const env = {
    ...base,
    ...(tools.folder === undefined
      ? {}
      : { VIRTUAL_ENV: tools.folder, PATH: `${tools.folder}/bin:${base['PATH'] ?? ''}` }),
    ...(command === undefined ? {} : { WHEELWORKS_LAST_COMMAND: command }),
    WHEELWORKS_JOB: job.id,
  };
  const setup = joinPlacePath(place, temporary, 'setup.sh');
  await putText(
    place,
    shellSetup({
      id: job.id,
      cwd: failed === undefined ? work.project : translate(failed.cwd, work),
      command,
    }),
    setup,
  );
  return {
    cwd: work.project,
    env,
    setup,
    ...(failed === undefined ? {} : { failed }),
    ...(work.kept === undefined ? {} : { kept: work.kept }),
    notices: [
      ...(last !== undefined && failed === undefined
        ? [
            `the job failed in a ${last.place === 'host' ? 'build on this machine' : 'container'}, which is not opened`,
          ]
        : []),
      ...(failed !== undefined && failed.kept === undefined
        ? ['the folder of the failed build was not kept; these are clean sources']
        : []),
      ...tools.notices,
    ],
  };
}

function noInterpreter(job: PlannedJob, place: BuildPlace): WheelworksError {
  const where = place.kind === 'host' ? 'This machine' : 'The container';
  return new WheelworksError('build/no-interpreter', `${where} has no Python for ${job.id}.`, {
    hint:
      place.kind === 'host'
        ? 'wheelworks python shows those that it has; --environment container opens the image of the job.'
        : 'Choose another image with --image, or install the Python in before-all.',
  });
}

interface Work {
  /** The package, in the place. */
  readonly project: string;
  /** A folder of the failed build, and where it is now. */
  readonly moved?: { readonly from: string; readonly to: string };
  readonly kept?: string;
}

async function workFolder(options: ShellOptions, failed: FailedJob | undefined): Promise<Work> {
  const { job, root, output, place } = options;
  const directory = join(root, job.directory);
  const { kept, scratch } = failed ?? {};
  if (
    failed !== undefined &&
    kept !== undefined &&
    scratch !== undefined &&
    (await isThere(kept))
  ) {
    const to = place.kind === 'host' ? kept : await copyKept(place, kept, job.id);
    const moved = { from: scratch, to };
    // The command itself may have run beside the sources.
    const sources = (await isThere(join(kept, 'sources')))
      ? joinPlacePath(place, to, 'sources')
      : to;
    return { project: sources, moved, ...(place.kind === 'host' ? { kept } : {}) };
  }
  const sources = await readSources(directory, directory, output);
  const folder = joinPlacePath(place, await place.makeFolder(job.id), 'sources');
  if (place.kind === 'host') await copySources(sources.entries, folder);
  else
    await withTemporaryDirectory('wheelworks-sources-', async (temporary) => {
      const here = join(temporary, 'sources');
      await copySources(sources.entries, here);
      await place.copyIn(here, folder);
    });
  return { project: joinPlacePath(place, folder, sources.projectPath) };
}

async function copyKept(place: BuildPlace, kept: string, id: string): Promise<string> {
  const folder = await place.makeFolder(id);
  await place.copyIn(kept, folder);
  return folder;
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** A text of the failed build, with its folder where that is now. */
function translate(text: string, { moved }: Work): string {
  return moved === undefined ? text : text.replaceAll(moved.from, moved.to);
}

function translated(env: Readonly<Record<string, string>>, work: Work): Environment {
  return Object.fromEntries(
    Object.entries(env).map(([name, value]) => [name, translate(value, work)]),
  );
}

interface VirtualEnvironment {
  readonly folder?: string;
  readonly notices: readonly string[];
}

/** Milliseconds that installing the build requirements may take. */
const TIMEOUT = 10 * 60 * 1000;

async function virtualEnvironment(
  { place, signal }: ShellOptions,
  {
    python,
    folder,
    requires,
    env,
  }: {
    readonly python: string;
    readonly folder: string;
    readonly requires: readonly string[];
    readonly env: Environment;
  },
): Promise<VirtualEnvironment> {
  const options = {
    cwd: '/',
    env,
    timeoutMs: TIMEOUT,
    ...(signal === undefined ? {} : { signal }),
  };
  const made = await place.run(python, ['-m', 'venv', folder], options);
  if (made.cancelled) throw new WheelworksError('process/cancelled', 'Cancelled.');
  if (made.exitCode !== 0)
    return { notices: [`${python} makes no virtual environment, so its own packages are used`] };
  const pip = `${folder}/bin/python`;
  const args = ['-m', 'pip', 'install', '--quiet', '--no-input', '--disable-pip-version-check'];
  const installed =
    requires.length === 0
      ? undefined
      : await place.run(pip, [...args, ...requires], {
          ...options,
          env: { PIP_RETRIES: '1', PIP_TIMEOUT: '15', ...env },
        });
  if (installed?.cancelled === true) throw new WheelworksError('process/cancelled', 'Cancelled.');
  const failed = installed !== undefined && installed.exitCode !== 0;
  return {
    folder,
    notices: failed
      ? [
          `the build requirements could not be installed (${installed.lastLines.findLast((line) => line.startsWith('ERROR')) ?? 'pip failed'})`,
        ]
      : [],
  };
}

async function putText(place: BuildPlace, text: string, to: string): Promise<void> {
  await withTemporaryDirectory('wheelworks-setup-', async (temporary) => {
    const path = join(temporary, 'text');
    await writeFile(path, text);
    await place.copyIn(path, to);
  });
}
