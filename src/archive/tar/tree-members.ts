import { lstat, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { WheelworksError, fileError } from '../../support/errors.ts';
import { fileChunks } from './file-chunks.ts';
import type { TarInput } from './writer.ts';

/** Which part of a folder is taken and what it is called. */
export interface TreeMembersOptions {
  /** Goes before every path, as `name-1.0`. */
  readonly prefix: string;
  /** Whether to leave out a file, or a folder and everything in it; `path` is relative to the folder, with `/`. */
  readonly exclude?: (path: string) => boolean;
}

/**
 * Everything in a folder as members of an archive; contents are read when they are written.
 * @throws WheelworksError `file/not-regular` for a pipe, device or socket, and other `file/*`.
 */
export async function treeMembers(
  directory: string,
  options: TreeMembersOptions,
): Promise<TarInput[]> {
  const members: TarInput[] = [{ type: 'directory', path: options.prefix }];
  const walk = async (below: string): Promise<void> => {
    for (const name of await readdir(join(directory, below))) {
      const path = below === '' ? name : `${below}/${name}`;
      if (options.exclude?.(path) === true) continue;
      const member = await memberAt(join(directory, path), `${options.prefix}/${path}`);
      members.push(member);
      if (member.type === 'directory') await walk(path);
    }
  };
  try {
    await walk('');
  } catch (error) {
    throw fileError(error, directory);
  }
  return members;
}

async function memberAt(file: string, path: string): Promise<TarInput> {
  const stat = await lstat(file);
  if (stat.isDirectory()) return { type: 'directory', path };
  if (stat.isSymbolicLink()) {
    const target = await readlink(file);
    const isWindows = process.platform === 'win32';
    return { type: 'symlink', path, target: isWindows ? target.replaceAll('\\', '/') : target };
  }
  if (!stat.isFile())
    throw new WheelworksError('file/not-regular', `${file} is not a regular file.`, { path: file });
  return {
    type: 'file',
    path,
    size: stat.size,
    executable: (stat.mode & 0o100) !== 0,
    content: () => fileChunks(file),
  };
}
