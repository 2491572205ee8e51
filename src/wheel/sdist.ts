/**
 * A source distribution: members and metadata, read without unpacking.
 *
 * Specification: "Source distribution format" (PEP 517, PEP 625); `.zip` sdists of older releases are read too.
 */
import { basename } from 'node:path';
import { openSdistTar, sdistFormat } from '../archive/tar/index.ts';
import {
  openZipFile,
  verifyZipCompression,
  verifyZipFraming,
  type ZipArchive,
} from '../archive/zip/index.ts';
import {
  compareVersions,
  metadataView,
  normalizeName,
  parseMetadata,
  parseSdistFilename,
  tryParseVersion,
  type MetadataView,
  type SdistFilename,
} from '../packaging/index.ts';
import { WheelworksError, withPath } from '../support/errors.ts';
import type { Finding } from '../support/finding.ts';
import { breaks } from './findings.ts';

export interface SdistMember {
  readonly path: string;
  readonly size: number;
  readonly mode: number;
  readonly isSymlink: boolean;
}

export interface Sdist {
  readonly path: string;
  readonly filename: SdistFilename;
  readonly topDirectory: string;
  /** Files and links, without folders, in the order of the archive. */
  readonly members: readonly SdistMember[];
  /** PKG-INFO, as it stands. */
  readonly pkgInfo: Uint8Array;
  /** Where file name, top folder and PKG-INFO contradict each other, and what is odd about a zip archive. */
  readonly findings: readonly Finding[];
}

/** Room for any README, not for a file of millions of headers. */
const LARGEST_PKG_INFO = 4 << 20;

/**
 * Reads an sdist through once.
 * @throws WheelworksError `sdist/*`, `tar/*`, `zip/*`, `packaging/sdist-filename`, `packaging/sdist-filename-ambiguous`,
 *   `file/*`.
 */
export async function openSdist(path: string): Promise<Sdist> {
  const format = sdistFormat(path);
  const content = format === 'zip' ? await readZip(path) : await readTarGz(path);
  const view = metadataView(parseMetadata(content.pkgInfo));
  const filename = readFilename(path, view.name);
  const named = nameFindings(filename, content.topDirectory, view);
  return { path, filename, ...content, findings: [...named, ...content.findings] };
}

type Content = Pick<Sdist, 'topDirectory' | 'members' | 'pkgInfo' | 'findings'>;

async function readTarGz(path: string): Promise<Content> {
  const { topDirectory, members, pkgInfo } = await openSdistTar(path);
  return {
    topDirectory,
    members: members
      .filter(({ type }) => type !== 'directory')
      .map(({ path: name, size, mode, type }) => ({
        path: name,
        size,
        mode,
        isSymlink: type === 'symlink',
      })),
    pkgInfo,
    findings: [],
  };
}

async function readZip(path: string): Promise<Content> {
  const archive = await openZipFile(path);
  try {
    const topDirectory = soleTop(archive);
    const entry = archive.get(`${topDirectory}/PKG-INFO`);
    if (entry === undefined) {
      throw new WheelworksError('sdist/no-pkg-info', `${path} has no metadata.`, {
        path,
        evidence: `no file ${topDirectory}/PKG-INFO`,
        hint: 'Build the sdist with a PEP 517 build backend.',
      });
    }
    return {
      topDirectory,
      members: archive.entries
        .filter((member) => !member.isDirectory)
        .map(({ path: name, size, mode, isSymlink }) => ({ path: name, size, mode, isSymlink })),
      pkgInfo: await archive.read(entry, { maxSize: LARGEST_PKG_INFO }),
      findings: [...(await verifyZipFraming(archive)), ...verifyZipCompression(archive)],
    };
  } finally {
    await archive.close();
  }
}

function soleTop(archive: ZipArchive): string {
  const tops = new Set(archive.entries.map(({ path }) => path.split('/', 1)[0] ?? ''));
  const isFile = archive.entries.some(({ path }) => !path.includes('/'));
  const [top, second] = tops;
  if (top !== undefined && second === undefined && !isFile) return top;
  throw new WheelworksError(
    'sdist/one-top-directory',
    `Not everything in ${archive.path} is in one folder.`,
    {
      path: archive.path,
      evidence: [...tops].slice(0, 8).join(', ') || 'the archive is empty',
      hint: 'An sdist holds one folder, NAME-VERSION, and everything in it.',
    },
  );
}

/** Names from before PEP 625 can be cut into name and version only when the name is known. */
function readFilename(path: string, project: string | undefined): SdistFilename {
  const filename = basename(path);
  try {
    return parseSdistFilename(filename, project === undefined ? {} : { project });
  } catch (error) {
    if (project === undefined) throw withPath(error, path);
  }
  // PKG-INFO of another project: that is a finding, when the file name can be read without it.
  try {
    return parseSdistFilename(filename);
  } catch (error) {
    throw withPath(error, path);
  }
}

function nameFindings(
  filename: SdistFilename,
  topDirectory: string,
  { name, version }: MetadataView,
): readonly Finding[] {
  const findings: Finding[] = [];
  const path = `${topDirectory}/PKG-INFO`;
  if (name === undefined || normalizeName(name) !== filename.normalizedName) {
    findings.push(
      breaks('sdist/metadata-name', 'PKG-INFO and the file name give different names.', {
        path,
        evidence: `${name ?? 'no Name'} against ${filename.name}`,
      }),
    );
  }
  const parsed = version === undefined ? undefined : tryParseVersion(version);
  if (parsed === undefined || compareVersions(parsed, filename.version) !== 0) {
    findings.push(
      breaks('sdist/metadata-version', 'PKG-INFO and the file name give different versions.', {
        path,
        evidence: `${version ?? 'no Version'} against ${filename.versionText}`,
      }),
    );
  }
  if (topDirectory !== `${filename.name}-${filename.versionText}`) {
    findings.push({
      code: 'sdist/top-directory',
      severity: 'warning',
      effect: 'advice',
      message: 'The top folder is not named NAME-VERSION as the file is (PEP 625).',
      path: topDirectory,
      evidence: `file name says ${filename.name}-${filename.versionText}`,
    });
  }
  return findings;
}
