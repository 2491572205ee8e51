import type { OsRelease } from './os-release.ts';
import type { SystemPackage } from './package.ts';

const TYPES = { dpkg: 'deb', rpm: 'rpm', apk: 'apk' } as const;

/**
 * The package URL of a package.
 *
 * Specification: package-url, PURL-SPECIFICATION.rst and PURL-TYPES.rst: namespace and name in lower case for the three
 * types, qualifiers sorted, the epoch of rpm a qualifier of its own.
 */
export function packageUrl(
  {
    manager,
    name,
    version,
    architecture,
  }: Pick<SystemPackage, 'manager' | 'name' | 'version' | 'architecture'>,
  release: OsRelease | undefined,
): string {
  const epoch = manager === 'rpm' ? /^(\d+):/.exec(version)?.[1] : undefined;
  const plain = epoch === undefined ? version : version.slice(epoch.length + 1);
  const distro =
    release === undefined
      ? undefined
      : [release.id, ...(release.version === undefined ? [] : [release.version])].join('-');
  const qualifiers = [
    ['arch', architecture],
    ['distro', distro],
    ['epoch', epoch],
  ].flatMap(([key, value]) =>
    value === undefined || value === '' ? [] : [`${key}=${encode(value)}`],
  );
  const namespace = release === undefined ? '' : `${encode(release.id.toLowerCase())}/`;
  return `pkg:${TYPES[manager]}/${namespace}${encode(name.toLowerCase())}@${encode(plain)}${qualifiers.length === 0 ? '' : `?${qualifiers.join('&')}`}`;
}

/** Everything but the unreserved characters, and the colon, which the specification leaves alone. */
export function encode(text: string): string {
  return encodeURIComponent(text)
    .replaceAll(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%3A', ':');
}
