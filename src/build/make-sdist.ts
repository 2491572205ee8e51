/** The sdist of a package: built by its backend in a clean copy of the sources, checked, reused while nothing changed. */
import { copyFile, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { checkFile } from '../check/index.ts';
import { WheelworksError, fileError, type ErrorReport } from '../support/errors.ts';
import { makeFolders } from '../support/folders.ts';
import { hashFile } from '../support/hash.ts';
import { runTask } from '../support/progress/events.ts';
import { withTemporaryDirectory } from '../support/temporary.ts';
import { buildWheel, type BuiltWheel } from './build-wheel.ts';
import { sourceDateEpoch } from './environment.ts';
import type { BuildJob } from './job.ts';
import { buildKey, sourcesKey } from './kept/keys.ts';
import type { SdistRecord } from './kept/state.ts';
import { findWheel, stageFolder } from './kept/store.ts';
import { sdistLog } from './logs.ts';
import { withNeededWheels } from './needed-wheels.ts';
import type { PackageBuild } from './package-build.ts';
import { removeFolder } from './place-shell.ts';
import type { MakeWheelsOptions } from './wheels.ts';

/** Its folder in the store, beside those of jobs. */
export const SDIST_ID: string = 'sdist';

/** What came of an sdist: a record, or an error, or neither where the backend makes none. */
export interface SdistOutcome {
  readonly record?: SdistRecord;
  readonly origin?: 'built' | 'reused';
  readonly error?: ErrorReport;
  readonly notices: readonly string[];
  readonly seconds: number;
}

/**
 * Makes the sdist with the interpreter of one job. A backend without the hook is a notice, one that fails an error in the
 * outcome.
 * @throws WheelworksError `file/*` of the output folder, `process/cancelled`.
 */
export async function makeSdist(
  build: PackageBuild,
  options: MakeWheelsOptions,
): Promise<SdistOutcome | undefined> {
  const job = jobFor(build);
  if (job === undefined) return undefined;
  const key = `sdist ${buildKey(build, job, options)}`;
  const id = build.isOneOfSeveral ? `sdist ${build.name}` : 'sdist';
  const earlier = options.state.earlierSdist;
  if (!options.force && earlier?.key === key) {
    const path = await findWheel(options.store, SDIST_ID, earlier);
    if (path !== undefined)
      return { record: earlier, origin: 'reused', notices: earlier.notices, seconds: 0 };
  }
  // A step that throws would stop the tests of the wheels.
  return options.turns.take(async () => attempt(build, job, { ...options, key, id }));
}

async function attempt(
  build: PackageBuild,
  job: BuildJob,
  options: MakeOptions,
): Promise<SdistOutcome> {
  const { id } = options;
  const started = performance.now();
  const seconds = (): number => (performance.now() - started) / 1000;
  try {
    const record = await runTask(
      options.events,
      { id, label: id },
      async () => make(build, job, options),
      ({ filename }) => ({ outcome: 'done', detail: filename }),
    );
    await options.state.rememberSdist(record);
    return { record, origin: 'built', notices: record.notices, seconds: seconds() };
  } catch (error) {
    await rm(stageFolder(options.store, SDIST_ID), { recursive: true, force: true });
    if (options.signal.aborted || !(error instanceof WheelworksError)) throw error;
    const notice = await noticeFor(build, error);
    return notice === undefined
      ? { error: error.toJSON(), notices: [], seconds: seconds() }
      : { notices: [notice], seconds: seconds() };
  }
}

/** What is no failure of the project: nothing here makes its sdist. */
async function noticeFor(
  build: PackageBuild,
  { code, message }: WheelworksError,
): Promise<string | undefined> {
  if (code === 'build/no-sdist-frontend') return `no sdist: ${message}`;
  if (!(await lacksHook(build))) return undefined;
  return `no sdist: the backend ${build.project.buildSystem.backend} has no build_sdist hook`;
}

/** The newest Python, best one that has `build`. */
function jobFor({ jobs }: PackageBuild): BuildJob | undefined {
  return jobs.findLast(({ interpreter }) => interpreter.packages.build !== null) ?? jobs.at(-1);
}

interface MakeOptions extends MakeWheelsOptions {
  readonly key: string;
  readonly id: string;
}

async function make(
  build: PackageBuild,
  job: BuildJob,
  options: MakeOptions,
): Promise<SdistRecord> {
  const open = await options.places.open(build, job);
  const folder = await open.place.makeFolder(SDIST_ID);
  try {
    return await withTemporaryDirectory('wheelworks-sdist-', async (scratch) => {
      const built = await buildWheel({
        target: 'sdist',
        project: build.project,
        sources: build.sources,
        job,
        place: await withNeededWheels(open, options.needed),
        copySources: async (target) => open.copySources(target),
        folder,
        scratch,
        logPath: sdistLog(build),
        sourceDateEpoch: sourceDateEpoch(build.env),
        isolated: build.isolated,
        offline: build.offline,
        signal: options.signal,
        onLine: (line) => options.events({ type: 'task-output', id: options.id, line }),
        ...(build.timeoutMs === undefined ? {} : { timeoutMs: build.timeoutMs }),
        ...(build.frontend === undefined ? {} : { frontend: build.frontend }),
        ...(open.uv === undefined ? {} : { uv: open.uv }),
        ...(options.compilerCache === undefined ? {} : { compilerCache: options.compilerCache }),
      });
      return keep(built, build, options);
    });
  } finally {
    await removeFolder(open.place, folder);
  }
}

/** Checks it and puts it into the store. */
async function keep(
  { path, filename, notices }: BuiltWheel,
  build: PackageBuild,
  { store, signal, key }: MakeOptions,
): Promise<SdistRecord> {
  const { findings } = await checkFile(path, { jobs: 1, natives: false, signal });
  const broken = findings.find(
    ({ severity, effect }) => severity === 'error' && effect === 'users-break',
  );
  if (broken !== undefined)
    throw new WheelworksError(
      'build/sdist-refused',
      `${filename} did not pass its check: ${broken.message}`,
      { path: filename, ...(broken.hint === undefined ? {} : { hint: broken.hint }) },
    );
  const staged = stageFolder(store, SDIST_ID);
  await rm(staged, { recursive: true, force: true });
  await makeFolders(staged);
  const to = join(staged, filename);
  await copyFile(path, to).catch((error: unknown) => {
    throw fileError(error, to);
  });
  const { sha256, size } = await hashFile(to);
  return {
    key,
    sources: sourcesKey(build),
    filename,
    sha256,
    size,
    findings: findings.map(({ path: where, ...finding }) => ({
      ...finding,
      // The file moves when it is published.
      ...(where === undefined || where === path ? {} : { path: where }),
    })),
    notices: [...notices],
  };
}

/** pyproject_hooks says HookMissing; uv and a direct call meet Python's own error. */
const NO_HOOK = /HookMissing\b.*build_sdist|has no attribute ['"]build_sdist['"]/;

async function lacksHook(build: PackageBuild): Promise<boolean> {
  const text = await readFile(sdistLog(build), 'utf8').catch(() => '');
  return NO_HOOK.test(text);
}
