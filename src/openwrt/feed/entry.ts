/** What the index of a feed needs to know of a file; small enough to be kept for every file of a feed. */
import { readApkInfo, type IndexedApk } from '../../archive/apk/index.ts';
import { readIpkControl } from '../../archive/ipk/index.ts';
import { WheelworksError } from '../../support/errors.ts';
import { sha256 } from '../../support/hash.ts';
import type { PackageManager } from '../targets/index.ts';

export interface FeedEntry {
  /** Without folders. */
  readonly filename: string;
  readonly size: number;
  /** Hexadecimal. */
  readonly sha256: string;
  readonly name: string;
  readonly version: string;
  /** `all` for what apk calls noarch. */
  readonly architecture: string;
  /** What the name ends with for the sake of the ABI. */
  readonly abiSuffix: string;
  readonly index: OpkgPart | ApkPart;
}

/** The control file as it stands. */
export interface OpkgPart {
  readonly manager: 'opkg';
  readonly control: string;
}

/** The database of what an .apk says of itself, in base64, and the digest of its own database. */
export interface ApkPart {
  readonly manager: 'apk';
  readonly info: string;
  readonly digest: string;
}

/** Which manager a file is for, by its name; undefined for other files. */
export function managerOfFile(filename: string): PackageManager | undefined {
  if (filename.endsWith('.ipk')) return 'opkg';
  return filename.endsWith('.apk') ? 'apk' : undefined;
}

/**
 * @param path names the file in errors
 * @throws WheelworksError `ipk/*`, `apk/*`, `tar/*`; `feed/wrong-filename` for an .apk under a name that apk would not ask for.
 */
export async function readEntry(
  bytes: Uint8Array,
  filename: string,
  path: string,
): Promise<FeedEntry> {
  const file = { filename, size: bytes.length, sha256: sha256(bytes) };
  if (managerOfFile(filename) === 'opkg') {
    const { control, controlText } = await readIpkControl(bytes, path);
    return {
      ...file,
      name: control.get('Package') ?? '',
      version: control.get('Version') ?? '',
      architecture: control.get('Architecture') ?? '',
      abiSuffix: control.get('ABIVersion') ?? '',
      index: { manager: 'opkg', control: controlText },
    };
  }
  const { info, bytes: infoBytes, digest } = await readApkInfo(bytes, path);
  const expected = `${info.name}-${info.version}.apk`;
  if (filename !== expected)
    throw new WheelworksError('feed/wrong-filename', `${path} would not be found under its name.`, {
      path,
      evidence: `apk asks for ${expected}`,
      hint: `Rename it to ${expected}.`,
    });
  const tag = info.tags.find((each) => each.startsWith(ABI_TAG)) ?? '';
  return {
    ...file,
    name: info.name,
    version: info.version,
    architecture: info.arch === undefined || info.arch === 'noarch' ? 'all' : info.arch,
    abiSuffix: tag.slice(ABI_TAG.length),
    index: { manager: 'apk', info: Buffer.from(infoBytes).toString('base64'), digest },
  };
}

const ABI_TAG = 'openwrt:abiversion=';

/** The entry as the writer of indexes wants it. */
export function indexedApk({ size, index }: FeedEntry): IndexedApk | undefined {
  if (index.manager !== 'apk') return undefined;
  return { info: Buffer.from(index.info, 'base64'), digest: index.digest, fileSize: size };
}
