/** What making the indexes of a feed would write: all of it in memory, so that writing is the last and shortest step. */
import { join } from 'node:path';
import { readApkIndex, writeApkIndex } from '../../archive/apk/index.ts';
import { parseStanzas } from '../../archive/ipk/index.ts';
import { WheelworksError } from '../../support/errors.ts';
import { apkSigner, type ApkSigningKey, type UsignSecretKey } from '../signing/index.ts';
import type { PackageManager } from '../targets/index.ts';
import { comparePackageVersions } from '../versions/index.ts';
import { indexedApk, type FeedEntry } from './entry.ts';
import { existingFile } from './existing.ts';
import { feedFolders, type FeedFolder } from './folders.ts';
import { folderArchitecture, indexJson, type IndexFile } from './index-file.ts';
import { folderEntries, type KnownOptions } from './known.ts';
import { checkControl, opkgIndex } from './opkg-index.ts';

export interface FeedOptions extends KnownOptions {
  /** Signs lists of opkg. */
  readonly usignKey?: UsignSecretKey;
  /** Signs indexes of apk. */
  readonly apkKey?: ApkSigningKey;
  /** Lets a signed index become one without a signature. Default false: the key is missing then. */
  readonly unsigned?: boolean;
}

/** A package of an index, by what tells it from others. */
export interface IndexedPackage {
  readonly name: string;
  readonly version: string;
}

/** A file of an index and what would become of it. */
export interface PlannedFile extends IndexFile {
  readonly state: 'new' | 'changed' | 'same';
}

export interface PlannedFolder {
  /** Relative to the top; empty for the top itself. */
  readonly path: string;
  readonly directory: string;
  readonly manager: PackageManager;
  readonly architecture: string;
  readonly packages: number;
  /** Files that had to be read; the others were known. */
  readonly read: number;
  readonly added: readonly IndexedPackage[];
  readonly removed: readonly IndexedPackage[];
  readonly signed: boolean;
  readonly files: readonly PlannedFile[];
  /** Names of files of the old index that the new one does not have. */
  readonly dropped: readonly string[];
}

export interface FeedPlan {
  readonly top: string;
  readonly folders: readonly PlannedFolder[];
}

/**
 * Reads all packages below a folder and makes the indexes of every folder that holds some.
 * @throws WheelworksError `feed/no-packages`, `feed/mixed-folder`, `feed/duplicate`, `feed/wrong-filename`,
 *   `feed/bad-control`, `feed/key-needed`, `feed/nothing-to-sign`, and those of files that are no packages.
 */
export async function planFeed(top: string, options: FeedOptions): Promise<FeedPlan> {
  const found = await feedFolders(top);
  checkKeys(found, top, options);
  const folders: PlannedFolder[] = [];
  for (const folder of found) folders.push(await planFolder(folder, options));
  return { top, folders };
}

/** A key for the other manager would leave everything without a signature, and nobody would see it. */
function checkKeys(
  folders: readonly FeedFolder[],
  top: string,
  { usignKey, apkKey }: FeedOptions,
): void {
  for (const [key, manager] of [
    [usignKey, 'opkg'],
    [apkKey, 'apk'],
  ] as const)
    if (key !== undefined && folders.every((folder) => folder.manager !== manager))
      throw new WheelworksError(
        'feed/nothing-to-sign',
        `There is nothing to sign with the key for ${manager}: no folder of ${top} holds its packages.`,
        {
          path: top,
          hint: `Lists of opkg (.ipk) are signed with a key of usign, those of apk (.apk) with one in PEM. Leave out the key for ${manager}, or give the right one.`,
        },
      );
}

async function planFolder(folder: FeedFolder, options: FeedOptions): Promise<PlannedFolder> {
  const { entries, read } = await folderEntries(folder, options);
  const sorted = [...entries].sort(compareEntries(folder.manager));
  checkEntries(sorted, folder);
  const architecture = folderArchitecture(sorted);
  const { main, isSigned } = await mainFiles(sorted, folder, options);
  const files = [...main, indexJson(sorted, architecture)];
  const before = await packagesBefore(folder);
  const now = new Map(sorted.map((entry) => [keyOf(entry), entry]));
  return {
    path: folder.path,
    directory: folder.directory,
    manager: folder.manager,
    architecture,
    packages: sorted.length,
    read,
    added: sorted.filter((entry) => !before.has(keyOf(entry))).map(packageOf),
    removed: [...before].filter(([key]) => !now.has(key)).map(([, each]) => each),
    signed: isSigned,
    files: await Promise.all(files.map((file) => planFile(file, folder.directory))),
    dropped: folder.manager === 'opkg' && !isSigned && (await wasSigned(folder)) ? [SIGNATURE] : [],
  };
}

async function mainFiles(
  entries: readonly FeedEntry[],
  folder: FeedFolder,
  options: FeedOptions,
): Promise<{ readonly main: readonly IndexFile[]; readonly isSigned: boolean }> {
  const { manager, directory } = folder;
  const isSigned = (manager === 'opkg' ? options.usignKey : options.apkKey) !== undefined;
  if (!isSigned && options.unsigned !== true && (await wasSigned(folder)))
    throw new WheelworksError(
      'feed/key-needed',
      `The index in ${directory} is signed, and would not be any more.`,
      {
        path: directory,
        hint: 'Give its key with --key, or --unsigned to leave it without a signature.',
      },
    );
  if (manager === 'opkg') return { main: await opkgIndex(entries, options.usignKey), isSigned };
  const bytes = await writeApkIndex(
    entries.map(indexedApk).filter((each) => each !== undefined),
    {
      compareVersions: (one, other) => comparePackageVersions('apk', one, other),
      ...(options.apkKey === undefined ? {} : { sign: apkSigner('index', options.apkKey) }),
    },
  );
  return { main: [{ name: 'packages.adb', bytes }], isSigned };
}

/** By name and version; two architectures of one package stand next to each other. */
function compareEntries(manager: PackageManager): (one: FeedEntry, other: FeedEntry) => number {
  return (one, other) =>
    Buffer.compare(Buffer.from(one.name), Buffer.from(other.name)) ||
    comparePackageVersions(manager, one.version, other.version) ||
    (one.architecture < other.architecture ? -1 : one.architecture > other.architecture ? 1 : 0) ||
    (one.filename < other.filename ? -1 : 1);
}

function checkEntries(sorted: readonly FeedEntry[], { directory }: FeedFolder): void {
  const seen = new Map<string, FeedEntry>();
  for (const entry of sorted) {
    checkControl(entry, join(directory, entry.filename));
    const key = `${keyOf(entry)} ${entry.architecture}`;
    const other = seen.get(key);
    if (other !== undefined)
      throw new WheelworksError(
        'feed/duplicate',
        `Two files of ${directory} are the same package.`,
        {
          path: join(directory, entry.filename),
          evidence: `${entry.name} ${entry.version}, ${other.filename} and ${entry.filename}`,
          hint: 'Remove one of them, or give one another release.',
        },
      );
    seen.set(key, entry);
  }
}

function keyOf({ name, version }: IndexedPackage): string {
  return `${name} ${version}`;
}

function packageOf({ name, version }: IndexedPackage): IndexedPackage {
  return { name, version };
}

/** The packages of the index that is there; of one that cannot be read nothing is known, and it is replaced. */
async function packagesBefore({
  directory,
  manager,
}: FeedFolder): Promise<Map<string, IndexedPackage>> {
  const name = manager === 'opkg' ? 'Packages' : 'packages.adb';
  const bytes = await existingFile(join(directory, name));
  if (bytes === undefined) return new Map();
  try {
    const packages =
      manager === 'opkg'
        ? parseStanzas(bytes.toString('utf8'), name).map((fields) => ({
            name: fields.get('Package') ?? '',
            version: fields.get('Version') ?? '',
          }))
        : (await readApkIndex(bytes, name)).packages.map(({ info }) => packageOf(info));
    return new Map(packages.map((each) => [keyOf(each), each]));
  } catch {
    return new Map();
  }
}

const SIGNATURE = 'Packages.sig';

async function wasSigned({ directory, manager }: FeedFolder): Promise<boolean> {
  if (manager === 'opkg') return (await existingFile(join(directory, SIGNATURE))) !== undefined;
  const bytes = await existingFile(join(directory, 'packages.adb'));
  if (bytes === undefined) return false;
  const index = await readApkIndex(bytes, 'packages.adb').catch(() => undefined);
  return (index?.signatures.length ?? 0) > 0;
}

async function planFile(file: IndexFile, directory: string): Promise<PlannedFile> {
  const old = await existingFile(join(directory, file.name));
  const state = old === undefined ? 'new' : old.equals(file.bytes) ? 'same' : 'changed';
  return { ...file, state };
}
