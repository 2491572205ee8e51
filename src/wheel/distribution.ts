/** Which kind of distribution a path is, by its name alone. */
import { basename } from 'node:path';
import { WheelworksError } from '../support/errors.ts';

export type DistributionKind = 'wheel' | 'sdist';

const SDIST_SUFFIXES = ['.tar.gz', '.tgz', '.zip', '.tar.bz2', '.tar.xz', '.tar.Z', '.tar'];

/** What an index of a feed for OpenWrt is called. */
const FEED_INDEXES: ReadonlySet<string> = new Set([
  'packages',
  'packages.gz',
  'packages.manifest',
  'packages.adb',
]);

/**
 * `wheel` or `sdist`.
 * @param also what else the caller reads, in words that follow `an sdist in .tar.gz`
 * @throws WheelworksError `distribution/unknown-kind` for any other name.
 */
export function distributionKind(path: string, also = ''): DistributionKind {
  const name = basename(path).toLowerCase();
  if (name.endsWith('.whl')) return 'wheel';
  if (SDIST_SUFFIXES.some((suffix) => name.endsWith(suffix))) return 'sdist';
  throw new WheelworksError(
    'distribution/unknown-kind',
    `${basename(path)} is neither a wheel nor an sdist by its name.`,
    {
      path,
      hint: hintFor(name, also),
    },
  );
}

function hintFor(name: string, also: string): string {
  if (FEED_INDEXES.has(name))
    return 'It is called like the index of a feed for OpenWrt; that of a folder is read by: wheelworks openwrt feed verify DIR.';
  if (/\.[ia]pk$/.test(name))
    return 'It is a package of OpenWrt already. See what is in it: wheelworks inspect FILE.';
  return `A wheel ends in .whl, an sdist in .tar.gz${also}.`;
}
