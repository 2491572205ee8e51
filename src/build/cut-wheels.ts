/** Wheels over a limit, kept as they are and cut into sets beside. */
import { copyFile, link, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  isRefused,
  refusalError,
  splitWheels,
  type SplitChoices,
  type SplitResult,
} from '../split/index.ts';
import { WheelworksError, fileError, type ErrorReport } from '../support/errors.ts';
import { makeFolders } from '../support/folders.ts';
import type { EventSink } from '../support/progress/events.ts';
import { sourceDateEpoch } from './environment.ts';
import { splitKey } from './kept/keys.ts';
import type { SplitRecord } from './kept/state.ts';
import { findWheel, stageFolder } from './kept/store.ts';
import { SPLIT_ID, type KnownWheel } from './wheel-files.ts';
import type { WheelSet } from './wheel-set.ts';

export interface SplitSetOptions {
  /** How many files are worked on at once. */
  readonly jobs: number;
  readonly events: EventSink;
  readonly signal: AbortSignal;
  /** Version of wheelworks: another one may split differently. */
  readonly toolVersion: string;
}

/** What wheels were cut into, by the job that they were built for. */
export type Splits = ReadonlyMap<string, SplitRecord>;

/** Why wheels cannot be cut, by the job that they were built for. */
export type Refusals = ReadonlyMap<string, ErrorReport>;

/**
 * Cuts wheels into sets, in the stage of sets.
 * @throws WheelworksError `process/cancelled`.
 */
export async function cutWheels(
  set: Pick<WheelSet, 'build' | 'store'>,
  wheels: readonly KnownWheel[],
  options: SplitSetOptions & { readonly choices: SplitChoices },
): Promise<{ readonly splits: Splits; readonly refusals: Refusals }> {
  const splits = new Map<string, SplitRecord>();
  const refusals = new Map<string, ErrorReport>();
  try {
    const { ids, results } = await cut(set, wheels, options);
    const key = splitKey(set.build, wheels, options.toolVersion);
    for (const result of results) {
      for (const [path, split] of splitsOf(result, key)) splits.set(ids.get(path) ?? '', split);
      for (const [path, error] of refusalsOf(result)) refusals.set(ids.get(path) ?? '', error);
    }
  } catch (error) {
    if (options.signal.aborted || !(error instanceof WheelworksError)) throw error;
    for (const { builtFor } of wheels) refusals.set(builtFor, error.toJSON());
  }
  return { splits, refusals };
}

async function cut(
  { build, store }: Pick<WheelSet, 'build' | 'store'>,
  wheels: readonly KnownWheel[],
  {
    choices,
    toolVersion,
    jobs,
    events,
    signal,
  }: SplitSetOptions & { readonly choices: SplitChoices },
): Promise<{
  readonly ids: ReadonlyMap<string, string>;
  readonly results: readonly SplitResult[];
}> {
  const ids = new Map<string, string>();
  for (const wheel of wheels) ids.set(await keepOriginal(wheel, store), wheel.builtFor);
  const directory = stageFolder(store, SPLIT_ID);
  await rm(directory, { recursive: true, force: true });
  const results = await splitWheels([...ids.keys()], {
    ...choices,
    generator: `wheelworks ${toolVersion}`,
    modified: new Date(sourceDateEpoch(build.env) * 1000),
    jobs,
    events,
    signal,
    directory,
  });
  return { ids, results };
}

/** By path, why each wheel of a refused release stays whole: its own reason, else that of the others. */
function refusalsOf(result: SplitResult): readonly (readonly [string, ErrorReport])[] {
  if (!isRefused(result)) return [];
  const own = new Map(result.refusals.map(({ path, error }) => [path, error]));
  return result.paths.map(
    (path) => [path, (own.get(path) ?? refusalError(result)).toJSON()] as const,
  );
}

/** The wheel in its stage, where it stays when its set takes its name in the output folder. */
async function keepOriginal(
  { builtFor, filename, sha256 }: KnownWheel,
  store: WheelSet['store'],
): Promise<string> {
  const staged = join(stageFolder(store, builtFor), filename);
  const path = await findWheel(store, builtFor, { filename, sha256 });
  if (path === staged) return staged;
  if (path === undefined)
    throw new WheelworksError('file/not-found', `${filename} went away before it was split.`, {
      path: staged,
    });
  await makeFolders(stageFolder(store, builtFor));
  await rm(staged, { force: true });
  await link(path, staged).catch(async () =>
    copyFile(path, staged).catch((error: unknown) => {
      throw fileError(error, staged);
    }),
  );
  return staged;
}

/** What the state keeps of a split, by the path of the wheel that was cut. */
function splitsOf(result: SplitResult, key: string): readonly (readonly [string, SplitRecord])[] {
  const { plan } = result;
  if (plan === undefined) return [];
  const files = new Map(result.files.map((file) => [file.filename, file]));
  const known = (filename: string): SplitRecord['main'] => {
    const file = files.get(filename);
    if (file === undefined) throw new TypeError(`${filename} was planned and not written`);
    return { filename, sha256: file.sha256, size: file.size };
  };
  const distributions = new Map(
    plan.parts.map(({ filename, distribution }) => [filename, distribution]),
  );
  const findings = plan.findings.map(({ path: _inStage, ...finding }) => finding);
  return plan.wheels.flatMap(({ path, filename, split }) =>
    split === undefined
      ? []
      : [
          [
            path,
            {
              key,
              main: known(filename),
              parts: split.parts.map((part) => ({
                ...known(part),
                distribution: distributions.get(part) ?? '',
              })),
              findings,
            },
          ] as const,
        ],
  );
}
