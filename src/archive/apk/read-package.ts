/**
 * Reading packages of apk 3. Everything that the database says of the files is held against the data behind it: every
 * file has its bytes exactly once and in order, of the size and digest announced, and nothing else is there.
 */
import { createHash } from 'node:crypto';
import { FileTree, type TreeEntry, type TreeOwner } from '../tree/index.ts';
import { ByteReader } from '../../support/byte-reader.ts';
import { readContainer, type ApkCompression } from './container.ts';
import { badField, infoReader, textReader, texts } from './info.ts';
import {
  ACL_SLOT,
  APK_SCRIPTS,
  DIRECTORY_SLOT,
  FILE_SLOT,
  IDENTITY_SIZE,
  LINK_KIND,
  PACKAGE_SLOT,
  type ApkPackage,
  type ApkScript,
} from './package.ts';
import { FETCH_AGAIN, apkProblem } from './problem.ts';
import { readAdb } from './read-value.ts';
import { isAdbObject, type AdbObject, type AdbValue } from './value.ts';

/** A package that was read; contents are views of one buffer. */
export interface ReadApk extends ApkPackage {
  readonly compression: ApkCompression;
  /** The database, which signatures are made over. */
  readonly payload: Uint8Array;
  readonly signatures: readonly Uint8Array[];
  /** Hexadecimal; what the package is known by once it is installed. */
  readonly identity?: string;
  /** Hexadecimal SHA-256 of the database, by which an index knows the package. */
  readonly digest: string;
}

/** Folders and what is in them; more are in no package. */
const MOST_ENTRIES = 200_000;

/**
 * Reads a package and verifies all of it but its signatures.
 * @param path names it in errors
 * @throws WheelworksError `apk/*`.
 */
export async function readApk(bytes: Uint8Array, path: string): Promise<ReadApk> {
  return (await readApkDatabase(bytes, path)).apk;
}

/**
 * As {@link readApk}, with the database that it was read from.
 * @throws WheelworksError `apk/*`.
 */
export async function readApkDatabase(
  bytes: Uint8Array,
  path: string,
): Promise<{ readonly apk: ReadApk; readonly root: AdbObject }> {
  const { compression, payload, signatures, data } = await readContainer(bytes, 'package', path);
  const root = readAdb(payload, path);
  if (!isAdbObject(root)) throw badField('package', path);
  const slot = (index: number): AdbValue => root.slots[index] ?? null;
  const { info, hashes } = infoReader(path)(slot(PACKAGE_SLOT.info));
  const priority = slot(PACKAGE_SLOT.replacesPriority);
  const text = textReader(path);
  const apk = {
    compression,
    payload,
    signatures,
    info,
    tree: readPaths(slot(PACKAGE_SLOT.paths), data, path),
    scripts: readScripts(slot(PACKAGE_SLOT.scripts), path),
    triggers: texts(slot(PACKAGE_SLOT.triggers), text, () => badField('triggers', path)),
    ...(typeof priority === 'number' ? { replacesPriority: priority } : {}),
    ...(hashes === undefined ? {} : { identity: verifiedIdentity(payload, hashes, path) }),
    digest: createHash('sha256').update(payload).digest('hex'),
  };
  return { apk, root };
}

/** The identity is the digest of the database with zeros in the place of the identity. */
function verifiedIdentity(payload: Uint8Array, stored: Uint8Array, path: string): string {
  const start = stored.byteOffset - payload.byteOffset;
  const computed = createHash('sha256')
    .update(payload.subarray(0, start))
    .update(new Uint8Array(stored.length))
    .update(payload.subarray(start + stored.length))
    .digest('hex');
  const identity = Buffer.from(stored).toString('hex');
  if (stored.length !== IDENTITY_SIZE || !computed.startsWith(identity))
    throw apkProblem('apk/identity', `${path} is not what its own identity says.`, {
      path,
      evidence: `${identity}, computed ${computed.slice(0, 2 * IDENTITY_SIZE)}`,
      hint: FETCH_AGAIN,
    });
  return identity;
}

function readScripts(value: AdbValue, path: string): Partial<Record<ApkScript, string>> {
  if (value === null) return {};
  if (!isAdbObject(value)) throw badField('scripts', path);
  const text = textReader(path);
  return Object.fromEntries(
    APK_SCRIPTS.flatMap((name, index) => {
      const script = text(value.slots[index] ?? null);
      return script === undefined ? [] : [[name, script]];
    }),
  );
}

function readPaths(value: AdbValue, data: readonly Uint8Array[], path: string): FileTree {
  const tree = new FileTree();
  const blocks = new DataBlocks(data, path);
  const directories = rows(value, 'paths', path);
  requireFew(directories, path);
  let before: string | undefined;
  for (const [directoryIndex, directory] of directories.entries()) {
    const reader = entryReader(directory, path);
    const directoryPath = reader.name(DIRECTORY_SLOT.name, 'path') ?? '';
    requireAfter(before, directoryPath, path);
    before = directoryPath;
    if (directoryPath !== '')
      put(tree, directoryPath, { kind: 'directory', ...reader.acl() }, path);
    let beforeFile: string | undefined;
    for (const [fileIndex, file] of rows(
      reader.value(DIRECTORY_SLOT.files),
      'files',
      path,
    ).entries()) {
      const each = entryReader(file, path);
      const name = each.name(FILE_SLOT.name, 'name');
      if (name === undefined) throw badField('file name', path);
      requireAfter(beforeFile, name, path);
      beforeFile = name;
      const filePath = directoryPath === '' ? name : `${directoryPath}/${name}`;
      put(
        tree,
        filePath,
        fileEntry(each, filePath, { directoryIndex, fileIndex, blocks, tree }),
        path,
      );
    }
  }
  blocks.finish();
  return tree;
}

/** Folders may share their lists of files: few bytes can stand for any number of entries. */
function requireFew(directories: readonly AdbValue[], path: string): void {
  let entries = directories.length;
  for (const directory of directories)
    entries += rows(entryReader(directory, path).value(DIRECTORY_SLOT.files), 'files', path).length;
  if (entries > MOST_ENTRIES)
    throw apkProblem('apk/too-many-entries', `${path} has more than ${MOST_ENTRIES} entries.`, {
      path,
      evidence: String(entries),
    });
}

interface FilePlace {
  readonly directoryIndex: number;
  readonly fileIndex: number;
  readonly blocks: DataBlocks;
  readonly tree: FileTree;
}

function fileEntry(reader: EntryReader, filePath: string, place: FilePlace): TreeEntry {
  const target = reader.value(FILE_SLOT.target);
  if (target !== null) return linkEntry(reader, target, filePath, place.tree);
  const size = reader.number(FILE_SLOT.size, 'size');
  const hash = reader.value(FILE_SLOT.hash);
  const bytes =
    size === 0
      ? new Uint8Array(0)
      : place.blocks.next(place.directoryIndex, place.fileIndex, { size, filePath });
  const digest = createHash('sha256').update(bytes).digest();
  if (!(hash instanceof Uint8Array) || !digest.equals(hash))
    throw apkProblem(
      'apk/hash-mismatch',
      `${filePath} does not have the digest it is listed with.`,
      {
        path: `${reader.path}!${filePath}`,
        evidence: `${hash instanceof Uint8Array ? Buffer.from(hash).toString('hex') : 'no digest'}, computed ${digest.toString('hex')}`,
        hint: FETCH_AGAIN,
      },
    );
  return { kind: 'file', size, content: { bytes }, ...reader.acl() };
}

function linkEntry(
  reader: EntryReader,
  value: AdbValue,
  filePath: string,
  tree: FileTree,
): TreeEntry {
  const member = `${reader.path}!${filePath}`;
  if (!(value instanceof Uint8Array)) throw badField('link target', member);
  const bytes = new ByteReader(value, { code: 'apk/bad-schema', path: member });
  const kind = bytes.u16('the kind of a link');
  const target = textReader(member)(bytes.bytes(bytes.remaining, 'a link target'));
  if (target === undefined || target === '') throw badField('link target', member);
  if (kind === LINK_KIND.symlink) {
    const { owner } = reader.acl();
    return { kind: 'symlink', target, ...(owner === undefined ? {} : { owner }) };
  }
  if (kind !== LINK_KIND.hardlink)
    throw apkProblem('apk/special-file', `${filePath} is a device or a pipe.`, {
      path: member,
      evidence: `file type 0${kind.toString(8)}`,
    });
  const original = tree.get(target);
  if (original?.kind !== 'file')
    throw apkProblem(
      'apk/unsafe-link',
      `The hard link ${filePath} is to ${target}, which is no file before it.`,
      { path: member },
    );
  return original;
}

/** Data blocks are taken one after the other, each by the file that must be the next. */
class DataBlocks {
  readonly #blocks: readonly Uint8Array[];
  readonly #path: string;
  #next = 0;

  constructor(blocks: readonly Uint8Array[], path: string) {
    this.#blocks = blocks;
    this.#path = path;
  }

  next(
    directoryIndex: number,
    fileIndex: number,
    file: { size: number; filePath: string },
  ): Uint8Array {
    const block = this.#blocks[this.#next];
    if (block === undefined)
      throw apkProblem('apk/truncated', `${this.#path} ends before the data of ${file.filePath}.`, {
        path: this.#path,
        hint: FETCH_AGAIN,
      });
    this.#next += 1;
    const reader = new ByteReader(block, { code: 'apk/bad-block', path: this.#path });
    const directory = reader.u32('the folder of a data block');
    const index = reader.u32('the file of a data block');
    if (
      directory !== directoryIndex + 1 ||
      index !== fileIndex + 1 ||
      reader.remaining !== file.size
    )
      throw apkProblem(
        'apk/bad-block',
        `${this.#path} has other data where those of ${file.filePath} must be.`,
        {
          path: this.#path,
          evidence: `file ${directory}/${index} of ${reader.remaining} bytes, expected ${directoryIndex + 1}/${fileIndex + 1} of ${file.size}`,
        },
      );
    return reader.bytes(file.size, 'the data of a file');
  }

  finish(): void {
    const more = this.#blocks.length - this.#next;
    if (more > 0)
      throw apkProblem('apk/bad-block', `${this.#path} has data of files it does not list.`, {
        path: this.#path,
        evidence: `${more} data blocks more`,
      });
  }
}

interface EntryReader {
  readonly path: string;
  readonly value: (slot: number) => AdbValue;
  readonly name: (slot: number, what: string) => string | undefined;
  readonly number: (slot: number, what: string) => number;
  readonly acl: () => { readonly mode: number; readonly owner?: TreeOwner };
}

function entryReader(value: AdbValue, path: string): EntryReader {
  if (!isAdbObject(value)) throw badField('entry', path);
  const text = textReader(path);
  const valueAt = (slot: number): AdbValue => value.slots[slot] ?? null;
  const number = (from: AdbValue, what: string): number => {
    if (from === null) return 0;
    if (typeof from !== 'number') throw badField(what, path);
    return from;
  };
  return {
    path,
    value: valueAt,
    name: (slot) => text(valueAt(slot)),
    number: (slot, what) => number(valueAt(slot), what),
    acl() {
      const acl = valueAt(DIRECTORY_SLOT.acl);
      if (!isAdbObject(acl)) throw badField('owner', path);
      const mode = number(acl.slots[ACL_SLOT.mode] ?? null, 'mode');
      if (mode > 0o7777) throw badField('mode', path, `0${mode.toString(8)}`);
      const user = text(acl.slots[ACL_SLOT.user] ?? null) ?? 'root';
      const group = text(acl.slots[ACL_SLOT.group] ?? null) ?? 'root';
      return { mode, ...(user === 'root' && group === 'root' ? {} : { owner: { user, group } }) };
    },
  };
}

function rows(value: AdbValue, what: string, path: string): readonly AdbValue[] {
  if (value === null) return [];
  if (!isAdbObject(value)) throw badField(what, path);
  return value.slots;
}

/** apk searches folders and files by halves: out of order they are found by some of its commands and not by others. */
function requireAfter(before: string | undefined, name: string, path: string): void {
  if (before === undefined || Buffer.compare(Buffer.from(before), Buffer.from(name)) < 0) return;
  throw apkProblem('apk/unsorted', `${path} lists ${name || 'its root'} after ${before}.`, {
    path,
    hint: 'Entries must be in byte order and each there once.',
  });
}

/** Names are single components of plain paths: nothing leads out of the folder a package is unpacked in. */
function put(tree: FileTree, entryPath: string, entry: TreeEntry, path: string): void {
  const isPlain = entryPath
    .split('/')
    .every((part) => part !== '' && part !== '.' && part !== '..');
  if (!isPlain || entryPath.includes('\\'))
    throw apkProblem('apk/unsafe-path', `${JSON.stringify(entryPath)} is no plain path.`, {
      path,
      evidence: entryPath,
      hint: 'A package that names such a path is made to write elsewhere; do not install it.',
    });
  // Folders come after the files of the one they are in: one in the place of a link would lead elsewhere.
  if (tree.has(entryPath))
    throw apkProblem('apk/path-conflict', `${entryPath} is in ${path} as two things.`, {
      path: `${path}!${entryPath}`,
    });
  tree.set(entryPath, entry);
}
