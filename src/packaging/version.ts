/**
 * Versions of projects: read, written in normal form, ordered, asked what they are.
 *
 * Specification: Version specifiers (PEP 440). https://packaging.python.org/specifications/version-specifiers/
 */
import { WheelworksError } from '../support/errors.ts';
import { excerpt } from './excerpt.ts';
import { scanVersion, type Version } from './version-scan.ts';
import { skipPythonSpace } from './white-space.ts';

export { compareVersions } from './version-order.ts';
export type { PreRelease, Version } from './version-scan.ts';

/**
 * Reads a version in any allowed spelling: `v` in front, `alpha`, `beta`, `c`, `pre`, `preview`, `rev`, `r`, the post-release
 * `1.0-1`, other separators, any case, white space around it.
 * @throws WheelworksError `packaging/invalid-version`, also for a number of more than 4300 digits.
 */
export function parseVersion(text: string): Version {
  const version = tryParseVersion(text);
  if (version !== undefined) return version;
  throw new WheelworksError(
    'packaging/invalid-version',
    `${excerpt(text)} is not a valid version.`,
    { hint: 'A version looks like 1.2.3, 1.2.3rc1, 1.2.3.post1, 1.2.3.dev4 or 1.2.3+local.' },
  );
}

/** Like {@link parseVersion}, with undefined for what is not a version. */
export function tryParseVersion(text: string): Version | undefined {
  const scanned = scanVersion(text, skipPythonSpace(text, 0), { local: true });
  if (scanned === undefined || skipPythonSpace(text, scanned.end) < text.length) return undefined;
  return scanned.version;
}

/** The normal form, `1!2.0rc1.post2.dev3+local.4`. Trailing zeros of the release are kept: they are the author's. */
export function formatVersion(version: Version): string {
  const local = localVersion(version);
  return local === undefined ? publicVersion(version) : `${publicVersion(version)}+${local}`;
}

/** The normal form without the local label, the only one a public index takes. */
export function publicVersion(version: Version): string {
  const pre = version.pre === undefined ? '' : `${version.pre.kind}${version.pre.number}`;
  const post = version.post === undefined ? '' : `.post${version.post}`;
  const dev = version.dev === undefined ? '' : `.dev${version.dev}`;
  return `${baseVersion(version)}${pre}${post}${dev}`;
}

/** Epoch and release alone: `1!2.0` for `1!2.0rc1.post2`. */
export function baseVersion(version: Version): string {
  const release = version.release.join('.');
  return version.epoch === 0n ? release : `${version.epoch}!${release}`;
}

/** The label after `+` in normal form, or undefined without one. */
export function localVersion(version: Version): string | undefined {
  return version.local?.join('.');
}

/** The same text for all spellings of equal versions: the normal form without trailing zeros of the release. For keys. */
export function canonicalVersion(version: Version): string {
  let length = version.release.length;
  while (length > 1 && version.release[length - 1] === 0n) length -= 1;
  return formatVersion({ ...version, release: version.release.slice(0, length) });
}

/** The version without its local label. */
export function withoutLocal(version: Version): Version {
  return version.local === undefined ? version : { ...version, local: undefined };
}

/** Whether installers avoid it unless told otherwise: an alpha, beta, candidate or development release. */
export function isPrerelease(version: Version): boolean {
  return version.pre !== undefined || version.dev !== undefined;
}

export function isPostrelease(version: Version): boolean {
  return version.post !== undefined;
}

export function isDevrelease(version: Version): boolean {
  return version.dev !== undefined;
}
