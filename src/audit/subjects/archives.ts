/** Archives inside a wheel, and the native files in them that no auditor sees and no repair reaches. */
import { gunzip, readTar } from '../../archive/tar/index.ts';
import { openZip, type ZipArchive, type ZipEntry } from '../../archive/zip/index.ts';
import { DETECT_LENGTH, detectBinary } from '../../binary/detect.ts';
import { WheelworksError } from '../../support/errors.ts';
import { mapParallel } from '../../support/parallel.ts';
import { openBytes } from '../../support/random-access.ts';
import { listNatives } from '../../wheel/index.ts';

/** An archive inside the subject. */
export interface ArchiveFacts {
  readonly path: string;
  readonly size: number;
  /** Names of native files in it; undefined when it was not looked into. */
  readonly natives: readonly string[] | undefined;
}

const ZIP = /\.(?:zip|whl|jar|egg)$/i;
const TAR = /\.(?:tar|tar\.gz|tgz)$/i;
/** Compressed by something that Node cannot undo. */
const OPAQUE = /\.(?:tar\.(?:xz|bz2|zst|lzma)|txz|tbz2?|tzst|7z|rar|deb|rpm)$/i;

/** Looking into larger ones would cost more than the advice is worth. */
const LARGEST = 64 << 20;
const AT_ONCE = 2;

/** Looks into every archive among the members. One that is damaged counts as not looked into. */
export async function archivesIn(archive: ZipArchive): Promise<readonly ArchiveFacts[]> {
  const candidates = archive.entries.filter(
    ({ path, isDirectory, isSymlink }) =>
      !isDirectory && !isSymlink && (ZIP.test(path) || TAR.test(path) || OPAQUE.test(path)),
  );
  return mapParallel(candidates, AT_ONCE, async (entry) => ({
    path: entry.path,
    size: entry.size,
    natives: await nativesIn(archive, entry),
  }));
}

async function nativesIn(
  archive: ZipArchive,
  entry: ZipEntry,
): Promise<readonly string[] | undefined> {
  if (entry.size > LARGEST || OPAQUE.test(entry.path)) return undefined;
  try {
    if (TAR.test(entry.path)) return await nativesOfTar(archive.stream(entry), entry.path);
    return await nativesOfZip(await archive.read(entry), entry.path);
  } catch (error) {
    if (error instanceof WheelworksError) return undefined;
    throw error;
  }
}

async function nativesOfZip(bytes: Uint8Array, path: string): Promise<readonly string[]> {
  const inner = await openZip(openBytes(bytes, path), { lenient: true });
  try {
    return (await listNatives(inner)).map(({ entry }) => entry.path);
  } finally {
    await inner.close();
  }
}

async function nativesOfTar(
  source: AsyncIterable<Uint8Array>,
  path: string,
): Promise<readonly string[]> {
  const unpacked = path.toLowerCase().endsWith('.tar') ? source : gunzip(source, path);
  const natives: string[] = [];
  for await (const member of readTar(unpacked, { path, linkTargets: 'any' })) {
    if (member.type !== 'file') continue;
    const head = await firstBytes(member.content());
    if (detectBinary(head, member.size) !== undefined) natives.push(member.path);
  }
  return natives;
}

async function firstBytes(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const kept: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    kept.push(chunk);
    length += chunk.length;
    if (length >= DETECT_LENGTH) break;
  }
  return Buffer.concat(kept);
}
