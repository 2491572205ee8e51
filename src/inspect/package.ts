/** What a package of OpenWrt is: .ipk and .apk in one shape, and in that of wheels where they say the same. */
import { DETECT_LENGTH, detectBinary } from '../binary/detect.ts';
import { readElf } from '../binary/elf/index.ts';
import type { TreeEntry } from '../archive/tree/index.ts';
import {
  formatDependency,
  readPackage,
  type ReadDependency,
  type ReadPackage,
} from '../openwrt/index.ts';
import { WheelworksError } from '../support/errors.ts';
import type { NativeFile } from '../wheel/index.ts';
import {
  describeNative,
  octal,
  type InspectedEntry,
  type InspectedNative,
  type Inspection,
} from './inspect.ts';

/** What only packages of OpenWrt say. Absent texts are empty. */
export interface InspectedPackage {
  readonly manager: 'opkg' | 'apk';
  /** `all` for what apk calls noarch. */
  readonly architecture: string;
  readonly description: string;
  readonly section: string;
  readonly maintainer: string;
  readonly url: string;
  readonly source: string;
  /** As the manager writes them. */
  readonly provides: readonly string[];
  readonly conflicts: readonly string[];
  /** What the name ends with for the sake of the ABI, or null. */
  readonly abiSuffix: string | null;
  readonly conffiles: readonly string[];
  /** Texts by the names of the format. */
  readonly scripts: Readonly<Record<string, string>>;
  /** Bytes, as the package says it. */
  readonly installedSize: number;
  /** How many signatures the file carries; an .ipk has none. */
  readonly signatures: number;
}

/**
 * Describes a package; every digest in it has been verified then.
 * @throws WheelworksError `ipk/*`, `apk/*`, `tar/*`, `file/*`, `openwrt/bad-dependency`.
 */
export async function inspectPackage(
  path: string,
  options: { readonly natives?: boolean },
): Promise<Inspection> {
  const read = await readPackage(path);
  const { manager, tree } = read;
  return {
    path,
    kind: read.format.kind,
    sha256: read.sha256,
    size: read.size,
    name: read.name,
    version: read.version,
    build: null,
    tags: [read.architecture],
    requiresPython: null,
    requiresDist: read.depends.map((each) => withAlternatives(each, manager)),
    summary: read.title,
    license: read.license === '' ? null : read.license,
    metadataVersion: null,
    entries: tree.entries().flatMap(describeEntry),
    natives: options.natives === false ? null : tree.files().flatMap(describeFile),
    package: packageFields(read),
    findings: [],
  };
}

function packageFields(read: ReadPackage): InspectedPackage {
  const { manager, architecture, description, section, maintainer, url, source } = read;
  const spelled = (all: ReadPackage['provides']): string[] =>
    all.map((each) => formatDependency(each, manager));
  return {
    manager,
    architecture,
    description,
    section,
    maintainer,
    url,
    source,
    provides: spelled(read.provides),
    conflicts: spelled(read.conflicts),
    abiSuffix: read.abiSuffix ?? null,
    conffiles: read.conffiles,
    scripts: read.scripts,
    installedSize: read.installedSize,
    signatures: read.format.kind === 'apk' ? read.format.apk.signatures.length : 0,
  };
}

function withAlternatives(dependency: ReadDependency, manager: ReadPackage['manager']): string {
  return [dependency, ...(dependency.alternatives ?? [])]
    .map((each) => formatDependency(each, manager))
    .join(' | ');
}

function describeEntry([path, entry]: [string, TreeEntry]): InspectedEntry[] {
  if (entry.kind === 'directory') return [];
  const isFile = entry.kind === 'file';
  return [
    {
      path,
      size: isFile ? entry.size : 0,
      compressedSize: null,
      method: null,
      crc32: null,
      mode: octal(isFile ? entry.mode : LINK_MODE),
    },
  ];
}

const LINK_MODE = 0o777;

function describeFile([path, { content, size }]: [
  string,
  Extract<TreeEntry, { kind: 'file' }>,
]): InspectedNative[] {
  if (!('bytes' in content)) return [];
  const { bytes } = content;
  const format = detectBinary(bytes.subarray(0, DETECT_LENGTH), size);
  if (format === undefined) return [];
  const native: NativeFile = { path, format, size };
  if (format !== 'elf') return [describeNative(native)];
  try {
    return [describeNative({ ...native, elf: readElf(bytes, { path }) })];
  } catch (error) {
    if (!(error instanceof WheelworksError)) throw error;
    return [describeNative({ ...native, problem: error.toJSON() })];
  }
}
