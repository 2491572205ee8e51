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
 * @param option the one that it was given with
 * @throws WheelworksError `feed/index-unreadable`, `file/*`.
 */
export async function readBaseIndex(path: string, option = '--base'): Promise<ReadIndex> {
  const bytes = await existingFile(path);
  if (bytes === undefined)
    throw new WheelworksError('file/not-found', `${path} does not exist.`, { path });
  const refuse = (evidence: string, cause?: unknown): Error =>
    new WheelworksError('feed/index-unreadable', `${path} is no index of a feed.`, {
      path,
      evidence,
      hint: `${option} wants the index of a feed: Packages or Packages.gz of opkg, packages.adb of apk.`,
      cause,
    });
  let index: ReadIndex;
  try {
    index = await parseIndex(bytes, path);
  } catch (error) {
    if (!(error instanceof WheelworksError)) throw error;
    throw refuse(error.evidence ?? error.message, error);
  }
  if (index.packages.some(({ name }) => name === '')) throw refuse('a package has no name');
  return index;
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
