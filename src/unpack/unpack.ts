/**
 * A wheel or sdist as a folder of files.
 *
 * Everything is written into a temporary folder beside the target, which appears under its name only when every member
 * was written and matched RECORD.
 */
import { join } from 'node:path';
import { extractTar, openSdistStream } from '../archive/tar/index.ts';
import { openZipFile, verifyZipCompression, type ZipArchive } from '../archive/zip/index.ts';
import type { RecordHash } from '../packaging/index.ts';
import { replaceDirectoryAtomic } from '../support/atomic-file.ts';
import { WheelworksError } from '../support/errors.ts';
import { defaultJobs } from '../support/parallel.ts';
import {
  distributionKind,
  isRecordSignature,
  isStrongHash,
  openSdist,
  readRecord,
  withWheel,
  type Sdist,
  type Wheel,
} from '../wheel/index.ts';
import { extractZip, type ExtractZipOptions } from './extract-zip.ts';

export interface UnpackOptions {
  /** Folder in which `NAME-VERSION/` is made. */
  readonly directory: string;
  /** Refuse a wheel whose files differ from RECORD. Default true. */
  readonly verify?: boolean;
  /** Replace the folder when it exists already. Default false. */
  readonly replace?: boolean;
  readonly jobs?: number;
  readonly signal?: AbortSignal;
  /** Called with the bytes written so far. */
  readonly onProgress?: (bytes: number) => void;
}

/** What {@link unpackDistribution} made, or will make. */
export interface Unpacked {
  readonly path: string;
  /** The folder. */
  readonly output: string;
  readonly files: number;
  /** Bytes of all files. */
  readonly size: number;
}

/**
 * What unpacking would make, read from the directory of the archive alone (of a `.tar.gz`, from all of it).
 * @throws WheelworksError `wheel/*`, `zip/*`, `tar/*`, `sdist/*`, `packaging/*`, `file/*`.
 */
export async function planUnpack(path: string, directory: string): Promise<Unpacked> {
  if (distributionKind(path) === 'sdist') {
    const sdist = await openSdist(path);
    return { path, output: folderOf(directory, sdist), ...sumOf(sdist.members) };
  }
  return withWheel(path, async (wheel) => {
    const files = wheel.archive.entries.filter((entry) => !entry.isDirectory);
    return { path, output: folderOf(directory, wheel), ...sumOf(files) };
  });
}

/**
 * Unpacks a wheel or sdist.
 * @throws WheelworksError `file/exists`, `unpack/record-mismatch`, `unpack/not-in-record`, `unpack/name-collision`,
 *   `zip/bomb`, `wheel/*`, `zip/*`, `tar/*`, `sdist/*`, `packaging/*`, `file/*`; and what `signal` is aborted with.
 */
export async function unpackDistribution(path: string, options: UnpackOptions): Promise<Unpacked> {
  return distributionKind(path) === 'wheel'
    ? unpackWheel(path, options)
    : unpackSdist(path, options);
}

/** From the file name, never from the archive: what lies inside must not choose which folder is made or replaced. */
function folderOf(directory: string, { filename }: Pick<Wheel | Sdist, 'filename'>): string {
  return join(directory, `${filename.name}-${filename.versionText}`);
}

function sumOf(files: readonly { readonly size: number }[]): { files: number; size: number } {
  return { files: files.length, size: files.reduce((sum, { size }) => sum + size, 0) };
}

async function unpackWheel(path: string, options: UnpackOptions): Promise<Unpacked> {
  return withWheel(path, async (wheel) => {
    const output = folderOf(options.directory, wheel);
    if (options.verify ?? true) refuseBomb(wheel.archive);
    const hashes = (options.verify ?? true) ? await recordedHashes(wheel) : undefined;
    return replaceDirectoryAtomic(
      output,
      async (temporary) => {
        const unpacked = await extractZip(wheel.archive, temporary, {
          ...extractOptions(options),
          ...(hashes === undefined ? {} : { hashes }),
        });
        return { path, output, ...unpacked };
      },
      { replace: options.replace ?? false },
    );
  });
}

/** No index takes such a file, and nobody means to fill a disk with it. */
function refuseBomb(archive: ZipArchive): void {
  const bomb = verifyZipCompression(archive).find(({ code }) => code === 'zip/bomb');
  if (bomb === undefined) return;
  throw new WheelworksError('zip/bomb', bomb.message, {
    path: archive.path,
    ...(bomb.evidence === undefined ? {} : { evidence: bomb.evidence }),
    hint: 'To unpack it all the same: --no-verify.',
  });
}

/** The hash of every file but RECORD itself and its signatures. */
async function recordedHashes(wheel: Wheel): Promise<ReadonlyMap<string, RecordHash>> {
  const hashes = new Map<string, RecordHash>();
  for (const { path, hash } of (await readRecord(wheel)).entries) {
    if (hash !== undefined && isStrongHash(hash.algorithm)) hashes.set(path, hash);
  }
  const { distInfo, archive } = wheel;
  for (const { path, isDirectory } of archive.entries) {
    const unhashed = path === `${distInfo}/RECORD` || isRecordSignature(path, distInfo);
    if (isDirectory || unhashed || hashes.has(path)) continue;
    throw new WheelworksError(
      'unpack/not-in-record',
      `RECORD has no hash of ${path} that proves its content.`,
      {
        path: `${wheel.path}!${path}`,
        hint: 'The file was added after the wheel was made, or by a careless tool. To unpack it all the same: --no-verify.',
      },
    );
  }
  return hashes;
}

async function unpackSdist(path: string, options: UnpackOptions): Promise<Unpacked> {
  const sdist = await openSdist(path);
  const output = folderOf(options.directory, sdist);
  return replaceDirectoryAtomic(
    output,
    async (temporary) => {
      const unpacked =
        sdist.filename.extension === '.zip'
          ? await unpackZipSdist(path, temporary, options)
          : await unpackTarSdist(path, temporary, options);
      return { path, output, ...unpacked };
    },
    { replace: options.replace ?? false },
  );
}

async function unpackTarSdist(
  path: string,
  directory: string,
  { signal, onProgress }: UnpackOptions,
): Promise<{ files: number; size: number }> {
  let done = 0;
  const extracted = await extractTar(openSdistStream(path), directory, {
    path,
    stripTopDirectory: true,
    onMember: (member) => {
      signal?.throwIfAborted();
      onProgress?.(done);
      done += member.size;
    },
  });
  signal?.throwIfAborted();
  return extracted;
}

async function unpackZipSdist(
  path: string,
  directory: string,
  options: UnpackOptions,
): Promise<{ files: number; size: number }> {
  const archive = await openZipFile(path);
  try {
    return await extractZip(archive, directory, {
      ...extractOptions(options),
      stripTopDirectory: true,
    });
  } finally {
    await archive.close();
  }
}

function extractOptions({ jobs, signal, onProgress }: UnpackOptions): ExtractZipOptions {
  return {
    jobs: jobs ?? defaultJobs(),
    ...(signal === undefined ? {} : { signal }),
    ...(onProgress === undefined ? {} : { onProgress }),
  };
}
