/** An unpacked wheel becomes a wheel again: RECORD made anew, WHEEL and METADATA kept in step. */
import { realpath } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import { parseVersion } from '../packaging/index.ts';
import { WheelworksError } from '../support/errors.ts';
import {
  draftFilename,
  draftFromTree,
  editDraft,
  memberPath,
  recordOfTree,
  writeWheel,
  zipMembers,
  type WheelDraft,
  type WheelEdit,
  type WriteWheelOptions,
  type WrittenWheel,
} from '../wheel/index.ts';

export interface PackChanges {
  /** New build tag; the empty string removes it. */
  readonly build?: string;
  /** New local version (`1.0` becomes `1.0+LOCAL`); the empty string removes the one there is. */
  readonly localVersion?: string;
}

/** What {@link packTree} will write. */
export interface PackPlan {
  readonly directory: string;
  readonly filename: string;
  readonly files: number;
  /** Against the folder's RECORD, as unpack left it; both empty when it has none. */
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/**
 * Reads a folder as a wheel about to be written. Everything in it goes into the wheel, byte code and backups of editors
 * too: {@link planPack} shows what was added.
 * @throws WheelworksError `wheel/*`, `packaging/*`, `pack/bad-local-version`, `file/*`.
 */
export async function draftOfTree(
  directory: string,
  changes: PackChanges = {},
): Promise<WheelDraft> {
  const draft = await draftFromTree(directory);
  const edits: WheelEdit[] = [];
  if (changes.build !== undefined)
    edits.push({ kind: 'build', build: changes.build === '' ? undefined : changes.build });
  if (changes.localVersion !== undefined)
    edits.push({ kind: 'version', version: withLocalVersion(draft.version, changes.localVersion) });
  return editDraft(draft, edits);
}

/** What packing a folder would write, without writing it. @throws as {@link draftOfTree}. */
export async function planPack(directory: string, changes: PackChanges = {}): Promise<PackPlan> {
  const draft = await draftOfTree(directory, changes);
  const paths = zipMembers(draft).map((member) => member.path);
  const listed = await listedPaths(directory, draft);
  const present = new Set(paths);
  return {
    directory,
    filename: draftFilename(draft),
    files: paths.length,
    added: listed.size === 0 ? [] : paths.filter((path) => !listed.has(path)),
    removed: [...listed].filter((path) => !present.has(path)),
  };
}

/** What the folder's RECORD lists, under the names that the wheel will have. */
async function listedPaths(directory: string, draft: WheelDraft): Promise<ReadonlySet<string>> {
  try {
    const rows = await recordOfTree(directory, draft.distInfo);
    return new Set(rows.map((row) => memberPath(draft, row.path)));
  } catch (error) {
    if (error instanceof WheelworksError && error.code === 'file/not-found') return new Set();
    throw error;
  }
}

/**
 * Packs a folder into `output`.
 * @throws WheelworksError `pack/output-inside` when `output` lies in the folder itself; as {@link draftOfTree} and
 *   `writeWheel`.
 */
export async function packTree(
  directory: string,
  output: string,
  options: PackChanges & WriteWheelOptions = {},
): Promise<WrittenWheel> {
  const draft = await draftOfTree(directory, options);
  await refuseInside(directory, output);
  return writeWheel(draft, output, options);
}

/** The next run would pack the wheel that this one wrote. */
async function refuseInside(directory: string, output: string): Promise<void> {
  const [tree, place] = await Promise.all(
    [directory, output].map((path) => realpath(path).catch(() => resolve(path))),
  );
  const way = relative(tree ?? '', place ?? '');
  if (way === '..' || way.startsWith(`..${sep}`) || resolve(way) === way) return;
  throw new WheelworksError(
    'pack/output-inside',
    `The wheel of ${directory} would be written into that folder, and be packed with it the next time.`,
    { path: join(output), hint: 'Choose another folder with --output, such as the one above.' },
  );
}

/** The wheel's version with another local part. */
function withLocalVersion(version: string, local: string): string {
  const [release = version] = version.split('+', 1);
  if (local === '') return release;
  const wanted = `${release}+${local}`;
  try {
    parseVersion(wanted);
  } catch (cause) {
    throw new WheelworksError('pack/bad-local-version', `"${local}" is not a local version.`, {
      cause,
      hint: 'A local version is letters and digits separated by dots, such as cu121 or debian.1 (PEP 440).',
    });
  }
  return wanted;
}
