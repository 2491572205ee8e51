/** One attempt to build: a copy of the sources, the project's own command, the frontend, and what came out. */
import { basename, join } from 'node:path';
import { WheelworksError } from '../support/errors.ts';
import { onlySdist, onlyWheel } from './backend-output.ts';
import type { BuildSetting, BuildWheelOptions } from './build-setting.ts';
import { Diagnosis } from './diagnose.ts';
import type { Environment } from './environment.ts';
import { frontendCommand, type FrontendCommand } from './frontend.ts';
import { withIndexPatience } from './pip-environment.ts';
import {
  joinPlacePath,
  makePlaceFolder,
  removeFolder,
  shellCommand,
  stepError,
} from './place-shell.ts';
import type { PlaceProcess } from './place.ts';
import { fillPlaceholders } from './placeholders.ts';

/** A wheel in its place, and what a repair there needs: the sources it was built from, and the build's variables. */
export interface PlaceWheel {
  readonly path: string;
  readonly project: string;
  readonly package: string;
  readonly env: Environment;
}

/** The wheel of an attempt, here and in its place. */
export interface MadeFile {
  readonly path: string;
  readonly inPlace: PlaceWheel;
}

/**
 * Builds in a copy of its own: the wheel, or why there is none.
 * @throws WheelworksError `build/before-build-failed`, `build/no-wheel`, `build/several-wheels`, `build/no-sdist`,
 * `process/*`, `file/*`.
 */
export async function attemptBuild(
  setting: BuildSetting,
  isolated: boolean,
): Promise<MadeFile | WheelworksError> {
  const { options, frontend, env } = setting;
  const { project, sources, place, folder, uv, job } = options;
  const root = joinPlacePath(place, folder, 'sources');
  const output = joinPlacePath(place, folder, 'wheel');
  // The folders of both attempts have one name, since names end up in what compilers write.
  for (const path of [root, output]) await removeFolder(place, path);
  await makePlaceFolder(place, output);
  await options.copySources(root);
  const directory = joinPlacePath(place, root, sources.projectPath);
  const values = { project: root, package: directory };
  if (options.target !== 'sdist') await beforeBuild(setting, values);
  const command = frontendCommand(frontend, {
    project,
    interpreter: setting.interpreter,
    sources: directory,
    output,
    isolated,
    job: job.options,
    values,
    ...(uv === undefined ? {} : { uv }),
    ...(options.target === undefined ? {} : { target: options.target }),
  });
  const failure = await run(command, setting, isolated);
  if (failure !== undefined) return failure;
  const here = await bringOut(options, output);
  const path = options.target === 'sdist' ? await onlySdist(here) : await onlyWheel(here);
  return { path, inPlace: { path: joinPlacePath(place, output, basename(path)), ...values, env } };
}

/** Files of another place are copied here. */
async function bringOut({ place, scratch }: BuildWheelOptions, output: string): Promise<string> {
  if (place.kind === 'host') return output;
  const here = join(scratch, 'wheel');
  await place.copyOut(output, here);
  return here;
}

/** The project's own command before each build, in the copy that is built. */
async function beforeBuild(
  { options, env, log }: BuildSetting,
  values: { readonly project: string; readonly package: string },
): Promise<void> {
  const { place, job } = options;
  if (job.options.beforeBuild.trim() === '') return;
  const text = fillPlaceholders(job.options.beforeBuild, values, place.platform);
  const command = { ...shellCommand(place, text), cwd: values.project, env };
  options.onCommand?.(command);
  log.line(`$ ${text}`);
  const result = await place.run(command.command, command.args, {
    ...runOptions(options, (line) => log.line(line)),
    cwd: command.cwd,
    env,
  });
  if (result.cancelled) throw cancelled();
  if (result.exitCode === 0 && !result.timedOut) return;
  throw stepError('build/before-build-failed', 'The before-build command failed', result);
}

/** Builds normally take minutes; one that takes longer than this, in milliseconds, hangs. */
const DEFAULT_TIMEOUT = 6 * 60 * 60 * 1000;

function runOptions(
  options: BuildWheelOptions,
  keep: (line: string) => void,
): Pick<PlaceProcess, 'timeoutMs' | 'outputLimit' | 'onLine' | 'signal'> {
  return {
    timeoutMs: options.timeoutMs ?? DEFAULT_TIMEOUT,
    // The log and the diagnosis keep what matters.
    outputLimit: 64 * 1024,
    onLine: (line) => {
      keep(line);
      options.onLine?.(line);
    },
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  };
}

function cancelled(): WheelworksError {
  return new WheelworksError('process/cancelled', 'The build was cancelled.');
}

async function run(
  command: FrontendCommand,
  { options, env, missing, log }: BuildSetting,
  isolated: boolean,
): Promise<WheelworksError | undefined> {
  const { place, job } = options;
  const diagnosis = new Diagnosis();
  log.line(`$ ${command.label}`);
  const used = isolated ? withIndexPatience(env) : env;
  options.onCommand?.({ ...command, env: used });
  const keep = (line: string): void => {
    log.line(line);
    diagnosis.line(line);
  };
  const result = await place.run(command.command, command.args, {
    ...runOptions(options, keep),
    cwd: command.cwd,
    env: used,
    label: command.label,
  });
  if (result.cancelled) throw cancelled();
  if (result.exitCode === 0 && !result.timedOut) return undefined;
  return diagnosis.error(result, {
    interpreter: job.interpreter,
    platform: place.platform,
    place: place.kind,
    backend: options.project.buildSystem.backend,
    isolated,
    missing,
    ...(env['CC'] === undefined || env['CC'] === '' ? {} : { compiler: env['CC'] }),
    ...(place.osRelease === undefined ? {} : { osRelease: place.osRelease }),
  });
}
