/** Makes sets of wheels that are each under a limit out of wheels that are over it: plan, write, verify. */
import { basename, join, resolve } from 'node:path';
import { formatVersion, parseWheelFilename } from '../packaging/index.ts';
import { WheelworksError } from '../support/errors.ts';
import { withFolder } from '../support/folders.ts';
import { groupBy } from '../support/group-by.ts';
import { clearAbandonedIn, markOwner } from '../support/owned-folder.ts';
import { withTemporaryDirectory } from '../support/temporary.ts';
import { refuseSharedOutputs } from '../wheel/index.ts';
import type { SplitOptions } from './options.ts';
import type { SplitPlan } from './plan.ts';
import { isRefused, orRefusal, type RefusedRelease } from './refused.ts';
import { withRelease } from './release.ts';
import { readStanding, refusePlanned, type Standing } from './writing/standing.ts';
import { writeRelease, type WrittenRelease } from './writing/write-release.ts';

/** A plan, and what carrying it out does in the output folder. */
export interface PlannedRelease extends SplitPlan {
  /** File names of parts of earlier runs that go, since no set needs them any more. */
  readonly removed: readonly string[];
}

/** What became of one release. */
export type SplitResult =
  | WrittenRelease
  /** No wheel of it is over the limit. */
  | { readonly plan: undefined; readonly paths: readonly string[] }
  | RefusedRelease;

/**
 * Says what {@link splitWheels} would do; writes nothing that stays.
 * @param options `directory` is looked through for sets that stand there
 * @returns a plan for each release with a wheel over the limit, or why it is refused
 */
export async function planSplits(
  paths: readonly string[],
  options: SplitOptions & { readonly directory?: string },
): Promise<readonly (PlannedRelease | RefusedRelease)[]> {
  const { releases, strangers } = releasesOf(paths);
  const plans: (PlannedRelease | RefusedRelease)[] = [...strangers];
  for (const release of releases) {
    const planned = await releaseOrRefusal(release, () => planRelease(release, options));
    if (isRefused(planned)) plans.push(planned);
    else if (planned.plan !== undefined) plans.push({ ...planned.plan, removed: planned.removed });
  }
  return plans;
}

async function planRelease(
  release: readonly string[],
  options: SplitOptions & { readonly directory?: string },
): Promise<
  { readonly plan: SplitPlan | undefined; readonly removed: readonly string[] } | RefusedRelease
> {
  const { directory } = options;
  return inScratch(undefined, (scratch) =>
    withRelease(release, { options, scratch }, async ({ plan }) => {
      if (plan === undefined || directory === undefined) return { plan, removed: [] };
      const { stale } = await standingBeside(plan, directory);
      return { plan, removed: stale.map(({ filename }) => filename).sort() };
    }),
  );
}

/**
 * Splits wheels into a folder. Wheels of one release are planned together and share what does not depend on a Python;
 * those under the limit are copied as they are. A release of which no wheel is over it is left alone, and one that is
 * refused or fails does not keep the others from being split. A set in the folder that is not written anew keeps its
 * parts, and parts that no set needs any more go. A folder that was made and stays empty goes again.
 * @throws WheelworksError `wheel/shared-output`, `wheel/output-is-input`, `file/*` for the folder.
 */
export async function splitWheels(
  paths: readonly string[],
  options: SplitOptions & { readonly directory: string },
): Promise<readonly SplitResult[]> {
  const { directory } = options;
  refuseSharedOutputs(paths.map((path) => ({ path, output: join(directory, basename(path)) })));
  for (const path of paths)
    if (resolve(path) === resolve(join(directory, basename(path)))) throw outputIsInput(path);
  return withFolder(directory, async () => {
    await clearAbandonedIn(directory, (name) => name.startsWith(SCRATCH));
    const { releases, strangers } = releasesOf(paths);
    const results: SplitResult[] = [...strangers];
    for (const release of releases) {
      options.signal?.throwIfAborted();
      results.push(await releaseOrRefusal(release, () => splitRelease(release, options)));
    }
    return results;
  });
}

/** What `work` makes of a release, or why it is refused. @throws what is no WheelworksError. */
async function releaseOrRefusal<Result>(
  release: readonly string[],
  work: () => Promise<Result>,
): Promise<Result | RefusedRelease> {
  const [first = ''] = release;
  const result = await orRefusal(first, work);
  return 'refusal' in result
    ? { plan: undefined, paths: release, refusals: [result.refusal] }
    : result.value;
}

/** What the output folder holds of the release. @throws WheelworksError `split/part-in-use`, `file/*`. */
async function standingBeside(plan: SplitPlan, directory: string): Promise<Standing> {
  const standing = await readStanding(plan, directory);
  await refusePlanned(plan, standing);
  return standing;
}

function splitRelease(
  release: readonly string[],
  options: SplitOptions & { readonly directory: string },
): Promise<SplitResult> {
  const { directory } = options;
  return inScratch(directory, (scratch) =>
    withRelease(release, { options, scratch }, async (open): Promise<SplitResult> => {
      const { plan } = open;
      if (plan === undefined) return { plan, paths: release };
      const standing = await standingBeside(plan, directory);
      return writeRelease({ ...open, plan, options, standing, scratch });
    }),
  );
}

/** Wheels of one name and version, in the order of the inputs; and files whose names are none of a wheel. */
function releasesOf(paths: readonly string[]): {
  readonly releases: readonly (readonly string[])[];
  readonly strangers: readonly RefusedRelease[];
} {
  const strangers: RefusedRelease[] = [];
  const groups = groupBy(paths, (path) => {
    try {
      const { normalizedName, version } = parseWheelFilename(basename(path));
      return `${normalizedName} ${formatVersion(version)}`;
    } catch (error) {
      if (!(error instanceof WheelworksError)) throw error;
      strangers.push({ plan: undefined, paths: [path], refusals: [{ path, error }] });
      return '';
    }
  });
  groups.delete('');
  return { releases: [...groups.values()], strangers };
}

/** What the names of work folders begin with. */
const SCRATCH = '.wheelworks-split-';

/** In the output folder the work folder says whose it is, so that the next run can clear it after a kill. */
async function inScratch<Result>(
  parent: string | undefined,
  work: (scratch: string) => Promise<Result>,
): Promise<Result> {
  return withTemporaryDirectory(
    SCRATCH,
    async (scratch) => {
      if (parent !== undefined) await markOwner(scratch);
      return work(scratch);
    },
    parent === undefined ? {} : { parent },
  );
}

function outputIsInput(path: string): WheelworksError {
  return new WheelworksError(
    'wheel/output-is-input',
    `${path} is the wheel that the new one is made from.`,
    { path, hint: 'Write it to another folder.' },
  );
}
