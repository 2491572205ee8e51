/** Which kind of distribution a path is, by its name alone. */
import { basename } from 'node:path';
import { WheelworksError } from '../support/errors.ts';

export type DistributionKind = 'wheel' | 'sdist';

const SDIST_SUFFIXES = ['.tar.gz', '.tgz', '.zip', '.tar.bz2', '.tar.xz', '.tar.Z', '.tar'];

/**
 * `wheel` or `sdist`.
 * @throws WheelworksError `distribution/unknown-kind` for any other name.
 */
export function distributionKind(path: string): DistributionKind {
  const name = basename(path).toLowerCase();
  if (name.endsWith('.whl')) return 'wheel';
  if (SDIST_SUFFIXES.some((suffix) => name.endsWith(suffix))) return 'sdist';
  throw new WheelworksError(
    'distribution/unknown-kind',
    `${basename(path)} is neither a wheel nor an sdist by its name.`,
    {
      path,
      hint: 'A wheel ends in .whl, an sdist in .tar.gz.',
    },
  );
}
