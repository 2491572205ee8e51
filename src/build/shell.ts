/** The environment of a job, for a person or a script: its place, its sources, its variables, its Python. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PlannedJob } from '../plan/index.ts';
import { WheelworksError } from '../support/errors.ts';
import { withTemporaryDirectory } from '../support/temporary.ts';
import { cleanEnvironment, withTemporaryFolder, type Environment } from './environment.ts';
import { readFailedJob, type FailedJob } from './failed-job.ts';
import { joinPlacePath, makePlaceFolder } from './place-shell.ts';
import type { BuildPlace } from './place.ts';
import { shellSetup, commandText, type Again } from './shell-setup.ts';
import { buildVariables, type ShellVariables } from './shell-variables.ts';
import { cleanWork, keptFolder, keptWork, translate, translated } from './shell-work.ts';

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
  /** A file of the place that a shell reads first: prompt, and {@link again}. */
  readonly setup: string;
  /** What runs the failed command again. */
  readonly again: Again;
  /** What failed the last time. */
  readonly failed?: FailedJob;
  /** The folder of this machine that the work goes on in; absent where it is a copy. */
  readonly kept?: string;
  /** What is not as the build has it. */
  readonly notices: readonly string[];
}

/**
 * Makes the environment. Where the job failed last and its folder is kept: that of the build, or of the test with the wheel
 * installed. Else a clean copy of the sources, for a build. A build has a new virtual environment with its requirements first
 * on PATH, a test its own.
 * @throws WheelworksError `build/no-interpreter`, `build/bad-failed-job`, `config/*`, `process/*`, `container/*`, `file/*`.
 */
export async function openJobShell(options: ShellOptions): Promise<JobShell> {
  const { job, output, place } = options;
  const last = await readFailedJob(output, job);
  const elsewhere = last !== undefined && last.place !== place.kind;
  const folder = last === undefined || elsewhere ? undefined : await keptFolder(last);
  // Without its environment nothing is left of a test.
  const failed = elsewhere || (last?.step === 'test' && folder === undefined) ? undefined : last;
  const isTest = failed?.step === 'test';
  const interpreter = await place.interpreter(job.python);
  if (interpreter === undefined) throw noInterpreter(job, place);
  const work =
    failed === undefined || folder === undefined
      ? await cleanWork(options)
      : await keptWork(place, failed, folder);
  const temporary = await place.makeFolder('shell');
  const tmp = joinPlacePath(place, temporary, 'tmp');
  await makePlaceFolder(place, tmp);
  const own: ShellVariables = isTest
    ? { env: cleanEnvironment(place.env), notices: [] }
    : await buildVariables(options, interpreter, temporary);
  const base = { ...own.env, ...translated(failed?.env ?? {}, work.moved) };
  const command =
    failed === undefined ? undefined : commandText(failed, (text) => translate(text, work.moved));
  const env = {
    ...withTemporaryFolder(base, tmp),
    ...(own.tools === undefined
      ? {}
      : { VIRTUAL_ENV: own.tools, PATH: `${own.tools}/bin:${base['PATH'] ?? ''}` }),
    ...(command === undefined ? {} : { WHEELWORKS_LAST_COMMAND: command }),
    WHEELWORKS_JOB: job.id,
  };
  const again = isTest ? 'retest' : 'rebuild';
  const setup = joinPlacePath(place, temporary, 'setup.sh');
  const cwd = failed === undefined ? work.cwd : translate(failed.cwd, work.moved);
  await putText(place, shellSetup({ id: job.id, cwd, command, again }), setup);
  return {
    cwd: work.cwd,
    env,
    setup,
    again,
    ...(failed === undefined ? {} : { failed }),
    ...(work.kept === undefined ? {} : { kept: work.kept }),
    notices: [...noticesOf(last, { elsewhere, isKept: folder !== undefined }), ...own.notices],
  };
}

function noticesOf(
  last: FailedJob | undefined,
  { elsewhere, isKept }: { readonly elsewhere: boolean; readonly isKept: boolean },
): readonly string[] {
  if (last === undefined) return [];
  const step = last.step ?? 'build';
  const where = last.place === 'host' ? 'on this machine' : 'in a container';
  if (elsewhere) return [`the job failed in a ${step} ${where}, which is not opened`];
  return isKept ? [] : [`the folder of the failed ${step} was not kept; these are clean sources`];
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

async function putText(place: BuildPlace, text: string, to: string): Promise<void> {
  await withTemporaryDirectory('wheelworks-setup-', async (temporary) => {
    const path = join(temporary, 'text');
    await writeFile(path, text);
    await place.copyIn(path, to);
  });
}
