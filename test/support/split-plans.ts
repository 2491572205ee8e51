/** Plans and sets of tests that want them whole: a refusal is thrown. */
import {
  isRefused,
  planSplits,
  refusalError,
  splitWheels,
  type SplitOptions,
  type SplitPlan,
  type WrittenRelease,
} from '../../src/split/index.ts';

/** The plans of releases of which none is refused. @throws WheelworksError the refusal. */
export async function plansOf(
  paths: readonly string[],
  options: SplitOptions,
): Promise<readonly SplitPlan[]> {
  const releases = await planSplits(paths, options);
  return releases.map((release) => {
    if (isRefused(release)) throw refusalError(release);
    return release;
  });
}

/** What was written for the one release that the wheels are of. @throws WheelworksError the refusal. */
export async function setOf(
  paths: readonly string[],
  options: SplitOptions & { readonly directory: string },
): Promise<WrittenRelease> {
  const [result] = await splitWheels(paths, options);
  if (result !== undefined && isRefused(result)) throw refusalError(result);
  if (result?.plan === undefined) throw new Error('nothing was split');
  return result;
}
