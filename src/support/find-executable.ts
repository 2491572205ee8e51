import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { join } from 'node:path';

/** The absolute path of a program that PATH of the given environment leads to, or undefined. */
export async function findExecutable(
  name: string,
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
): Promise<string | undefined> {
  const windows = platform === 'win32';
  const folders = (env['PATH'] ?? '').split(windows ? ';' : ':').filter((folder) => folder !== '');
  for (const folder of folders) {
    const path = join(folder, windows ? `${name}.exe` : name);
    const found = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return path;
  }
  return undefined;
}
