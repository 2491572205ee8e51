/** One wheel of a release: built, given the tag it earns, checked. */
import { buildWheel } from './build-wheel.ts';
import { sourceDateEpoch } from './environment.ts';
import { checkWheel } from '../check/index.ts';
import { metadataView } from '../packaging/index.ts';
import { repairWheel, type RepairResult, type RepairSession } from '../repair/index.ts';
import { WheelworksError } from '../support/errors.ts';
import type { EventSink } from '../support/progress/events.ts';
import type { Finding } from '../support/finding.ts';
import { hashFile } from '../support/hash.ts';
import { withTemporaryDirectory } from '../support/temporary.ts';
import { readMetadata, withWheel } from '../wheel/index.ts';
import { buildKey, sourcesKey } from './kept/keys.ts';
import { buildLog } from './logs.ts';
import type { PackageBuild } from './package-build.ts';
import type { BuildJob } from './job.ts';
import type { BuildRecord } from './kept/state.ts';
import { stageFolder, type Store } from './kept/store.ts';
import { bestTag, serves, takesPython } from './supported.ts';

export interface MakeWheelOptions {
  readonly store: Store;
  readonly events: EventSink;
  readonly signal: AbortSignal;
  /** Version of wheelworks: another one may build or tag differently. */
  readonly toolVersion: string;
  /** Where libraries that the wheel lacks are taken from. */
  readonly repair: RepairSession;
  readonly uv?: string;
  readonly osRelease?: string;
  /** No index answers; known from another build of this run. */
  readonly withoutIndex: boolean;
}

/** A wheel that was just made, staged in the store. */
export interface MadeWheel {
  readonly record: BuildRecord;
  readonly indexUnreachable: boolean;
}

/**
 * Makes the wheel of a job.
 * @throws WheelworksError `build/*`, `repair/*`, `release/wheel-refused`, `release/wheel-not-for-python`, `wheel/*`,
 * `zip/*`, `process/*`, `file/*`.
 */
export async function makeWheel(
  plan: PackageBuild,
  job: BuildJob,
  options: MakeWheelOptions,
): Promise<MadeWheel> {
  return withTemporaryDirectory('wheelworks-build-', async (scratch) => {
    const built = await buildWheel({
      project: plan.project,
      interpreter: job.interpreter,
      sources: plan.sources,
      scratch,
      logPath: buildLog(plan.output, job),
      env: plan.env,
      platform: plan.platform,
      isolated: plan.isolated,
      offline: plan.offline || options.withoutIndex,
      configSettings: plan.configSettings,
      signal: options.signal,
      onLine: (line) => options.events({ type: 'task-output', id: `build ${job.id}`, line }),
      ...(plan.frontend === undefined ? {} : { frontend: plan.frontend }),
      ...(options.uv === undefined ? {} : { uv: options.uv }),
      ...(options.osRelease === undefined ? {} : { osRelease: options.osRelease }),
    });
    const directory = stageFolder(options.store, job.id);
    const modified = new Date(sourceDateEpoch(plan.env) * 1000);
    const repaired = await repairWheel(built.path, options.repair, {
      directory,
      modified,
      rewrite: true,
    });
    const { findings } = await checkWheel(repaired.output, { audit: repaired.audit });
    refuseBroken(findings, repaired);
    refuseUnserved(repaired, job);
    const digests = await hashFile(repaired.output);
    const requiresPython = await requiresPythonOf(repaired.output);
    return {
      indexUnreachable: built.indexUnreachable,
      record: {
        key: buildKey(plan, job, options.toolVersion),
        sources: sourcesKey(plan),
        filename: repaired.filename,
        sha256: digests.sha256,
        size: digests.size,
        builtAs: built.filename,
        findings: [...findings],
        notices: [...built.notices],
        ...(requiresPython === undefined ? {} : { requiresPython }),
      },
    };
  });
}

/**
 * A wheel that breaks its users is a failed job, not a file for the index. What only PyPI would refuse, as a local
 * version, is well in an index of one's own.
 */
function refuseBroken(findings: readonly Finding[], { filename }: RepairResult): void {
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
function refuseUnserved({ filename }: RepairResult, { interpreter }: BuildJob): void {
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
