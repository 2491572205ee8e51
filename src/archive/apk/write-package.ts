import { createHash } from 'node:crypto';
import { contentOf, type FileTree, type TreeEntry, type TreeFile } from '../tree/index.ts';
import { compressed, writeContainer, type ApkCompression } from './container.ts';
import { HASHES_SLOT, INSTALLED_SIZE_SLOT, infoSlots } from './info.ts';
import { APK_SCRIPTS, IDENTITY_SIZE, LINK_KIND, type ApkPackage } from './package.ts';
import { NULL_WORD, AdbWriter, type AdbWord } from './write-value.ts';

/** How a package is written. */
export interface WriteApkOptions {
  /** The time of every file, in whole seconds since 1970. */
  readonly mtime: number;
  /** Default `deflate`. */
  readonly compression?: ApkCompression;
  /** Makes the content of a signature block over the database; without it the package is not signed. */
  readonly sign?: (payload: Uint8Array) => Uint8Array;
}

/** A package as bytes. */
export interface WrittenApk {
  readonly bytes: Uint8Array;
  /** Bytes of all files; 1 for a package that has none, as 0 would be no package to apk. */
  readonly installedSize: number;
}

/**
 * Writes a package, with the bytes of `apk mkpkg` for the same files and fields: every folder is described, the root too.
 * Contents are read twice, for their hashes and their blocks.
 * @throws WheelworksError `file/*` when a content cannot be read.
 */
export async function writeApk(apk: ApkPackage, options: WriteApkOptions): Promise<WrittenApk> {
  const writer = new AdbWriter();
  const info = infoSlots(writer, apk.info);
  const priority =
    apk.replacesPriority === undefined ? NULL_WORD : writer.int(apk.replacesPriority);
  const directories = directoriesOf(apk.tree);
  const { paths, size, contents } = await writePaths(writer, directories, options.mtime);
  const installedSize = Math.max(size, 1);
  info[INSTALLED_SIZE_SLOT] = writer.int(installedSize);
  const identity = writer.placeholder(IDENTITY_SIZE);
  info[HASHES_SLOT] = identity.value;
  const root = writer.object([
    writer.object(info),
    writer.object(paths),
    writer.object(APK_SCRIPTS.map((name) => writer.blob(apk.scripts[name] ?? ''))),
    writer.object(apk.triggers.map((trigger) => writer.blob(trigger))),
    priority,
  ]);
  const payload = writer.finish(root);
  payload.set(
    createHash('sha256').update(payload).digest().subarray(0, IDENTITY_SIZE),
    identity.offset,
  );
  const signatures = options.sign === undefined ? [] : [options.sign(payload)];
  const plain = writeContainer('package', { payload, signatures, data: contents });
  return { bytes: await compressed(plain, options.compression ?? 'deflate'), installedSize };
}

interface Directory {
  /** Empty for the root. */
  readonly path: string;
  readonly entry: Extract<TreeEntry, { kind: 'directory' }>;
  /** What is in it and no folder, by name. */
  readonly files: readonly (readonly [string, Exclude<TreeEntry, { kind: 'directory' }>])[];
}

/** The folders by their paths, each with its files by their names; both in byte order, which apk searches by. */
function directoriesOf(tree: FileTree): Directory[] {
  const files = new Map<string, [string, Exclude<TreeEntry, { kind: 'directory' }>][]>([['', []]]);
  const directories: Omit<Directory, 'files'>[] = [
    { path: '', entry: { kind: 'directory', mode: 0o755 } },
  ];
  for (const [path, entry] of tree.entries()) {
    if (entry.kind === 'directory') {
      directories.push({ path, entry });
      files.set(path, []);
      continue;
    }
    const cut = path.lastIndexOf('/');
    files.get(path.slice(0, Math.max(cut, 0)))?.push([path.slice(cut + 1), entry]);
  }
  return directories.map((directory) => ({ ...directory, files: files.get(directory.path) ?? [] }));
}

async function writePaths(
  writer: AdbWriter,
  directories: readonly Directory[],
  mtime: number,
): Promise<{ paths: AdbWord[]; size: number; contents: Uint8Array[][] }> {
  const paths: AdbWord[] = [];
  const contents: Uint8Array[][] = [];
  let size = 0;
  for (const { path, entry, files } of directories) {
    const words: AdbWord[] = [];
    for (const [name, file] of files) {
      const bytes = file.kind === 'file' ? await contentOf(file) : new Uint8Array(0);
      words.push(writeFile(writer, { name, file, bytes, mtime }));
      size += bytes.length;
      if (bytes.length > 0) contents.push([placeOf(paths.length + 1, words.length), bytes]);
    }
    paths.push(writer.object([writer.blob(path), acl(writer, entry), writer.object(words)]));
  }
  return { paths, size, contents };
}

/** Which file a data block is of, counted from 1. */
function placeOf(directory: number, file: number): Uint8Array {
  const place = Buffer.alloc(8);
  place.writeUInt32LE(directory, 0);
  place.writeUInt32LE(file, 4);
  return place;
}

function writeFile(
  writer: AdbWriter,
  {
    name,
    file,
    bytes,
    mtime,
  }: {
    name: string;
    file: TreeFile | Extract<TreeEntry, { kind: 'symlink' }>;
    bytes: Uint8Array;
    mtime: number;
  },
): AdbWord {
  const nameWord = writer.blob(name);
  const hash =
    file.kind === 'file' ? writer.blob(createHash('sha256').update(bytes).digest()) : NULL_WORD;
  const target = file.kind === 'symlink' ? writer.blob(linkTarget(file.target)) : NULL_WORD;
  const time = writer.int(mtime);
  // The size of a symbolic link is that of its target, as a file system says it.
  const size = writer.int(file.kind === 'symlink' ? Buffer.byteLength(file.target) : bytes.length);
  return writer.object([nameWord, acl(writer, file), size, time, hash, target]);
}

function linkTarget(target: string): Uint8Array {
  const kind = Buffer.alloc(2);
  kind.writeUInt16LE(LINK_KIND.symlink);
  return Buffer.concat([kind, Buffer.from(target)]);
}

const LINK_MODE = 0o777;

function acl(writer: AdbWriter, entry: TreeEntry): AdbWord {
  const mode = writer.int(entry.kind === 'symlink' ? LINK_MODE : entry.mode);
  const { user, group } = entry.owner ?? { user: 'root', group: 'root' };
  return writer.object([mode, writer.blob(user), writer.blob(group)]);
}
