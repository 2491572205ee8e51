/** The draft of an unpacked wheel: a folder as `wheelworks unpack` writes it, perhaps edited. */
import { lstatSync, type Stats } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  compressTags,
  parseMetadata,
  parseRecord,
  parseTag,
  parseTagSet,
  parseVersion,
  parseWheelFile,
  type RecordEntry,
  type TagSet,
  type WheelFile,
} from '../packaging/index.ts';
import { WheelworksError, fileError, withPath } from '../support/errors.ts';
import { normalMode, type DraftMember, type WheelDraft } from './draft.ts';
import { distInfoStem, isGenerated, soleDistInfo } from './layout.ts';
import { symlinkRefused } from './refusals.ts';

/**
 * Reads an unpacked wheel. Name and version come from the name of the `.dist-info` directory, tags and build number
 * from its WHEEL file.
 * @throws WheelworksError `wheel/no-dist-info`, `wheel/several-dist-info`, `wheel/no-metadata`, `wheel/no-wheel-file`,
 *   `wheel/no-tags`, `wheel/symlink`, `wheel/special-file`, `wheel/file-name`, `packaging/*`, `file/*`.
 */
export async function draftFromTree(directory: string): Promise<WheelDraft> {
  const files = await listTree(directory);
  const distInfo = soleDistInfo(files.keys(), directory);
  const wheelPath = `${distInfo}/WHEEL`;
  const metadataBytes = await requireFile(directory, files, `${distInfo}/METADATA`);
  const wheelBytes = await requireFile(directory, files, wheelPath);
  try {
    const wheelFile = parseWheelFile(wheelBytes);
    return {
      ...nameAndVersion(distInfo),
      ...(wheelFile.build === undefined ? {} : { build: wheelFile.build }),
      tags: tagsOf(wheelFile),
      metadata: parseMetadata(metadataBytes),
      wheelFile,
      members: membersOf(directory, files, distInfo),
      distInfo,
      finalDistInfo: distInfo,
    };
  } catch (error) {
    throw withPath(error, join(directory, wheelPath));
  }
}

/**
 * The rows of an unpacked tree's own RECORD, to tell what was changed since.
 * @throws WheelworksError `file/not-found` when it has none, `file/*`.
 */
export async function recordOfTree(
  directory: string,
  distInfo: string,
): Promise<readonly RecordEntry[]> {
  const path = join(directory, distInfo, 'RECORD');
  try {
    return parseRecord(await readFile(path)).entries;
  } catch (error) {
    throw fileError(error, path);
  }
}

function nameAndVersion(distInfo: string): { name: string; version: string } {
  const stem = distInfoStem(distInfo);
  const dash = stem.lastIndexOf('-');
  const version = stem.slice(dash + 1);
  parseVersion(version);
  return { name: stem.slice(0, Math.max(0, dash)), version };
}

/**
 * The file name's tags. A file name stands for every combination of its parts, so that WHEEL must name them all.
 * @throws WheelworksError `wheel/no-tags`, `packaging/tags-not-a-product`, `packaging/invalid-tag`.
 */
function tagsOf(wheelFile: WheelFile): TagSet {
  if (wheelFile.tags.length === 0) {
    throw new WheelworksError(
      'wheel/no-tags',
      'The WHEEL file has no Tag line, so the wheel has no file name.',
      { hint: 'Add lines such as `Tag: cp312-cp312-linux_x86_64`.' },
    );
  }
  return parseTagSet(compressTags(wheelFile.tags.flatMap((text) => parseTag(text))));
}

async function requireFile(
  directory: string,
  files: ReadonlyMap<string, number>,
  path: string,
): Promise<Uint8Array> {
  if (!files.has(path)) {
    throw new WheelworksError(
      path.endsWith('WHEEL') ? 'wheel/no-wheel-file' : 'wheel/no-metadata',
      `${directory} has no ${path}.`,
      { path: directory, hint: 'Only a folder that was a wheel can be packed.' },
    );
  }
  const place = join(directory, path);
  return readFile(place).catch((error: unknown) => {
    throw fileError(error, place);
  });
}

function membersOf(
  directory: string,
  files: ReadonlyMap<string, number>,
  distInfo: string,
): ReadonlyMap<string, DraftMember> {
  const members = new Map<string, DraftMember>();
  for (const [path, mode] of files) {
    if (isGenerated(path, distInfo)) continue;
    members.set(path, {
      source: { kind: 'file', path: join(directory, path) },
      mode: normalMode(mode),
    });
  }
  return members;
}

/** Path (with `/`) to mode of every file below a folder. Links and special files are refused, never followed. */
async function listTree(root: string): Promise<ReadonlyMap<string, number>> {
  const files = new Map<string, number>();
  const visit = async (folder: string): Promise<void> => {
    const names = await readdir(join(root, folder)).catch((error: unknown) => {
      throw fileError(error, join(root, folder));
    });
    for (const name of names) {
      const path = folder === '' ? name : `${folder}/${name}`;
      const place = join(root, path);
      const stat = statOf(place, name);
      if (stat.isDirectory()) await visit(path);
      else if (stat.isFile()) files.set(path, stat.mode);
      else if (stat.isSymbolicLink()) throw symlinkRefused(place);
      else throw specialFile(place);
    }
  };
  await visit('');
  return files;
}

/** At once: a trip to the thread pool for each of very many files costs ten times as much. */
function statOf(place: string, name: string): Stats {
  try {
    return lstatSync(place);
  } catch (error) {
    throw name.includes('\ufffd') ? notUtf8(place) : fileError(error, place);
  }
}

function specialFile(path: string): WheelworksError {
  return new WheelworksError(
    'wheel/special-file',
    'The folder holds a pipe, socket or device, which a wheel cannot hold.',
    { path, hint: 'Remove it.' },
  );
}

/** Node shows U+FFFD for bytes of a name that are not UTF-8, and then does not find the file under that name. */
function notUtf8(path: string): WheelworksError {
  return new WheelworksError(
    'wheel/file-name',
    'A file has a name that is not UTF-8, which a wheel cannot hold.',
    { path, hint: 'Rename the file.' },
  );
}
