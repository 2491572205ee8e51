import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { WheelworksError, fileError } from '../../support/errors.ts';
import type { PackageManager } from '../targets/index.ts';
import { managerOfFile } from './entry.ts';

/** A folder with packages: one feed to a device, with one index. */
export interface FeedFolder {
  /** Relative to the top, with `/`; empty for the top itself. */
  readonly path: string;
  readonly directory: string;
  readonly manager: PackageManager;
  /** Names of the package files, sorted. */
  readonly files: readonly string[];
}

/**
 * The folders below one that hold packages, the top included; hidden ones are not looked into.
 * @throws WheelworksError `feed/mixed-folder` for a folder with packages of both managers, `feed/no-packages`, `file/*`.
 */
export async function feedFolders(top: string): Promise<FeedFolder[]> {
  const folders: FeedFolder[] = [];
  const walk = async (path: string): Promise<void> => {
    const directory = join(top, path);
    const entries = await readdir(directory, { withFileTypes: true });
    const names = entries.map(({ name }) => name).sort();
    const files = names.filter(
      (name) => managerOfFile(name) !== undefined && !name.startsWith('.'),
    );
    const managers = [...new Set(files.map(managerOfFile))].filter((each) => each !== undefined);
    const [manager, second] = managers;
    if (second !== undefined) throw mixed(directory);
    if (manager !== undefined) folders.push({ path, directory, manager, files });
    const isFolder = async (name: string): Promise<boolean> =>
      !name.startsWith('.') && (await stat(join(directory, name))).isDirectory();
    for (const name of names)
      if (managerOfFile(name) === undefined && (await isFolder(name)))
        await walk(path === '' ? name : `${path}/${name}`);
  };
  try {
    await walk('');
  } catch (error) {
    throw fileError(error, top);
  }
  if (folders.length > 0) return folders;
  throw new WheelworksError('feed/no-packages', `There are no packages in ${top}.`, {
    path: top,
    hint: 'Put .ipk or .apk files there, or into one folder for each release and architecture.',
  });
}

function mixed(directory: string): WheelworksError {
  return new WheelworksError(
    'feed/mixed-folder',
    `${directory} holds packages of opkg and of apk.`,
    {
      path: directory,
      hint: 'Give each a folder of its own: both managers have an index.json, which cannot be of both.',
    },
  );
}
