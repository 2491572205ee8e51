/** A version, put into files: planned whole, then written, each at once or not at all. */
import { lstat, readFile, realpath, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import {
  compareVersions,
  formatVersion,
  tryParseVersion,
  type Version,
} from '../../packaging/index.ts';
import { writeFileAtomic } from '../../support/atomic-file.ts';
import { WheelworksError, fileError, systemErrorCode } from '../../support/errors.ts';
import { makeFolders } from '../../support/folders.ts';
import type { VersionFile } from '../model.ts';
import type { KeyValue, Located } from './format.ts';
import { formatOf, readSource } from './read.ts';

/** A file that is to hold a version, and what else it holds. */
export interface WriteTarget extends VersionFile {
  /** Further keys and their texts; only JSON files have them. */
  readonly set?: readonly KeyValue[];
  /** Whether it is made when it is not there. */
  readonly create?: boolean;
}

/** What a file holds, and what it is to hold. */
export interface FileChange {
  readonly path: string;
  /** `package-version`, or null where the whole file is the version. */
  readonly key: string | null;
  /** Undefined when there is no such file or key. */
  readonly from: string | undefined;
  readonly to: string;
  /** Whether both mean the same. */
  readonly agrees: boolean;
}

/** A file with all its changes, ready to be written. */
export interface PlannedFile {
  readonly path: string;
  readonly changes: readonly FileChange[];
  /** The whole new text; undefined when nothing changes. */
  readonly text: string | undefined;
}

/**
 * Plans what a file will be, and reads the plan back.
 * @throws WheelworksError `version/*`, `file/*`.
 */
export async function planFile(target: WriteTarget, version: Version): Promise<PlannedFile> {
  const { path } = target;
  const format = formatOf(path);
  if (target.set !== undefined && target.set.length > 0 && format.set === undefined)
    throw new WheelworksError('version/no-keys', `${path} takes no further keys.`, {
      path,
      evidence: target.set.map(({ key }) => key).join(', '),
      hint: 'Further keys go into JSON files.',
    });
  const source = await readSource(path);
  if (source === undefined) return planNew(target, version);
  const located = format.locate(source.text, target.key, path);
  const change = changeOf(located, version, path);
  // Numbers that mean the same (3.12, 3.12.0) are the author's.
  const isEdited = change.from !== change.to && !(located.numbersOnly === true && change.agrees);
  let text = isEdited
    ? source.text.slice(0, located.start) +
      located.encode(change.to) +
      source.text.slice(located.end)
    : source.text;
  const others: FileChange[] = [];
  for (const entry of target.set ?? []) {
    const from = format.get?.(text, entry.key, path);
    others.push({ path, key: entry.key, from, to: entry.value, agrees: from === entry.value });
    if (from !== entry.value) text = format.set?.(text, entry, path) ?? text;
  }
  const readBack = format.locate(text, target.key, path).value;
  if (readBack !== (isEdited ? change.to : located.value))
    throw new WheelworksError('version/bad-file', `${path} did not take the version.`, {
      path,
      evidence: readBack,
    });
  return {
    path,
    changes: [change, ...others],
    text: text === source.text ? undefined : source.mark + text,
  };
}

function planNew(target: WriteTarget, version: Version): PlannedFile {
  const { path, key } = target;
  const format = formatOf(path);
  if (format.create === undefined)
    throw new WheelworksError('file/not-found', `${path} does not exist.`, {
      path,
      hint: 'CMake files are changed, not made: make it with project(NAME VERSION 0), or name a .json, .toml, .py or plain text file.',
    });
  if (target.create === false)
    throw new WheelworksError('file/not-found', `${path} does not exist.`, { path });
  const to = formatVersion(version);
  let text = format.create(key, to);
  const located = format.locate(text, key, path);
  const changes = [{ path, key: located.key, from: undefined, to, agrees: false }];
  for (const entry of target.set ?? []) {
    changes.push({ path, key: entry.key, from: undefined, to: entry.value, agrees: false });
    text = format.set?.(text, entry, path) ?? text;
  }
  return { path, changes, text };
}

function changeOf(located: Located, version: Version, path: string): FileChange {
  const { key, value: from } = located;
  const to = located.numbersOnly === true ? numbersOf(version, path) : formatVersion(version);
  const [before, after] = [tryParseVersion(from), tryParseVersion(to)];
  const agrees =
    before !== undefined && after !== undefined && compareVersions(before, after) === 0;
  return { path, key, from, to, agrees };
}

const MOST_CMAKE_NUMBERS = 4;

/** CMake: `major[.minor[.patch[.tweak]]]`. */
function numbersOf({ release }: Version, path: string): string {
  if (release.length <= MOST_CMAKE_NUMBERS) return release.join('.');
  throw new WheelworksError(
    'version/too-many-numbers',
    `project() of CMake takes ${MOST_CMAKE_NUMBERS} numbers, and ${release.join('.')} has ${release.length}.`,
    { path, hint: 'Keep the version in a file of its own that CMake reads.' },
  );
}

/**
 * Writes planned files: all of them, or none. When one cannot be written, those before it get back what they held.
 * @throws WheelworksError `version/half-written` when that fails, too, with the files that stay changed; `file/*`.
 */
export async function writeAll(files: readonly PlannedFile[]): Promise<void> {
  const done: WrittenFile[] = [];
  for (const file of files) {
    try {
      const before = await contentOf(file.path);
      await writePlanned(file);
      if (file.text !== undefined) done.push({ path: file.path, before });
    } catch (error) {
      await putBack(done, error);
      throw error;
    }
  }
}

interface WrittenFile {
  readonly path: string;
  /** Undefined for a new file. */
  readonly before: string | undefined;
}

async function contentOf(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch((error: unknown) => {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw fileError(error, path);
  });
}

async function putBack(done: readonly WrittenFile[], cause: unknown): Promise<void> {
  const changed: string[] = [];
  for (const { path, before } of done.toReversed()) {
    const undone =
      before === undefined ? rm(path) : writePlanned({ path, changes: [], text: before });
    await undone.catch(() => changed.push(path));
  }
  if (changed.length === 0) return;
  const reason = cause instanceof Error ? ` ${cause.message}` : '';
  throw new WheelworksError('version/half-written', `Not every file was written.${reason}`, {
    cause,
    evidence: `changed: ${changed.join(', ')}`,
    hint: 'These files hold the new version, the others the old one: restore them, or write again.',
  });
}

/**
 * Writes a planned file. A symbolic link stays one, and the permissions stay.
 * @throws WheelworksError `file/*`.
 */
export async function writePlanned({ path, text }: PlannedFile): Promise<void> {
  if (text === undefined) return;
  const isLink = (await lstat(path).catch(() => undefined))?.isSymbolicLink() === true;
  const place = isLink ? await realpath(path) : path;
  const mode = (await stat(place).catch(() => undefined))?.mode;
  if (mode === undefined) await makeFolders(dirname(place));
  await writeFileAtomic(
    place,
    (handle) => handle.writeFile(text),
    mode === undefined ? {} : { mode: mode & 0o7777 },
  );
}
