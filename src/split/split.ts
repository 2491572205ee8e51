/** Makes sets of wheels that are each under a limit out of wheels that are over it: plan, write, verify. */
import { basename, join, resolve } from 'node:path';
import { formatVersion, parseWheelFilename } from '../packaging/index.ts';
import { WheelworksError } from '../support/errors.ts';
import { makeFolders } from '../support/folders.ts';
import { groupBy } from '../support/group-by.ts';
import { clearAbandonedIn, markOwner } from '../support/owned-folder.ts';
import { withTemporaryDirectory } from '../support/temporary.ts';
import { refuseSharedOutputs } from '../wheel/index.ts';
import type { SplitOptions } from './options.ts';
import type { SplitPlan } from './plan.ts';
import { withRelease, type OpenRelease } from './release.ts';
import { writeRelease, type WrittenRelease } from './writing/write-release.ts';

/** What became of one release. */
export type SplitResult =
  | WrittenRelease
  /** No wheel of it is over the limit. */
  | { readonly plan: undefined; readonly paths: readonly string[] };

/**
 * Says what {@link splitWheels} would do; writes nothing that stays.
 * @returns a plan for each release with a wheel over the limit
 * @throws WheelworksError as {@link withRelease}.
 */
export async function planSplits(
  paths: readonly string[],
  options: SplitOptions,
): Promise<readonly SplitPlan[]> {
  const plans: SplitPlan[] = [];
  for (const release of releasesOf(paths))
    await inScratch(undefined, async (scratch) => {
      await withRelease(release, { options, scratch }, async ({ plan }) => {
        if (plan !== undefined) plans.push(plan);
      });
    });
  return plans;
}

/**
 * Splits wheels into a folder. Wheels of one release are planned together and share what does not depend on a Python;
 * those under the limit are copied as they are. A release of which no wheel is over it is left alone.
 * @throws WheelworksError as {@link withRelease} and {@link writeRelease}; `wheel/shared-output`, `wheel/output-is-input`.
 */
export async function splitWheels(
  paths: readonly string[],
  options: SplitOptions & { readonly directory: string },
): Promise<readonly SplitResult[]> {
  const { directory } = options;
  refuseSharedOutputs(paths.map((path) => ({ path, output: join(directory, basename(path)) })));
  for (const path of paths)
    if (resolve(path) === resolve(join(directory, basename(path)))) throw outputIsInput(path);
  await makeFolders(directory);
  await clearAbandonedIn(directory, (name) => name.startsWith(SCRATCH));
  const results: SplitResult[] = [];
  for (const release of releasesOf(paths))
    await inScratch(directory, async (scratch) => {
      await withRelease(release, { options, scratch }, async (open: OpenRelease) => {
        const { plan } = open;
        results.push(
          plan === undefined
            ? { plan, paths: release }
            : await writeRelease({ ...open, plan, options, directory, scratch }),
        );
      });
    });
  return results;
}

/** Wheels of one name and version, in the order of the inputs. @throws WheelworksError `packaging/*`. */
function releasesOf(paths: readonly string[]): readonly (readonly string[])[] {
  const groups = groupBy(paths, (path) => {
    const { normalizedName, version } = parseWheelFilename(basename(path));
    return `${normalizedName} ${formatVersion(version)}`;
  });
  return [...groups.values()];
}

/** What the names of work folders begin with. */
const SCRATCH = '.wheelworks-split-';

/** In the output folder the work folder says whose it is, so that the next run can clear it after a kill. */
async function inScratch(
  parent: string | undefined,
  work: (scratch: string) => Promise<void>,
): Promise<void> {
  await withTemporaryDirectory(
    SCRATCH,
    async (scratch) => {
      if (parent !== undefined) await markOwner(scratch);
      await work(scratch);
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
