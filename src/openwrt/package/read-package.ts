/** Packages of either manager, read into one shape. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import {
  formatApkDependency,
  readApk,
  type ApkDependency,
  type ReadApk,
} from '../../archive/apk/index.ts';
import { readIpk, type ReadIpk } from '../../archive/ipk/index.ts';
import type { FileTree } from '../../archive/tree/index.ts';
import { WheelworksError, fileError } from '../../support/errors.ts';
import type { PackageManager } from '../targets/index.ts';
import { parseDependency, type SpelledDependency } from '../versions/index.ts';

/** A dependency; opkg knows alternatives, of which any one will do. */
export interface ReadDependency extends SpelledDependency {
  readonly alternatives?: readonly SpelledDependency[];
}

/** A package as its file tells it. Absent texts are empty. */
export interface ReadPackage {
  readonly manager: PackageManager;
  readonly path: string;
  readonly size: number;
  /** Hexadecimal. */
  readonly sha256: string;
  readonly name: string;
  /** As the manager spells it, with the release. */
  readonly version: string;
  /** `all`, also for what apk calls noarch. */
  readonly architecture: string;
  /** One line. */
  readonly title: string;
  /** Further lines, which only an .ipk has. */
  readonly description: string;
  readonly license: string;
  readonly section: string;
  readonly maintainer: string;
  readonly url: string;
  readonly source: string;
  readonly depends: readonly ReadDependency[];
  readonly provides: readonly SpelledDependency[];
  readonly conflicts: readonly SpelledDependency[];
  /** What the name ends with for the sake of the ABI: `-3.13`. */
  readonly abiSuffix?: string;
  readonly conffiles: readonly string[];
  /** By the names of the format. */
  readonly scripts: Readonly<Record<string, string>>;
  readonly installedSize: number;
  readonly tree: FileTree;
  /** The file in the words of its format. */
  readonly format:
    | { readonly kind: 'ipk'; readonly ipk: ReadIpk }
    | { readonly kind: 'apk'; readonly apk: ReadApk };
}

/**
 * Reads an .ipk or .apk, whichever its bytes are, whole.
 * @throws WheelworksError `ipk/*`, `apk/*`, `tar/*`, `file/*`; `openwrt/bad-dependency` for a dependency that cannot be read.
 */
export async function readPackage(path: string): Promise<ReadPackage> {
  try {
    return await readPackageBytes(await readFile(path), path);
  } catch (error) {
    throw fileError(error, path);
  }
}

/**
 * As {@link readPackage}, of bytes; `path` names them.
 * @throws WheelworksError.
 */
export async function readPackageBytes(bytes: Uint8Array, path: string): Promise<ReadPackage> {
  const file = {
    path,
    size: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
  };
  const isApk = Buffer.from(bytes.subarray(0, 3)).toString('latin1') === 'ADB';
  if (isApk || (path.endsWith('.apk') && !isGzip(bytes)))
    return { ...file, ...fromApk(await readApk(bytes, path)) };
  return { ...file, ...fromIpk(await readIpk(bytes, path), path) };
}

function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

type FromFormat = Omit<ReadPackage, 'path' | 'size' | 'sha256'>;

function fromIpk(ipk: ReadIpk, path: string): FromFormat {
  const { control, tree, conffiles, scripts } = ipk;
  const field = (name: string): string => control.get(name) ?? '';
  const [title = '', ...description] = field('Description')
    .split('\n')
    .map((line) => line.trim());
  const abiSuffix = field('ABIVersion');
  return {
    manager: 'opkg',
    name: field('Package'),
    version: field('Version'),
    architecture: field('Architecture'),
    title,
    description: description.join('\n'),
    license: field('License'),
    section: field('Section'),
    maintainer: field('Maintainer'),
    url: field('URL'),
    source: field('Source'),
    depends: parseDepends(field('Depends'), path),
    provides: parseDepends(field('Provides'), path),
    conflicts: parseDepends(field('Conflicts'), path),
    ...(abiSuffix === '' ? {} : { abiSuffix }),
    conffiles,
    scripts,
    installedSize: Number(field('Installed-Size')) || 0,
    tree,
    format: { kind: 'ipk', ipk },
  };
}

/**
 * The dependencies of a field of opkg: `a, b (>= 1.0), c | d`.
 * @throws WheelworksError `openwrt/bad-dependency`.
 */
export function parseDepends(text: string, path: string): ReadDependency[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
    .map((item) => {
      const [first, ...alternatives] = item.split('|').map((each) => parseDependency(each, 'opkg'));
      if (first === undefined || alternatives.includes(undefined))
        throw new WheelworksError(
          'openwrt/bad-dependency',
          `${path} depends on ${JSON.stringify(item)}, which is no dependency.`,
          {
            path,
            evidence: item,
          },
        );
      return alternatives.length === 0
        ? first
        : { ...first, alternatives: alternatives.filter((each) => each !== undefined) };
    });
}

const ABI_TAG = 'openwrt:abiversion=';

function fromApk(apk: ReadApk): FromFormat {
  const { info, tree, scripts } = apk;
  const abiSuffix = info.tags.find((tag) => tag.startsWith(ABI_TAG))?.slice(ABI_TAG.length);
  return {
    manager: 'apk',
    name: info.name,
    version: info.version,
    architecture: info.arch === 'noarch' ? 'all' : (info.arch ?? ''),
    title: info.description ?? '',
    description: '',
    license: info.license ?? '',
    section: '',
    maintainer: info.maintainer ?? '',
    url: info.url ?? '',
    source: info.origin ?? '',
    depends: info.depends.filter(({ conflict }) => conflict !== true).map(fromApkDependency),
    provides: info.provides.map(fromApkDependency),
    conflicts: info.depends.filter(({ conflict }) => conflict === true).map(fromApkDependency),
    ...(abiSuffix === undefined ? {} : { abiSuffix }),
    conffiles: conffilesOf(tree, info.name),
    scripts,
    installedSize: info.installedSize ?? 0,
    tree,
    format: { kind: 'apk', apk },
  };
}

/** Fuzzy ranges, which OpenWrt does not use, are taken for what they begin with. */
export function fromApkDependency(dependency: ApkDependency): SpelledDependency {
  const { name } = dependency;
  return (
    parseDependency(formatApkDependency({ ...dependency, conflict: false }), 'apk') ?? { name }
  );
}

function conffilesOf(tree: FileTree, name: string): string[] {
  const entry = tree.get(`lib/apk/packages/${name}.conffiles`);
  if (entry?.kind !== 'file' || !('bytes' in entry.content)) return [];
  return Buffer.from(entry.content.bytes)
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '');
}
