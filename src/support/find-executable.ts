import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { join } from 'node:path';

/** The absolute path of a program that PATH of the given environment leads to, or undefined. */
export async function findExecutable(
  name: string,
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
): Promise<string | undefined> {
  for (const path of candidates(name, env, platform)) if (await isExecutable(path)) return path;
  return undefined;
}

/** Every program of that name on PATH, the one that is run first. */
export async function findExecutables(
  name: string,
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
): Promise<readonly string[]> {
  const paths = [...new Set(candidates(name, env, platform))];
  const found = await Promise.all(paths.map(isExecutable));
  return paths.filter((_, index) => found[index] === true);
}

function candidates(
  name: string,
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
): readonly string[] {
  const windows = platform === 'win32';
  const folders = (env['PATH'] ?? '').split(windows ? ';' : ':').filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, windows ? `${name}.exe` : name));
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
