/** The index of a repository: `packages.adb`, which apk trusts by its signature. */
import { createHash } from 'node:crypto';
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
import { isAdbObject, type AdbObject, type AdbValue } from './value.ts';
import { AdbWriter, type AdbWord } from './write-value.ts';
import { apkProblem } from './problem.ts';
import { PACKAGE_SLOT } from './package.ts';

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

/** The package of an index to be: its database and the size of its file. */
export interface IndexedApk {
  readonly payload: Uint8Array;
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
 * Writes an index with the bytes of `apk mkndx`, whichever order the packages are given in.
 * @throws WheelworksError `apk/bad-value`, `apk/bad-schema` for a database that is none.
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
      Buffer.compare(one.digest, other.digest),
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
  { payload, fileSize }: IndexedApk,
): { word: AdbWord; name: string; version: string; digest: Buffer } {
  const info = infoOf(readAdb(payload, '<package>'));
  const { name, version } = infoReader('<package>')(info).info;
  const digest = createHash('sha256').update(payload).digest();
  const slots = info.slots.map((slot) => writer.copy(slot));
  while (slots.length <= FILE_SIZE_SLOT) slots.push(0);
  slots[FILE_SIZE_SLOT] = writer.int(fileSize);
  slots[HASHES_SLOT] = writer.blob(digest);
  return { word: writer.object(slots), name, version, digest };
}

function infoOf(root: AdbValue): AdbObject {
  const info = isAdbObject(root) ? root.slots[PACKAGE_SLOT.info] : undefined;
  if (info === undefined || !isAdbObject(info)) throw badField('info', '<package>');
  return info;
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
