/** What a split would come to: planned, not reckoned from sizes. */
import type { SplitOptions } from '../options.ts';
import { isRefused } from '../refused.ts';
import { planSplits } from '../split.ts';
import type { SplitOutlook } from './model.ts';

/**
 * Plans the split of all wheels together, as `split` would do it.
 * @returns path of each wheel over the limit to what becomes of it
 */
export async function splitOutlooks(
  paths: readonly string[],
  options: SplitOptions,
): Promise<ReadonlyMap<string, SplitOutlook>> {
  const outlooks = new Map<string, SplitOutlook>();
  for (const release of await planSplits(paths, options)) {
    if (isRefused(release)) {
      const reasons = release.refusals.map(({ error }) => error.toJSON());
      for (const path of release.paths) {
        const own = release.refusals.filter((each) => each.path === path);
        outlooks.set(path, {
          wheels: undefined,
          // One that could be split waits for the others of its release.
          reasons: own.length > 0 ? own.map(({ error }) => error.toJSON()) : reasons,
        });
      }
      continue;
    }
    for (const { path, split } of release.wheels)
      if (split !== undefined) outlooks.set(path, { wheels: 1 + split.parts.length, reasons: [] });
  }
  return outlooks;
}
