/** The index of a repository: `packages.adb`, which apk trusts by its signature. */
import { compressed, readContainer, writeContainer, type ApkCompression } from './container.ts';
import {
  FILE_SIZE_SLOT,
  HASHES_SLOT,
  badField,
  infoReader,
  textReader,
  type ApkInfo,
} from './info.ts';
import { readAdb } from './read-value.ts';
import { isAdbObject } from './value.ts';
import { AdbWriter, NULL_WORD, type AdbWord } from './write-value.ts';
import { apkProblem } from './problem.ts';
import { PACKAGE_SLOT } from './package.ts';
import { readApkDatabase } from './read-package.ts';

/** A package as an index lists it. */
export interface ApkIndexEntry {
  readonly info: ApkInfo;
  /** Hexadecimal SHA-256 of the database of the package. */
  readonly digest: string;
}

export interface ApkIndex {
  readonly description?: string;
  /** How files are named after their packages, below the folder of the index: `${name}-${version}.apk`. */
  readonly nameSpec?: string;
  readonly packages: readonly ApkIndexEntry[];
  readonly compression: ApkCompression;
  readonly payload: Uint8Array;
  readonly signatures: readonly Uint8Array[];
}

const INDEX_SLOT = { description: 0, packages: 1, nameSpec: 2 } as const;

/** The package of an index to be. */
export interface IndexedApk {
  /** What it says of itself: a database that holds no more, from {@link readApkInfo}. */
  readonly info: Uint8Array;
  /** Hexadecimal SHA-256 of its own database. */
  readonly digest: string;
  /** Bytes of its file. */
  readonly fileSize: number;
}

export interface WriteApkIndexOptions {
  readonly description?: string;
  /** Default `deflate`. */
  readonly compression?: ApkCompression;
  /** Makes the content of a signature block over the database. */
  readonly sign?: (payload: Uint8Array) => Uint8Array;
  /** Compares versions, by which packages of one name are sorted. */
  readonly compareVersions: (one: string, other: string) => number;
}

/**
 * Writes an index with the bytes of `apk mkndx`.
 * @throws WheelworksError `apk/bad-value`, `apk/bad-schema` for information that is none.
 */
export async function writeApkIndex(
  packages: readonly IndexedApk[],
  options: WriteApkIndexOptions,
): Promise<Uint8Array> {
  const writer = new AdbWriter();
  const written = packages.map((each) => writeEntry(writer, each));
  const description = writer.blob(options.description ?? '');
  written.sort(
    (one, other) =>
      Buffer.compare(Buffer.from(one.name), Buffer.from(other.name)) ||
      options.compareVersions(one.version, other.version) ||
      (one.digest < other.digest ? -1 : 1),
  );
  const list = writer.object(written.map(({ word }) => word));
  const payload = writer.finish(writer.object([description, list]));
  const signatures = options.sign === undefined ? [] : [options.sign(payload)];
  const plain = writeContainer('index', { payload, signatures, data: [] });
  return compressed(plain, options.compression ?? 'deflate');
}

/** The info of the package copied value by value, with the digest and size of its file in the place of its own. */
function writeEntry(
  writer: AdbWriter,
  { info, digest, fileSize }: IndexedApk,
): { word: AdbWord; name: string; version: string; digest: string } {
  const object = readAdb(info, '<package>');
  if (!isAdbObject(object)) throw badField('info', '<package>');
  const { name, version } = infoReader('<package>')(object).info;
  const slots = object.slots.map((slot) => writer.copy(slot));
  while (slots.length <= FILE_SIZE_SLOT) slots.push(NULL_WORD);
  slots[FILE_SIZE_SLOT] = writer.int(fileSize);
  slots[HASHES_SLOT] = writer.blob(Buffer.from(digest, 'hex'));
  return { word: writer.object(slots), name, version, digest };
}

/** What a package says of itself, for an index. */
export interface ApkInfoFile {
  readonly info: ApkInfo;
  /** A database of that alone, in few bytes: what an index is made from. */
  readonly bytes: Uint8Array;
  /** Hexadecimal SHA-256 of the database of the package. */
  readonly digest: string;
}

/**
 * Reads what a package says of itself, and verifies its files on the way.
 * @throws WheelworksError `apk/*`.
 */
export async function readApkInfo(bytes: Uint8Array, path: string): Promise<ApkInfoFile> {
  const { apk, root } = await readApkDatabase(bytes, path);
  const writer = new AdbWriter();
  return {
    info: apk.info,
    bytes: writer.finish(writer.copy(root.slots[PACKAGE_SLOT.info] ?? null)),
    digest: apk.digest,
  };
}

/**
 * Reads an index; its signatures are for the caller to verify.
 * @param path names it in errors
 * @throws WheelworksError `apk/*`.
 */
export async function readApkIndex(bytes: Uint8Array, path: string): Promise<ApkIndex> {
  const { compression, payload, signatures } = await readIndexContainer(bytes, path);
  const root = readAdb(payload, path);
  if (!isAdbObject(root)) throw badField('index', path);
  const text = textReader(path);
  const description = text(root.slots[INDEX_SLOT.description] ?? null);
  const nameSpec = text(root.slots[INDEX_SLOT.nameSpec] ?? null);
  const list = root.slots[INDEX_SLOT.packages] ?? null;
  if (list !== null && !isAdbObject(list)) throw badField('packages', path);
  const read = infoReader(path);
  const packages = (list?.slots ?? []).map((value): ApkIndexEntry => {
    const { info, hashes } = read(value);
    if (hashes === undefined) throw badField('hashes', path, info.name);
    return { info, digest: Buffer.from(hashes).toString('hex') };
  });
  return {
    ...(description === undefined ? {} : { description }),
    ...(nameSpec === undefined ? {} : { nameSpec }),
    packages,
    compression,
    payload,
    signatures,
  };
}

async function readIndexContainer(bytes: Uint8Array, path: string) {
  const container = await readContainer(bytes, 'index', path);
  if (container.data.length > 0)
    throw apkProblem('apk/bad-block', `${path} is an index and has data of files.`, { path });
  return container;
}
