/** From the wheel of a backend to the one that is kept: repaired by wheelworks, by the project's own command, or not at all. */
import { copyFile, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { repairWheel, type RepairResult, type RepairSession } from '../repair/index.ts';
import { WheelworksError, fileError } from '../support/errors.ts';
import { makeFolders } from '../support/folders.ts';
import type { BuiltWheel } from './build-wheel.ts';
import { sourceDateEpoch } from './environment.ts';
import { splitDebugFiles } from './debug-files.ts';
import type { BuildJob } from './job.ts';
import { openLog } from './log-file.ts';
import type { PackageBuild } from './package-build.ts';
import {
  joinPlacePath,
  makePlaceFolder,
  shellCommand,
  stepError,
  type PlaceCommand,
} from './place-shell.ts';
import type { BuildPlace } from './place.ts';
import { fillPlaceholders } from './placeholders.ts';
import { collectSboms, debugFolder, forgetSideFiles } from './side-files.ts';

/** Gives the session that repairs wheels of a place: its libraries, or this machine's. */
export type RepairSource = (place: BuildPlace, wheel: string) => Promise<RepairSession>;

/** A wheel under the name it keeps. */
export interface FinishedFile {
  readonly output: string;
  readonly filename: string;
  /** Absent where the wheel was not audited yet. */
  readonly audit?: RepairResult['audit'];
}

export interface FinishOptions {
  readonly build: PackageBuild;
  readonly job: BuildJob;
  readonly place: BuildPlace;
  /** The job's folder in the place. */
  readonly folder: string;
  /** A folder of this machine. */
  readonly scratch: string;
  readonly repair: RepairSource;
  /** The log of the job's build, which goes on here. */
  readonly logPath: string;
  /** Where the wheel goes. */
  readonly directory: string;
  readonly signal: AbortSignal;
  readonly onLine: (line: string) => void;
  readonly onCommand: (command: PlaceCommand) => void;
}

/**
 * Finishes a wheel.
 * @throws WheelworksError `repair/*`, `build/repair-failed`, `build/repair-output`, `wheel/*`, `file/*`, `process/*`.
 */
export async function finishWheel(
  built: BuiltWheel,
  options: FinishOptions,
): Promise<FinishedFile> {
  const { build, job } = options;
  await forgetSideFiles(build, job);
  const finished = await repairBuilt(
    build.debugFiles ? await split(built, options) : built,
    options,
  );
  await collectSboms(finished.output, build, job);
  return finished;
}

/** Before the repair: what that adds to the end of files would stand in the way. */
async function split(built: BuiltWheel, options: FinishOptions): Promise<BuiltWheel> {
  const { build, job, place, folder, scratch } = options;
  const made = await splitDebugFiles(built.path, {
    scratch,
    directory: debugFolder(build, job),
    modified: new Date(sourceDateEpoch(build.env) * 1000),
  });
  if (made === undefined) return built;
  if (place.kind === 'host')
    return { ...built, path: made.path, inPlace: { ...built.inPlace, path: made.path } };
  const there = joinPlacePath(place, folder, 'split');
  await makePlaceFolder(place, there);
  const path = joinPlacePath(place, there, basename(made.path));
  await place.copyIn(made.path, path);
  return { ...built, path: made.path, inPlace: { ...built.inPlace, path } };
}

async function repairBuilt(built: BuiltWheel, options: FinishOptions): Promise<FinishedFile> {
  const { build, job, directory } = options;
  const { repairCommand } = job.options;
  if (build.unrepaired || repairCommand?.trim() === '') return takeOver(built.path, directory);
  if (repairCommand !== undefined)
    return takeOver(await runRepair(built, repairCommand, options), directory);
  const repaired = await repairWheel(built.path, await options.repair(options.place, built.path), {
    directory,
    modified: new Date(sourceDateEpoch(build.env) * 1000),
    rewrite: true,
  });
  return repaired;
}

async function takeOver(path: string, directory: string): Promise<FinishedFile> {
  const filename = basename(path);
  const output = join(directory, filename);
  await makeFolders(directory);
  await copyFile(path, output).catch((error: unknown) => {
    throw fileError(error, output);
  });
  return { output, filename };
}

async function runRepair(built: BuiltWheel, text: string, options: FinishOptions): Promise<string> {
  const { place, folder, scratch } = options;
  const output = joinPlacePath(place, folder, 'repaired');
  await makePlaceFolder(place, output);
  const { path, project, package: directory } = built.inPlace;
  const values = { wheel: path, dest_dir: output, project, package: directory };
  await runCommand(built, fillPlaceholders(text, values, place.platform), options);
  let here = output;
  if (place.kind !== 'host') {
    here = join(scratch, 'repaired');
    await place.copyOut(output, here);
  }
  const wheels = (await readdir(here)).filter((name) => name.endsWith('.whl')).sort();
  const [wheel] = wheels;
  if (wheel !== undefined && wheels.length === 1) return join(here, wheel);
  throw new WheelworksError(
    'build/repair-output',
    `The repair-wheel-command made ${wheel === undefined ? 'no wheel' : `${wheels.length} wheels`}.`,
    {
      ...(wheels.length === 0 ? {} : { evidence: wheels.join(', ') }),
      hint: 'It must write exactly one wheel into {dest_dir}.',
    },
  );
}

/** Runs the project's own command, with everything in the log. */
async function runCommand(
  { inPlace: { project, env } }: BuiltWheel,
  text: string,
  options: FinishOptions,
): Promise<void> {
  const { place, build } = options;
  const command = { ...shellCommand(place, text), cwd: project, env };
  options.onCommand(command);
  const log = await openLog(options.logPath, 'append');
  try {
    log.line(`$ ${text}`);
    const result = await place.run(command.command, command.args, {
      cwd: project,
      env,
      signal: options.signal,
      outputLimit: 64 * 1024,
      onLine: (line) => {
        log.line(line);
        options.onLine(line);
      },
      ...(build.timeoutMs === undefined ? {} : { timeoutMs: build.timeoutMs }),
    });
    if (result.cancelled)
      throw new WheelworksError('process/cancelled', 'The repair was cancelled.');
    if (result.exitCode !== 0 || result.timedOut)
      throw stepError('build/repair-failed', 'The repair-wheel-command failed', result);
  } finally {
    log.close();
  }
}
