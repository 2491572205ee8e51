/** The releases of OpenWrt: which CPython their feed has, and which package manager installs from it; data/releases.json. */
import { WheelworksError } from '../../support/errors.ts';
import { closestName } from '../../support/closest-name.ts';
import table from './data/releases.json' with { type: 'json' };

/** `opkg` installs `.ipk`, `apk` installs version 3 of `.apk`. */
export type PackageManager = 'opkg' | 'apk';

/** A CPython of a release. */
export interface TargetPython {
  /** `3.13.9`. */
  readonly version: string;
  /** `3.13`, the name of its folder in `usr/lib/python3.13`. */
  readonly minor: string;
  /** The number in the first two bytes of its bytecode files: 3571. */
  readonly magic: number;
}

export interface OpenWrtRelease {
  /** `24.10`, or `master`. */
  readonly name: string;
  readonly manager: PackageManager;
  readonly python: TargetPython;
  /** The musl its programs run with: `1.2`. */
  readonly musl: string;
}

/** Oldest first. */
export const openWrtReleases: readonly OpenWrtRelease[] = table.releases.map(
  ({ name, manager, python, magic, musl }) => ({
    name,
    manager: managerOf(manager),
    python: { version: python, minor: minorOf(python), magic },
    musl,
  }),
);

/**
 * What devices call a release (DISTRIB_RELEASE): `24.10.4`, `24.10.0-rc5`, `24.10-SNAPSHOT`; and git its tags, `v24.10.4`.
 * All of a series have the Python of the series.
 */
const OF_SERIES = /^v?(\d\d\.\d\d)(?:\.\d+)?(?:-rc\d+|-snapshot)?$/i;

function nameOf(text: string): string {
  if (/^snapshot$/i.test(text)) return 'master';
  return OF_SERIES.exec(text)?.[1] ?? text;
}

/**
 * The release of a name, or of what devices of it call theirs.
 * @throws WheelworksError `openwrt/unknown-release`, with the nearest name.
 */
export function openWrtRelease(name: string): OpenWrtRelease {
  const wanted = nameOf(name);
  const release = openWrtReleases.find((each) => each.name === wanted);
  if (release !== undefined) return release;
  const names = openWrtReleases.map((each) => each.name);
  const near = closestName(wanted, names);
  throw new WheelworksError('openwrt/unknown-release', `OpenWrt has no release ${name}.`, {
    evidence: `known: ${names.join(', ')}`,
    hint:
      near === undefined
        ? 'Name a release, or a file that describes the target.'
        : `Did you mean ${near}?`,
  });
}

function minorOf(version: string): string {
  return version.split('.').slice(0, 2).join('.');
}

function managerOf(text: string): PackageManager {
  if (text !== 'opkg' && text !== 'apk') throw new Error(`releases.json: manager ${text}`);
  return text;
}
