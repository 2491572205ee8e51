/** Versions of every kind, from a base. */
import { formatVersion, tryParseVersion, type Version } from '../packaging/index.ts';
import { WheelworksError } from '../support/errors.ts';
import { baseOf } from './base.ts';

/** The parts of a development version. */
export interface DevParts {
  /** Commits since the last tag. */
  readonly distance: number;
  /** The commit, in full; undefined leaves the local label out, and with it what tells two builds apart. */
  readonly commit: string | undefined;
  readonly isDirty: boolean;
}

/**
 * Digits of a commit in a version. Git's own short form grows with the number of objects a clone has: two clones would
 * make different versions.
 */
const COMMIT_DIGITS = 12;

/** `3.12.0.dev14+g1a2b3c4d5e6f.dirty`. It sorts before every other version of its base. */
export function devVersion(base: Version, { distance, commit, isDirty }: DevParts): Version {
  // `g` as in git describe; it also keeps a commit of digits alone from being read as a number.
  const local =
    commit === undefined
      ? undefined
      : [`g${commit.slice(0, COMMIT_DIGITS)}`, ...(isDirty ? ['dirty'] : [])];
  return { ...baseOf(base), dev: BigInt(distance), local };
}

/**
 * The base with a suffix such as `rc1`, `.dev0+abc` or nothing, in normal form; `.post1` makes a post-release of it.
 * @throws WheelworksError `version/bad-suffix` when both together are no version, or one of another release.
 */
export function customVersion(base: Version, suffix: string): Version {
  const text = `${formatVersion(base)}${suffix}`;
  const version = /^[\s\d!]|^\.\d|\s$/.test(suffix) ? undefined : tryParseVersion(text);
  if (version !== undefined && isOfBase(version, base)) return version;
  throw new WheelworksError(
    'version/bad-suffix',
    `${text} is not a version of ${formatVersion(base)}.`,
    {
      evidence: suffix,
      hint: 'A suffix looks like rc1, a2, .post1, .dev4, +local.1, or several of them in this order (PEP 440).',
    },
  );
}

function isOfBase(version: Version, base: Version): boolean {
  return (
    version.epoch === base.epoch &&
    version.release.length === base.release.length &&
    version.release.every((number, index) => number === base.release[index])
  );
}
