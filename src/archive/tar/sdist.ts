/**
 * Source distributions (PyPA "Source distribution format"): a gzip-compressed tar archive `NAME-VERSION.tar.gz` with
 * one top folder, in which PKG-INFO holds the metadata.
 */
import { WheelworksError } from '../../support/errors.ts';
import type { TarHeader } from './facts.ts';
import { fileChunks } from './file-chunks.ts';
import { gunzip, type GunzipLimits } from './gunzip.ts';
import { tarProblem } from './problem.ts';
import { readTar, type ReadTarOptions, type TarMember } from './reader.ts';

/** The archive formats that indexes take for an sdist (PEP 527 and PEP 625). */
export type SdistFormat = 'tar.gz' | 'zip';

/** What sdists used to come as; no index takes them any more. */
const RETIRED = [
  '.tar.bz2',
  '.tbz',
  '.tbz2',
  '.tar.xz',
  '.txz',
  '.tar.lzma',
  '.tar.Z',
  '.tar',
  '.tgz',
];

/**
 * Which archive a file is by its name.
 * @throws WheelworksError `sdist/unsupported-format` for compressions that no index takes, and for all other names.
 */
export function sdistFormat(path: string): SdistFormat {
  if (path.endsWith('.tar.gz')) return 'tar.gz';
  if (path.endsWith('.zip')) return 'zip';
  const retired = RETIRED.find((ending) => path.endsWith(ending));
  throw new WheelworksError(
    'sdist/unsupported-format',
    retired === undefined
      ? `${path} is not the name of a source distribution.`
      : `${path} is a ${retired} file, which package indexes no longer take.`,
    { path, hint: 'Build it again as a .tar.gz file.' },
  );
}

/** Limits for a whole sdist. */
export interface SdistOptions extends GunzipLimits, Omit<ReadTarOptions, 'path'> {}

/**
 * The uncompressed tar archive of a `.tar.gz` file, chunk by chunk.
 * @throws WheelworksError `file/*`, `sdist/unsupported-format`, and those of `gunzip`.
 */
export async function* openSdistStream(
  path: string,
  limits: GunzipLimits = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  if (sdistFormat(path) !== 'tar.gz')
    throw new WheelworksError('sdist/unsupported-format', `${path} is not a tar archive.`, {
      path,
    });
  yield* gunzip(fileChunks(path), path, limits);
}

/** A source distribution that was read to its end once and is sound. */
export interface SdistTar {
  readonly path: string;
  /** The name of the folder that everything is in. */
  readonly topDirectory: string;
  /** All members in their order. */
  readonly members: readonly TarHeader[];
  /** The metadata, as it stands. */
  readonly pkgInfo: Uint8Array;
  /** Goes through the archive again, with the contents. */
  read(): AsyncIterable<TarMember>;
  /**
   * One file, by its path below the top folder; undefined when there is none. Reads the archive up to it.
   * @throws WheelworksError `tar/member-too-large`.
   */
  readFile(path: string, maxSize: number): Promise<Uint8Array | undefined>;
}

/** Larger than any metadata: those with the longest descriptions have some hundred kilobytes. */
const LARGEST_PKG_INFO = 16 << 20;

/**
 * Reads a `.tar.gz` sdist through and verifies that it is one: sound, everything in one folder, with PKG-INFO.
 * @throws WheelworksError `sdist/one-top-directory`, `sdist/no-pkg-info`, `sdist/unsupported-format`, `tar/*`,
 *   `file/*`.
 */
export async function openSdistTar(path: string, options: SdistOptions = {}): Promise<SdistTar> {
  const read = (): AsyncIterable<TarMember> =>
    readTar(openSdistStream(path, options), { ...options, path });
  const members: TarHeader[] = [];
  let pkgInfo: Uint8Array | undefined;
  let topDirectory: string | undefined;
  for await (const member of read()) {
    const { content: _content, bytes: _bytes, ...header } = member;
    members.push(header);
    topDirectory = checkTop(header, topDirectory, path);
    if (header.path === `${topDirectory}/PKG-INFO` && header.type === 'file')
      pkgInfo = await member.bytes(LARGEST_PKG_INFO);
  }
  if (topDirectory === undefined)
    throw tarProblem('sdist/one-top-directory', `${path} is empty.`, { archive: path });
  if (pkgInfo === undefined)
    throw tarProblem('sdist/no-pkg-info', `${path} has no metadata.`, {
      archive: path,
      evidence: `no file ${topDirectory}/PKG-INFO`,
      hint: 'Build the sdist with a PEP 517 build backend.',
    });
  const top = topDirectory;
  return {
    path,
    topDirectory: top,
    members,
    pkgInfo,
    read,
    async readFile(wanted, maxSize) {
      for await (const member of read()) {
        if (member.path === `${top}/${wanted}` && member.type === 'file')
          return member.bytes(maxSize);
      }
      return undefined;
    },
  };
}

function checkTop(header: TarHeader, top: string | undefined, archive: string): string {
  const slash = header.path.indexOf('/');
  const first = slash === -1 ? header.path : header.path.slice(0, slash);
  if ((top ?? first) === first && (slash !== -1 || header.type === 'directory')) return first;
  throw tarProblem('sdist/one-top-directory', `Not everything in ${archive} is in one folder.`, {
    archive,
    evidence: top === undefined || top === first ? header.path : `${top}, ${first}`,
    hint: 'An sdist holds one folder, NAME-VERSION, and everything in it.',
  });
}
