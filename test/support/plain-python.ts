/**
 * The programs of a version manager are shell scripts that look for what they stand for at every start, which takes longer
 * than many a Python script. The tests start thousands.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

/** Has the folder of the Python that `python3` means first on the search path; vitest calls it through `globalSetup`. */
export function setup(): void {
  const path = process.env['PATH'] ?? '';
  const folder = folderBehind(path);
  if (folder !== undefined) process.env['PATH'] = [folder, path].join(delimiter);
}

/** The folder that `python3` leads to; undefined where none does, or where it is that of `python3` itself. */
export function folderBehind(path: string): string | undefined {
  const found = path.split(delimiter).find((folder) => existsSync(join(folder, 'python3')));
  if (found === undefined) return undefined;
  const { stdout, status } = spawnSync(
    join(found, 'python3'),
    ['-c', 'import sys; print(sys.executable)'],
    { encoding: 'utf8', env: { ...process.env, PATH: path } },
  );
  const folder = dirname(stdout?.trim() ?? '');
  if (status !== 0 || folder === found || !existsSync(join(folder, 'python3'))) return undefined;
  return folder;
}
