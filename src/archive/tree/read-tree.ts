import { lstat, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { WheelworksError, fileError } from '../../support/errors.ts';
import { FileTree, type TreeEntry } from './file-tree.ts';

/**
 * A folder of this machine as a tree; contents stay in their files until they are asked for. Modes are the files' own,
 * owners are not taken over: who unpacked a tree says nothing of who shall own it.
 * @throws WheelworksError `file/not-regular` for a pipe, device or socket, and other `file/*`.
 */
export async function readTree(directory: string): Promise<FileTree> {
  const tree = new FileTree();
  const walk = async (below: string): Promise<void> => {
    for (const name of await readdir(join(directory, below))) {
      const path = below === '' ? name : `${below}/${name}`;
      const entry = await readTreeEntry(join(directory, path));
      tree.set(path, entry);
      if (entry.kind === 'directory') await walk(path);
    }
  };
  try {
    await walk('');
  } catch (error) {
    throw fileError(error, directory);
  }
  return tree;
}

/**
 * One file, link or folder of this machine, the folder without what it holds. Links are not followed.
 * @throws as {@link readTree}, and the system's own errors.
 */
export async function readTreeEntry(file: string): Promise<TreeEntry> {
  const stat = await lstat(file);
  const mode = stat.mode & 0o7777;
  if (stat.isDirectory()) return { kind: 'directory', mode };
  if (stat.isSymbolicLink()) return { kind: 'symlink', target: await readlink(file) };
  if (stat.isFile()) return { kind: 'file', mode, size: stat.size, content: { file } };
  throw new WheelworksError('file/not-regular', `${file} is not a regular file.`, { path: file });
}
