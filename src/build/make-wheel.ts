/** One wheel of a package: built, given the tag it earns, checked. */
import { checkWheel } from '../check/index.ts';
import { metadataView, parseWheelFilename } from '../packaging/index.ts';
import { WheelworksError } from '../support/errors.ts';
import type { Finding } from '../support/finding.ts';
import { hashFile } from '../support/hash.ts';
import type { EventSink } from '../support/progress/events.ts';
import { withTemporaryDirectory } from '../support/temporary.ts';
import { readMetadata, withWheel } from '../wheel/index.ts';
import { buildWheel } from './build-wheel.ts';
import type { CacheUse, CompilerCacheChoice } from './compiler-cache.ts';
import { sourceDateEpoch } from './environment.ts';
import type { BuildJob } from './job.ts';
import { forgetFailure, keepFailure } from './keep-failure.ts';
import { buildKey, sourcesKey } from './kept/keys.ts';
import type { BuildRecord } from './kept/state.ts';
import { stageFolder, type Store } from './kept/store.ts';
import { buildLog, taskName } from './logs.ts';
import type { PackageBuild } from './package-build.ts';
import { removeFolder, type PlaceCommand } from './place-shell.ts';
import type { OpenPlace, Places } from './places.ts';
import { refuseForeignFile } from './foreign-file.ts';
import { finishWheel, type FinishedFile, type RepairSource } from './finish-wheel.ts';
import { bestTag, serves, takesPython } from './supported.ts';
import { withNeededWheels, type NeededWheel } from './needed-wheels.ts';

export interface MakeWheelOptions {
  readonly store: Store;
  readonly places: Places;
  readonly events: EventSink;
  readonly signal: AbortSignal;
  /** Version of wheelworks: another one may build or tag differently. */
  readonly toolVersion: string;
  /** Where libraries that the wheel lacks are taken from. */
  readonly repair: RepairSource;
  /** Wheels of the same run that the package needs. */
  readonly needed: readonly NeededWheel[];
  /** Compilers are called through this cache. */
  readonly compilerCache?: CompilerCacheChoice;
  /** No index answers; known from another build of this run. */
  readonly withoutIndex: boolean;
}

/** A wheel that was just made, staged in the store. */
export interface MadeWheel {
  readonly record: BuildRecord;
  readonly indexUnreachable: boolean;
  /** What the compiler cache did for it. */
  readonly compiled?: CacheUse;
}

/**
 * Makes the wheel of a job. Of one that fails the build's folder is kept, so that somebody can look.
 * @throws WheelworksError `build/*`, `repair/*`, `release/wheel-refused`, `release/wheel-not-for-python`, `wheel/*`,
 * `zip/*`, `process/*`, `file/*`.
 */
export async function makeWheel(
  build: PackageBuild,
  job: BuildJob,
  options: MakeWheelOptions,
): Promise<MadeWheel> {
  const open = await options.places.open(build, job);
  const { place } = open;
  const folder = await place.makeFolder(job.id);
  let last: PlaceCommand | undefined;
  const onCommand = (command: PlaceCommand): void => {
    last = command;
  };
  try {
    const made = await withTemporaryDirectory('wheelworks-wheel-', async (scratch) =>
      make({ build, job, open, folder, scratch, onCommand }, options),
    );
    await forgetFailure(build, job);
    return made;
  } catch (error) {
    if (last !== undefined && error instanceof WheelworksError && !options.signal.aborted)
      await keepFailure({ step: 'build', build, job, place, folder, command: last, error });
    throw error;
  } finally {
    await removeFolder(place, folder);
  }
}

interface Making {
  readonly build: PackageBuild;
  readonly job: BuildJob;
  readonly open: OpenPlace;
  readonly folder: string;
  readonly scratch: string;
  readonly onCommand: (command: PlaceCommand) => void;
}

async function make(making: Making, options: MakeWheelOptions): Promise<MadeWheel> {
  const { build, job, open, folder, scratch, onCommand } = making;
  const id = taskName(build, job, 'build');
  const onLine = (line: string): void => options.events({ type: 'task-output', id, line });
  const built = await buildWheel({
    project: build.project,
    sources: build.sources,
    job,
    place: await withNeededWheels(open, options.needed),
    copySources: async (target) => open.copySources(target),
    folder,
    scratch,
    logPath: buildLog(build, job),
    sourceDateEpoch: sourceDateEpoch(build.env),
    isolated: build.isolated,
    offline: build.offline || options.withoutIndex,
    signal: options.signal,
    onLine,
    onCommand,
    ...(build.timeoutMs === undefined ? {} : { timeoutMs: build.timeoutMs }),
    ...(build.frontend === undefined ? {} : { frontend: build.frontend }),
    ...(open.uv === undefined ? {} : { uv: open.uv }),
    ...(options.compilerCache === undefined ? {} : { compilerCache: options.compilerCache }),
  });
  refuseForeignFile(parseWheelFilename(built.filename), built.filename, build.project);
  const finished = await finishWheel(built, {
    build,
    job,
    place: open.place,
    folder,
    scratch,
    repair: options.repair,
    logPath: buildLog(build, job),
    directory: stageFolder(options.store, job.id),
    signal: options.signal,
    onLine,
    onCommand,
  });
  const { findings } = await checkWheel(
    finished.output,
    finished.audit === undefined ? {} : { audit: finished.audit },
  );
  refuseBroken(findings, finished);
  refuseUnserved(finished, job);
  const digests = await hashFile(finished.output);
  const requiresPython = await requiresPythonOf(finished.output);
  return {
    indexUnreachable: built.indexUnreachable,
    ...(built.compiled === undefined ? {} : { compiled: built.compiled }),
    record: {
      key: buildKey(build, job, options),
      sources: sourcesKey(build),
      filename: finished.filename,
      sha256: digests.sha256,
      size: digests.size,
      builtAs: built.filename,
      findings: [...findings],
      notices: [...built.notices],
      ...(requiresPython === undefined ? {} : { requiresPython }),
    },
  };
}

/**
 * A wheel that breaks its users is a failed job, not a file for the index. What only PyPI would refuse, as a local
 * version, is well in an index of one's own.
 */
function refuseBroken(findings: readonly Finding[], { filename }: FinishedFile): void {
  const errors = findings.filter(
    ({ severity, effect }) => severity === 'error' && effect === 'users-break',
  );
  const [first] = errors;
  if (first === undefined) return;
  throw new WheelworksError(
    'release/wheel-refused',
    `${filename} did not pass its check: ${first.message}`,
    {
      path: filename,
      evidence: errors
        .map(({ code, path, evidence }) => [code, path, evidence].filter(Boolean).join('  '))
        .join('\n'),
      ...(first.hint === undefined ? {} : { hint: first.hint }),
    },
  );
}

/** A wheel that the Python it was built with does not take serves nobody on this machine, and was never tested. */
function refuseUnserved({ filename }: FinishedFile, { interpreter }: BuildJob): void {
  if (serves(filename, interpreter)) return;
  throw new WheelworksError(
    'release/wheel-not-for-python',
    `The build for ${interpreter.label} made ${filename}, which that Python does not install.`,
    {
      path: interpreter.path,
      evidence: `it takes ${bestTag(interpreter)} and what is compatible with it`,
      hint: takesPython(filename, interpreter)
        ? 'The native files need a newer system than this one by the known baselines; build on one that is in the tables, or for another.'
        : 'The backend tags the wheel for another Python than the one that runs it: see its settings for the tag.',
    },
  );
}

async function requiresPythonOf(path: string): Promise<string | undefined> {
  return withWheel(path, async (wheel) => metadataView(await readMetadata(wheel)).requiresPython);
}
