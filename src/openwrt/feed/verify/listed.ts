/** The index of a folder as devices read it, and the indexes of other feeds that a device has besides. */
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { readApkIndex, type ApkIndex, type ApkInfo } from '../../../archive/apk/index.ts';
import { parseStanzas, type ControlFields } from '../../../archive/ipk/index.ts';
import { WheelworksError } from '../../../support/errors.ts';
import { fromApkDependency, parseDepends } from '../../package/index.ts';
import type { PackageManager } from '../../targets/index.ts';
import type { SpelledDependency } from '../../versions/index.ts';
import { existingFile } from '../existing.ts';

/** A package as an index lists it. */
export interface ListedPackage {
  readonly name: string;
  readonly version: string;
  /** Where it is, relative to the index. */
  readonly filename: string;
  readonly size: number;
  readonly provides: readonly SpelledDependency[];
  /** In a list of opkg. */
  readonly control?: ControlFields;
  /** In an index of apk: with the digest of the database of the package. */
  readonly apk?: { readonly info: ApkInfo; readonly digest: string };
}

/** An index of apk as it was read, or the text of a list of opkg. */
export type ReadIndex =
  | { readonly manager: 'opkg'; readonly text: Buffer; readonly packages: readonly ListedPackage[] }
  | {
      readonly manager: 'apk';
      readonly index: ApkIndex;
      readonly packages: readonly ListedPackage[];
    };

/**
 * The index of a folder; undefined when there is none.
 * @throws WheelworksError `ipk/bad-control`, `apk/*`, `file/*`.
 */
export async function readFolderIndex(
  directory: string,
  manager: PackageManager,
): Promise<ReadIndex | undefined> {
  const path = join(directory, manager === 'opkg' ? 'Packages' : 'packages.adb');
  const bytes = await existingFile(path);
  return bytes === undefined ? undefined : parseIndex(bytes, path);
}

/**
 * An index of another feed: `Packages`, `Packages.gz` or `packages.adb`.
 * @throws WheelworksError `ipk/bad-control`, `apk/*`, `feed/index-unreadable`, `file/*`.
 */
export async function readBaseIndex(path: string): Promise<ReadIndex> {
  const bytes = await existingFile(path);
  if (bytes === undefined)
    throw new WheelworksError('file/not-found', `${path} does not exist.`, { path });
  return parseIndex(bytes, path);
}

/** Lists of all packages of a release have some megabytes. */
const LARGEST_LIST = 1 << 28;

async function parseIndex(bytes: Buffer, path: string): Promise<ReadIndex> {
  if (bytes.subarray(0, 3).toString('latin1') === 'ADB') {
    const index = await readApkIndex(bytes, path);
    return { manager: 'apk', index, packages: index.packages.map(listedApk) };
  }
  const text = bytes[0] === 0x1f && bytes[1] === 0x8b ? unpacked(bytes, path) : bytes;
  const packages = parseStanzas(text.toString('utf8'), path).map((fields) =>
    listedIpk(fields, path),
  );
  return { manager: 'opkg', text, packages };
}

/** @throws WheelworksError `feed/index-unreadable`. */
export function unpacked(bytes: Uint8Array, path: string): Buffer {
  try {
    return gunzipSync(bytes, { maxOutputLength: LARGEST_LIST });
  } catch (error) {
    throw new WheelworksError('feed/index-unreadable', `${basename(path)} cannot be unpacked.`, {
      path,
      cause: error,
    });
  }
}

function listedApk({ info, digest }: ApkIndex['packages'][number]): ListedPackage {
  return {
    name: info.name,
    version: info.version,
    filename: `${info.name}-${info.version}.apk`,
    size: info.fileSize ?? 0,
    provides: info.provides.map(fromApkDependency),
    apk: { info, digest },
  };
}

function listedIpk(fields: ControlFields, path: string): ListedPackage {
  return {
    name: fields.get('Package') ?? '',
    version: fields.get('Version') ?? '',
    filename: fields.get('Filename') ?? '',
    size: Number(fields.get('Size') ?? Number.NaN),
    provides: parseDepends(fields.get('Provides') ?? '', path),
    control: fields,
  };
}
