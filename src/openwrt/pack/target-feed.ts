/** The index of the target's feed: which packages a device can install, and what their names end with. */
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { readApkIndex } from '../../archive/apk/index.ts';
import { parseStanzas } from '../../archive/ipk/index.ts';
import { WheelworksError, fileError } from '../../support/errors.ts';
import type { DependencyFeed } from '../dependencies/index.ts';
import type { FeedPackage } from '../native/index.ts';

interface Entry extends FeedPackage {
  readonly depends: readonly string[];
  readonly provides: readonly string[];
}

/**
 * Reads an index of either manager: `Packages`, `Packages.gz`, `packages.adb`.
 * @throws WheelworksError `openwrt/bad-feed` for what is no index, `ipk/*`, `apk/*`, `file/*`.
 */
export async function readTargetFeed(path: string): Promise<DependencyFeed> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw fileError(error, path);
  });
  const entries = bytes.subarray(0, 3).equals(ADB)
    ? await fromApk(bytes, path)
    : await fromOpkg(bytes, path);
  if (entries.length === 0)
    throw new WheelworksError('openwrt/bad-feed', `${path} lists no package.`, {
      path,
      hint: 'Name the index of a feed: Packages or Packages.gz of opkg, packages.adb of apk.',
    });
  const byName = new Map<string, Entry>();
  for (const entry of entries)
    for (const name of entry.provides) if (!byName.has(name)) byName.set(name, entry);
  for (const entry of entries) byName.set(entry.name, entry);
  return { find: (name) => byName.get(name), packages: entries };
}

const ADB = Buffer.from('ADB');
const ABI_TAG = 'openwrt:abiversion=';
/** Lists of all packages of a release have some megabytes. */
const LARGEST_LIST = 256 << 20;

async function fromApk(bytes: Uint8Array, path: string): Promise<Entry[]> {
  const { packages } = await readApkIndex(bytes, path);
  return packages.map(({ info: { name, depends, provides, tags } }) => {
    const abiVersion = tags.find((tag) => tag.startsWith(ABI_TAG))?.slice(ABI_TAG.length);
    return {
      name,
      depends: depends.map((each) => each.name),
      provides: provides.map((each) => each.name),
      ...(abiVersion === undefined ? {} : { abiVersion }),
    };
  });
}

async function fromOpkg(bytes: Buffer, path: string): Promise<Entry[]> {
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const text = isGzip ? await unpacked(bytes, path) : bytes;
  return parseStanzas(text.toString('utf8'), path).flatMap((fields) => {
    const name = fields.get('Package');
    const abiVersion = fields.get('ABIVersion');
    if (name === undefined) return [];
    return [
      {
        name,
        depends: namesIn(fields.get('Depends')),
        provides: namesIn(fields.get('Provides')),
        ...(abiVersion === undefined ? {} : { abiVersion }),
      },
    ];
  });
}

async function unpacked(bytes: Buffer, path: string): Promise<Buffer> {
  try {
    return await promisify(gunzip)(bytes, { maxOutputLength: LARGEST_LIST });
  } catch (error) {
    throw new WheelworksError('openwrt/bad-feed', `${path} cannot be unpacked.`, {
      path,
      cause: error,
      hint: 'Get it anew.',
    });
  }
}

/** The first of alternatives, without what is demanded of the version. */
function namesIn(list = ''): string[] {
  return list
    .split(',')
    .map((each) => /[^\s(|=<>~]+/.exec(each)?.[0] ?? '')
    .filter((name) => name !== '');
}
