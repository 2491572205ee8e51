/**
 * Installs a released wheel the way a user will, from the index alone and into a fresh environment, and runs the
 * project's test command there.
 */
import { mkdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { cleanEnvironment } from '../environment.ts';
import { openLog } from '../log-file.ts';
import {
  evaluateMarker,
  formatRequirement,
  formatVersion,
  metadataView,
  parseRequirement,
} from '../../packaging/index.ts';
import { markerEnvironment, type Interpreter } from '../../python/index.ts';
import { fileError } from '../../support/errors.ts';
import { withTemporaryDirectory } from '../../support/temporary.ts';
import { readMetadata, withWheel } from '../../wheel/index.ts';
import {
  installDependencies,
  installFromIndex,
  makeEnvironment,
  runLogged,
  scriptsFolder,
  stepError,
  type TestPlace,
} from './environment.ts';
import { testLog } from '../logs.ts';
import { choosePip } from './pip.ts';
import type { PackageBuild } from '../package-build.ts';
import type { BuildJob } from '../job.ts';
import { takenTags } from '../supported.ts';
import { fillPlaceholders, usesPip } from './test-command.ts';

export interface TestWheelOptions {
  readonly plan: PackageBuild;
  readonly job: BuildJob;
  /** File name of the wheel in the output folder, which the job's interpreter takes. */
  readonly filename: string;
  readonly signal: AbortSignal;
  readonly osRelease?: string;
  readonly onLine: (line: string) => void;
}

/**
 * Makes the environment, installs, tests.
 * @returns what the user should know of how it was installed.
 * @throws WheelworksError `release/no-environment`, `release/dependencies-failed`, `release/install-failed`,
 * `release/test-failed`, each with the last lines of output; `process/*`, `file/*`.
 */
export async function testWheel(options: TestWheelOptions): Promise<readonly string[]> {
  const { plan, job, filename } = options;
  const { interpreter } = job;
  const pip = choosePip({
    interpreter,
    tags: takenTags(filename, interpreter),
    helpers: plan.helpers,
    needsOwn: usesPip(plan.testCommand ?? ''),
  });
  const log = await openLog(testLog(plan.output, job));
  try {
    await withTemporaryDirectory('wheelworks-test-', async (temporary) => {
      const work = join(temporary, 'work');
      const own = join(temporary, 'tmp');
      await Promise.all([mkdir(work), mkdir(own)]).catch((error: unknown) => {
        throw fileError(error, temporary);
      });
      const environment = join(temporary, 'venv');
      const place: TestPlace = {
        ...options,
        interpreter,
        pip,
        log,
        environment,
        work,
        temporary: own,
      };
      await makeEnvironment(place);
      const wheel = await whatToInstall(options);
      const needs = [...wheel.dependencies, ...plan.project.settings.testRequires];
      if (needs.length > 0) await installDependencies(place, needs);
      await installFromIndex(place, `${wheel.name}==${wheel.version}`);
      if (plan.testCommand !== undefined) await runTestCommand(plan.testCommand, place, filename);
    });
  } finally {
    log.close();
  }
  return pip.notice === undefined ? [] : [pip.notice];
}

/** Name and version of a wheel, and the dependencies that apply to an interpreter and the extras of the tests. */
async function whatToInstall({
  plan,
  job,
  filename,
}: TestWheelOptions): Promise<{ name: string; version: string; dependencies: readonly string[] }> {
  const extras = ['', ...plan.project.settings.testExtras];
  return withWheel(join(plan.output, filename), async (wheel) => {
    const view = metadataView(await readMetadata(wheel));
    return {
      // pip before 23.3 compares a requirement's spelling with METADATA's; the normal form agrees with every spelling.
      name: wheel.filename.normalizedName,
      version: formatVersion(wheel.filename.version),
      dependencies: dependenciesOf(view.requiresDist ?? [], job.interpreter, extras),
    };
  });
}

function dependenciesOf(
  requiresDist: readonly string[],
  interpreter: Interpreter,
  extras: readonly string[],
): readonly string[] {
  const environment = markerEnvironment(interpreter);
  return requiresDist
    .map((text) => parseRequirement(text))
    .filter(
      ({ marker }) =>
        marker === undefined ||
        extras.some((extra) => evaluateMarker(marker, { ...environment, extra })),
    )
    .map((requirement) => {
      // It applies, and pip would judge `extra` anew.
      const { marker: _applies, ...rest } = requirement;
      return formatRequirement(rest);
    });
}

async function runTestCommand(
  testCommand: string,
  place: TestPlace,
  filename: string,
): Promise<void> {
  const { plan, environment } = place;
  const values = {
    project: plan.sources.root,
    package: plan.project.directory,
    wheel: join(plan.output, filename),
  };
  const command = fillPlaceholders(testCommand, values, plan.platform);
  const env = {
    ...cleanEnvironment(plan.env),
    VIRTUAL_ENV: environment,
    PATH: [scriptsFolder(place), plan.env['PATH'] ?? ''].join(delimiter),
    PYTHONDONTWRITEBYTECODE: '1',
    PYTHONNOUSERSITE: '1',
  };
  const [shell, ...args] =
    plan.platform === 'win32' ? ['cmd.exe', '/d', '/s', '/c', command] : ['/bin/sh', '-c', command];
  const result = await runLogged(place, shell ?? '', args, env);
  if (result.exitCode === 0 && !result.timedOut) return;
  throw stepError('release/test-failed', 'The test command failed', result);
}
