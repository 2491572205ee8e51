/** A project in C whose wheels are over a small limit: a library full of noise, and a module that needs it. */
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Interpreter } from '../../src/python/index.ts';
import { hasCompiler } from './elf-edit-files.ts';
import { hostPythons } from './project-builder.ts';
import backend from './split_backend.py?raw';

export interface SplitProject {
  readonly directory: string;
  /** Changes the size of the library. */
  resize(kilobytes: number): Promise<void>;
  /** How often its backend built a wheel. */
  builds(): number;
}

/** Sets are of this size at most; a library of 900 kB makes three or four parts. */
export const LIMIT_TABLE = '[tool.wheelworks.split]\nmax-size = "300kB"\n';

/** Writes the project into a folder that is not there yet. @param table what says how it is split */
export async function writeSplitProject(
  directory: string,
  table: string = LIMIT_TABLE,
): Promise<SplitProject> {
  const calls = `${directory}.calls`;
  await mkdir(join(directory, 'backend'), { recursive: true });
  await writeFile(
    join(directory, 'pyproject.toml'),
    [
      '[build-system]',
      'requires = []',
      'build-backend = "split_backend"',
      'backend-path = ["backend"]',
      '[project]',
      'name = "noise"',
      'version = "1.0"',
      '[tool.wheelworks]',
      'test-command = "python -c \'import noise; print([noise.at(i) for i in (0, 1000)])\'"',
      table,
    ].join('\n'),
  );
  await writeFile(join(directory, 'backend', 'split_backend.py'), backend);
  await writeFile(join(directory, 'calls-path.txt'), calls);
  const resize = async (kilobytes: number): Promise<void> =>
    writeFile(join(directory, 'kilobytes.txt'), String(kilobytes));
  await resize(900);
  return {
    directory,
    resize,
    builds: () => (existsSync(calls) ? readFileSync(calls, 'utf8').split('\n').length - 1 : 0),
  };
}

/** Pythons that compile modules here, the oldest first; none without gcc. */
export async function compilingPythons(): Promise<readonly Interpreter[]> {
  if (!hasCompiler() || process.arch !== 'x64') return [];
  const pythons = await hostPythons();
  return pythons.filter(({ headers }) => headers.pythonH !== null);
}
