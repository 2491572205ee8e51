/**
 * Versions of Python packages (PEP 440) as the two package managers write and order them.
 *
 * | PEP 440      | opkg            | apk                |
 * | ------------ | --------------- | ------------------ |
 * | 1.0          | 1.0             | 1.0                |
 * | 1.0a1, rc1   | 1.0~a1, ~rc1    | 1.0_alpha1, _rc1   |
 * | 1.0.dev1     | 1.0~~dev1       | 1.0_alpha_pre1     |
 * | 1.0a1.dev2   | 1.0~a1~dev2     | 1.0_alpha1_pre2    |
 * | 1.0.post1    | 1.0post1        | 1.0_p1             |
 * | 2!1.0        | 2:1.0           | none               |
 * | 1.0+x        | 1.0+x           | none               |
 *
 * Order is kept, with two exceptions. To both managers zeros at the end are a difference (1.0 is before 1.0.0), so the
 * pre-release of one and the release of the other may change places. And to opkg a local version is after post-releases of
 * the same version. A post-release has no dot before it: opkg would put 1.0.post1 after 1.0.1.
 */
import {
  formatVersion,
  tryParseVersion,
  type PreRelease,
  type Version,
} from '../../packaging/version.ts';
import { WheelworksError } from '../../support/errors.ts';
import type { PackageVersion } from '../package/model.ts';
import type { PackageManager } from '../targets/index.ts';

/**
 * The version of a package as its manager has it: `1.0~rc1-r1`, `1.0_rc1-r1`.
 * @throws WheelworksError `openwrt/bad-version` for what is no version of PEP 440, or a release that is no whole number;
 *   `openwrt/version-epoch`, `openwrt/version-local`, `openwrt/version-number` for what apk has no place for.
 */
export function spellVersion(
  { upstream, release }: PackageVersion,
  manager: PackageManager,
): string {
  const version = tryParseVersion(upstream);
  if (version === undefined)
    throw new WheelworksError(
      'openwrt/bad-version',
      `${JSON.stringify(upstream)} is no version of a Python package.`,
      {
        evidence: upstream,
        hint: 'A version looks like 1.2.3, 1.2.3rc1, 1.2.3.post1 or 1.2.3.dev4 (PEP 440).',
      },
    );
  if (release !== undefined && !(Number.isSafeInteger(release) && release >= 0))
    throw new WheelworksError('openwrt/bad-version', `${release} is no release of a package.`, {
      hint: 'The release is a whole number from 0, as a rule 1.',
    });
  return `${spellParsed(version, manager)}${release === undefined ? '' : `-r${release}`}`;
}

/** As {@link spellVersion}, of a version that was read, without a release. */
export function spellParsed(version: Version, manager: PackageManager): string {
  return manager === 'apk' ? spellForApk(version) : spellForOpkg(version);
}

function spellForOpkg({ epoch, release, pre, post, dev, local }: Version): string {
  const parts = [
    epoch === 0n ? '' : `${epoch}:`,
    release.join('.'),
    pre === undefined ? '' : `~${pre.kind}${pre.number}`,
    post === undefined ? '' : `post${post}`,
    // A release in development is before every pre-release of it.
    dev === undefined ? '' : `${pre === undefined && post === undefined ? '~~' : '~'}dev${dev}`,
    local === undefined ? '' : `+${local.join('.')}`,
  ];
  return parts.join('');
}

/** `c` and `rc` are one to PEP 440. */
const APK_PRE: Readonly<Record<PreRelease['kind'], string>> = {
  a: '_alpha',
  b: '_beta',
  rc: '_rc',
};

/** apk holds numbers in 64 bits. */
const LARGEST_NUMBER = 2n ** 63n;

function spellForApk(version: Version): string {
  const { epoch, release, pre, post, dev, local } = version;
  const refuse = (code: `openwrt/${string}`, what: string, other = 'VERSION'): WheelworksError =>
    new WheelworksError(code, `A version with ${what} cannot be written for apk.`, {
      evidence: formatVersion(version),
      hint: `Write a wheel or sdist with another version, which you pack then: wheelworks retag-version FILE --to ${other}. Releases before 25.12, whose packages are for opkg, have room for it.`,
    });
  const plain = formatVersion({ ...version, epoch: 0n, local: undefined });
  if (epoch !== 0n) throw refuse('openwrt/version-epoch', 'an epoch', plain);
  if (local !== undefined) throw refuse('openwrt/version-local', 'a local label', plain);
  if (
    [...release, pre?.number ?? 0n, post ?? 0n, dev ?? 0n].some(
      (number) => number >= LARGEST_NUMBER,
    )
  )
    throw refuse('openwrt/version-number', 'so large a number');
  const parts = [
    release.join('.'),
    pre === undefined ? '' : `${APK_PRE[pre.kind]}${pre.number}`,
    post === undefined ? '' : `_p${post}`,
    // `_pre` alone is after `_beta`: below an alpha without a number it is before all of them.
    dev === undefined ? '' : `${pre === undefined && post === undefined ? '_alpha' : ''}_pre${dev}`,
  ];
  return parts.join('');
}
