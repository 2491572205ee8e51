/** What a version file or a tag gives to every kind of version, and which of several wins. */
import { compareVersions, formatVersion, isPrerelease, type Version } from '../packaging/index.ts';
import { WheelworksError } from '../support/errors.ts';
import type { Bump } from './model.ts';

/**
 * Epoch, release and post-release; pre-release, dev and local parts only say how a version file is kept between
 * releases. A post-release is a release of its own: without it, the version of an older file would be made again.
 */
export function baseOf(version: Version): Version {
  return { ...version, pre: undefined, dev: undefined, local: undefined };
}

/** The greatest by the order of versions; of equal ones (`3.12`, `3.12.0`) that with the most numbers. Never of none. */
export function greatest(versions: readonly [Version, ...Version[]]): Version {
  return versions.reduce((best, each) => {
    const order = compareVersions(each, best) || each.release.length - best.release.length;
    return order > 0 ? each : best;
  });
}

/** Whether all are one version, trailing zeros aside. */
export function allEqual(versions: readonly Version[]): boolean {
  const [first] = versions;
  return versions.every((each) => first === undefined || compareVersions(each, first) === 0);
}

const PLACES: Readonly<Record<Bump, number>> = { major: 0, minor: 1, patch: 2 };

/** The next release: the place goes up, what follows it becomes zero; `3.12` becomes `3.12.1`. Epochs stay. */
export function bumped(version: Version, bump: Bump): Version {
  const place = PLACES[bump];
  const length = Math.max(version.release.length, place + 1);
  const release = Array.from({ length }, (_, index) => {
    const number = version.release[index] ?? 0n;
    if (index === place) return number + 1n;
    return index < place ? number : 0n;
  });
  return { ...baseOf(version), release, post: undefined };
}

/** The release that work after a tag leads to: that of a pre-release itself, else the next one. */
export function releaseAfter(version: Version, bump: Bump): Version {
  const isOnTheWay = isPrerelease(version) && version.post === undefined;
  return isOnTheWay ? baseOf(version) : bumped(version, bump);
}

/**
 * Refuses a post-release where a kind leads to a final release: `1.0.post1` has no candidates.
 * @throws WheelworksError `version/candidate-of-post`.
 */
export function refusePost(base: Version): void {
  if (base.post === undefined) return;
  throw new WheelworksError(
    'version/candidate-of-post',
    `There is no release candidate of the post-release ${formatVersion(base)}.`,
    {
      hint: `Write the next release into the version file (${formatVersion(bumped(base, 'patch'))}), or use --kind dev, which leads to the post-release.`,
    },
  );
}
