import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { writeApk, type ApkCompression } from '../../archive/apk/index.ts';
import { writeIpk } from '../../archive/ipk/index.ts';
import { writeFileAtomic } from '../../support/atomic-file.ts';
import { apkSigner, type ApkSigningKey } from '../signing/index.ts';
import type { PackageManager } from '../targets/index.ts';
import { spellVersion } from '../versions/index.ts';
import { checkPackage } from './check-package.ts';
import type { BinaryPackage, PackageDescription } from './model.ts';
import { toApk } from './to-apk.ts';
import { toIpk } from './to-ipk.ts';

/** The time of files when nobody gives one: 1980-01-01, as in every archive that is made here. */
export const PACKAGE_MTIME = 315_532_800;

export interface WritePackageOptions {
  readonly manager: PackageManager;
  /** The time of all files, in whole seconds since 1970; as a rule `SOURCE_DATE_EPOCH`. Default {@link PACKAGE_MTIME}. */
  readonly mtime?: number;
  /** Of an .apk; an .ipk is always gzip. Default `deflate`. */
  readonly compression?: ApkCompression;
  /** Signs an .apk; an .ipk has no signature, its feed has one. */
  readonly key?: ApkSigningKey;
}

/** A package as bytes. */
export interface PackageBytes {
  readonly manager: PackageManager;
  /** `NAME_VERSION_ARCH.ipk`, `NAME-VERSION.apk`. */
  readonly filename: string;
  readonly bytes: Uint8Array;
  /** As the package says it: bytes of all files in an .apk, of their tar in an .ipk. */
  readonly installedSize: number;
}

/** A package on the disk. */
export interface WrittenPackage {
  readonly manager: PackageManager;
  readonly path: string;
  readonly size: number;
  /** Hexadecimal. */
  readonly sha256: string;
  readonly installedSize: number;
}

/**
 * Writes a package into a folder. The same package, time and key give the same bytes.
 * @throws WheelworksError `openwrt/bad-description`, `openwrt/bad-version`, `openwrt/version-*`, `ipk/*`, `file/*`.
 */
export async function writePackage(
  pkg: BinaryPackage,
  options: WritePackageOptions & { readonly directory: string },
): Promise<WrittenPackage> {
  const { manager, filename, bytes, installedSize } = await packageBytes(pkg, options);
  const path = join(options.directory, filename);
  await writeFileAtomic(path, (handle) => handle.writeFile(bytes));
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { manager, path, size: bytes.length, sha256, installedSize };
}

/**
 * The same in memory, for plans that only want to know sizes.
 * @throws WheelworksError as {@link writePackage}.
 */
export async function packageBytes(
  pkg: BinaryPackage,
  { manager, mtime = PACKAGE_MTIME, compression, key }: WritePackageOptions,
): Promise<PackageBytes> {
  checkPackage(pkg);
  const filename = packageFilename(pkg.description, manager);
  if (manager === 'opkg') {
    const { bytes, installedSize } = await writeIpk(toIpk(pkg, mtime), { mtime });
    return { manager, filename, bytes, installedSize };
  }
  const { bytes, installedSize } = await writeApk(await toApk(pkg), {
    mtime,
    ...(compression === undefined ? {} : { compression }),
    ...(key === undefined ? {} : { sign: apkSigner('package', key) }),
  });
  return { manager, filename, bytes, installedSize };
}

/**
 * The name of the file of a package; an epoch is not part of it.
 * @throws WheelworksError as `spellVersion`.
 */
export function packageFilename(
  { name, version, architecture }: Pick<PackageDescription, 'name' | 'version' | 'architecture'>,
  manager: PackageManager,
): string {
  const spelled = spellVersion(version, manager).replace(/^\d+:/, '');
  return manager === 'apk' ? `${name}-${spelled}.apk` : `${name}_${spelled}_${architecture}.ipk`;
}
