/** What a wheel or sdist is: names, tags, metadata, members, native files and what they link. */
import {
  verifyZipCompression,
  verifyZipFraming,
  type ZipArchive,
  type ZipEntry,
} from '../archive/zip/index.ts';
import { loadFault, type ElfFile } from '../binary/elf/index.ts';
import { formatTag, metadataView, parseMetadata, type MetadataView } from '../packaging/index.ts';
import type { ErrorReport } from '../support/errors.ts';
import type { Finding } from '../support/finding.ts';
import { hashFile } from '../support/hash.ts';
import {
  asFinding,
  distributionKind,
  openSdist,
  readMetadata,
  mapNatives,
  verifyNames,
  verifyRecord,
  withWheel,
  type DistributionKind,
  type NativeFile,
  type Wheel,
} from '../wheel/index.ts';
import type { InspectedPackage } from './package.ts';
import {
  readPart,
  readSplit,
  type FileIdentity,
  type PartDescription,
} from '../wheel/split/index.ts';

/** A member of a distribution. Compression is a property of members in wheels, and of the whole file in sdists. */
export interface InspectedEntry {
  readonly path: string;
  readonly size: number;
  readonly compressedSize: number | null;
  readonly method: 'stored' | 'deflated' | `method ${number}` | null;
  /** Hexadecimal, eight digits. */
  readonly crc32: string | null;
  /** Octal permission bits, such as `0644`. */
  readonly mode: string;
}

export interface InspectedNative {
  readonly path: string;
  readonly format: NativeFile['format'];
  readonly arch: string | null;
  readonly needed: readonly string[];
  readonly soname: string | null;
  readonly size: number;
  /** Why it could not be read, or not all that is told of it. */
  readonly problem?: ErrorReport;
}

/** The document of `inspect --json`, for one file. */
export interface Inspection {
  readonly path: string;
  readonly kind: DistributionKind | 'ipk' | 'apk';
  readonly sha256: string;
  readonly size: number;
  readonly name: string;
  readonly version: string;
  readonly build: string | null;
  readonly tags: readonly string[];
  readonly requiresPython: string | null;
  readonly requiresDist: readonly string[];
  readonly summary: string | null;
  readonly license: string | null;
  readonly metadataVersion: string | null;
  readonly entries: readonly InspectedEntry[];
  /** Null when they were not looked at. */
  readonly natives: readonly InspectedNative[] | null;
  /** What the wheel is in a set that a wheel was split into; absent for all others. */
  readonly split?: InspectedSplit;
  /** What only packages of OpenWrt say; absent for wheels and sdists. */
  readonly package?: InspectedPackage;
  /** In what the file disagrees with itself, as far as its directory and small files tell. */
  readonly findings: readonly Finding[];
}

/** A wheel of a split set. */
export type InspectedSplit =
  | {
      readonly role: 'main';
      /** The wheel that was split. */
      readonly original: FileIdentity;
      /** File names of the parts. */
      readonly parts: readonly string[];
      /** Paths of files that travel in chunks. */
      readonly chunked: readonly string[];
    }
  | {
      readonly role: 'part';
      /** From 1. */
      readonly part: number;
      readonly of: PartDescription['of'];
    };

export interface InspectOptions {
  /** Inflate the native files to see what they link. Default true. */
  readonly natives?: boolean;
  /** Inflate every member and compare its hash with RECORD. Default false. */
  readonly verify?: boolean;
  readonly jobs?: number;
}

/**
 * Describes one distribution, or a package of OpenWrt. What is wrong inside a wheel that can be opened is among the
 * findings.
 * @throws WheelworksError `distribution/unknown-kind`, `wheel/no-dist-info`, `wheel/several-dist-info`, `zip/*`, `tar/*`,
 *   `sdist/*`, `packaging/*`, `file/*`, `ipk/*`, `apk/*`.
 */
export async function inspectDistribution(
  path: string,
  options: InspectOptions = {},
): Promise<Inspection> {
  if (/\.[ia]pk$/i.test(path)) return (await import('./package.ts')).inspectPackage(path, options);
  return distributionKind(path, ', a package of OpenWrt in .ipk or .apk') === 'wheel'
    ? inspectWheel(path, options)
    : inspectSdist(path);
}

async function inspectWheel(path: string, options: InspectOptions): Promise<Inspection> {
  return withWheel(
    path,
    async (wheel) => {
      const { filename, archive } = wheel;
      const { sha256, size } = await hashFile(path);
      const metadata = await attempt(() => readMetadata(wheel));
      const view = metadata.result === undefined ? undefined : metadataView(metadata.result);
      const natives =
        (options.natives ?? true)
          ? await attempt(() => mapNatives(wheel, describeNative, { jobs: options.jobs }))
          : undefined;
      const split = await attempt(() => splitOf(wheel));
      return {
        path,
        kind: 'wheel',
        sha256,
        size,
        name: view?.name ?? filename.name,
        version: view?.version ?? filename.versionText,
        build: filename.build?.text ?? null,
        tags: filename.tags.tags.map(formatTag),
        ...metadataFields(view),
        entries: archive.entries.map(describeEntry),
        natives: natives?.result ?? null,
        ...(split.result === undefined ? {} : { split: split.result }),
        // A METADATA that cannot be read is a finding of the names already.
        findings: [
          ...archive.problems,
          ...(natives?.findings ?? []),
          ...split.findings,
          ...((options.verify ?? false) ? await archiveFindings(archive) : []),
          ...(await verifyNames(wheel)),
          ...(await verifyRecord(wheel, options.verify ?? false, options.jobs ?? 1)),
        ],
      };
    },
    { lenient: true },
  );
}

/** What PyPI's rules for archives find, and lenient opening did not. */
async function archiveFindings(archive: ZipArchive): Promise<readonly Finding[]> {
  const known = new Set(archive.problems.map(({ code, path }) => `${code} ${path ?? ''}`));
  const findings = [...verifyZipCompression(archive), ...(await verifyZipFraming(archive))];
  return findings.filter(({ code, path }) => !known.has(`${code} ${path ?? ''}`));
}

/** A damaged part is a finding, and does not hide the others. */
async function attempt<Result>(
  read: () => Promise<Result>,
): Promise<{ readonly result?: Result; readonly findings: readonly Finding[] }> {
  try {
    return { result: await read(), findings: [] };
  } catch (error) {
    return { findings: [asFinding(error)] };
  }
}

async function splitOf(wheel: Wheel): Promise<InspectedSplit | undefined> {
  const split = await readSplit(wheel);
  if (split !== undefined) {
    const { original, parts, chunked } = split;
    return {
      role: 'main',
      original,
      parts: parts.map(({ filename }) => filename),
      chunked: chunked.map(({ path }) => path),
    };
  }
  const described = await readPart(wheel);
  return described === undefined
    ? undefined
    : { role: 'part', part: described.part, of: described.of };
}

async function inspectSdist(path: string): Promise<Inspection> {
  const sdist = await openSdist(path);
  const { sha256, size } = await hashFile(path);
  const view = metadataView(parseMetadata(sdist.pkgInfo));
  return {
    path,
    kind: 'sdist',
    sha256,
    size,
    name: view.name ?? sdist.filename.name,
    version: view.version ?? sdist.filename.versionText,
    build: null,
    tags: [],
    ...metadataFields(view),
    entries: sdist.members.map((member) => ({
      path: member.path,
      size: member.size,
      compressedSize: null,
      method: null,
      crc32: null,
      mode: octal(member.mode),
    })),
    natives: null,
    findings: sdist.findings,
  };
}

function describeEntry(entry: ZipEntry): InspectedEntry {
  return {
    path: entry.path,
    size: entry.size,
    compressedSize: entry.compressedSize,
    method: methodName(entry.method),
    crc32: entry.crc32.toString(16).padStart(8, '0'),
    mode: octal(entry.mode),
  };
}

function metadataFields(
  view: MetadataView | undefined,
): Pick<Inspection, 'requiresPython' | 'requiresDist' | 'summary' | 'license' | 'metadataVersion'> {
  return {
    requiresPython: view?.requiresPython ?? null,
    requiresDist: view?.requiresDist ?? [],
    summary: view?.summary ?? null,
    license: view?.licenseExpression ?? view?.license ?? null,
    metadataVersion: view?.metadataVersion ?? null,
  };
}

/** What is told of a native file. */
export function describeNative({ path, format, elf, size, problem }: NativeFile): InspectedNative {
  const known = problem ?? (elf === undefined ? undefined : faultReport(elf));
  return {
    path,
    format,
    arch: elf?.machine.name ?? null,
    needed: elf?.needed ?? [],
    soname: elf?.soname ?? null,
    size,
    ...(known === undefined ? {} : { problem: known }),
  };
}

/** Damage that left the file readable, but not all that should be told of it. */
function faultReport(elf: Pick<ElfFile, 'faults'>): ErrorReport | undefined {
  const fault = loadFault(elf);
  if (fault === undefined) return undefined;
  const { code, message, evidence } = fault;
  return { code, message, ...(evidence === undefined ? {} : { evidence }) };
}

function methodName(method: number): InspectedEntry['method'] {
  if (method === 0) return 'stored';
  return method === 8 ? 'deflated' : `method ${method}`;
}

/** Permission bits as text: `0644`. */
export function octal(mode: number): string {
  return `0${(mode & 0o7777).toString(8).padStart(3, '0')}`;
}
