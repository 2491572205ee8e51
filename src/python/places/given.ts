import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { WheelworksError } from '../../support/errors.ts';
import { interpretersIn, interpretersOfPrefix, isExecutable } from '../executables.ts';
import { searchPath, type SearchEnvironment } from '../search-environment.ts';
import { commandOnPath } from './path.ts';

/**
 * The executables that a path or command of the user's means: the file itself, the interpreters of an installation or
 * virtual environment named by its folder, or a command on PATH. Never empty.
 * @throws WheelworksError `python/not-found`, `python/not-executable`, `python/none-in-folder`.
 */
export async function findGiven(text: string, host: SearchEnvironment): Promise<string[]> {
  const path = resolve(host.cwd, withHome(text, host));
  const kind = await kindOf(path);
  if (kind === 'folder') return inFolder(path, host);
  if (kind === 'file') {
    if (await isExecutable(path)) return [path];
    throw new WheelworksError('python/not-executable', `${path} may not be executed.`, {
      path,
      hint: 'Name the interpreter itself, or the folder it is installed in.',
    });
  }
  const command = /[\\/]/.test(text)
    ? undefined
    : await commandOnPath(text, searchPath(host), host);
  if (command !== undefined) return [command];
  throw new WheelworksError('python/not-found', `There is no interpreter ${text}.`, {
    path: text,
    hint: 'Name a version (3.12, 3.13t, pypy3.11), a range (>=3.9), a command on PATH, or a path that exists.',
  });
}

async function inFolder(folder: string, host: SearchEnvironment): Promise<string[]> {
  const found = await interpretersOfPrefix(folder, host);
  if (found.length > 0) return found;
  // The user may have meant .../bin itself.
  const inside = await interpretersIn(folder, host);
  if (inside.length > 0) return inside;
  throw new WheelworksError('python/none-in-folder', `${folder} holds no Python interpreter.`, {
    path: folder,
    hint: 'Name the prefix of an installation (the folder that holds bin/python), or the interpreter itself.',
  });
}

function withHome(text: string, host: SearchEnvironment): string {
  return /^~(?:[\\/]|$)/.test(text) ? join(host.home, text.slice(1)) : text;
}

async function kindOf(path: string): Promise<'file' | 'folder' | undefined> {
  try {
    return (await stat(path)).isDirectory() ? 'folder' : 'file';
  } catch {
    return undefined;
  }
}
