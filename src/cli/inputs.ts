import type { Stats } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { WheelworksError, fileError, systemErrorCode } from '../support/errors.ts';
import { globPaths, isGlob } from './glob.ts';
import { joinWords } from './render/quantity.ts';

/** Which files a command looks at. */
export interface InputOptions {
  /** The folder that relative inputs start from. */
  readonly cwd: string;
  /** Endings of the files taken from a folder, such as `.whl`; a file that is named itself is always taken. */
  readonly suffixes: readonly string[];
  /** A folder that directly holds no such file stands for itself. */
  readonly orFolder?: boolean;
}

/**
 * The files that a command's inputs stand for: a file itself; of a folder the files directly in it with one of the
 * suffixes; of a pattern (for shells that leave them to the program) what it matches.
 *
 * Paths come as the user wrote them, in the order of the inputs and sorted within each; a file named twice comes once.
 * @throws WheelworksError `cli/no-such-input` when an input stands for nothing, `cli/no-input` when a folder holds no
 *   such file, `cli/standard-input` for `-`, or `file/*`.
 */
export async function expandInputs(
  inputs: readonly string[],
  options: InputOptions,
): Promise<string[]> {
  const files = new Map<string, string>();
  for (const input of inputs) {
    for (const path of await expandInput(input, options)) {
      const place = resolve(options.cwd, path);
      if (!files.has(place)) files.set(place, path);
    }
  }
  return [...files.values()];
}

async function expandInput(input: string, options: InputOptions): Promise<string[]> {
  if (input === '-') throw standardInput();
  // As a path it would mean the current folder; it is what an unset variable of a script gives.
  if (input === '') throw noSuchInput("''", false);
  // A file may have brackets in its name: what exists is never a pattern.
  const found = await statIfThere(input, options);
  if (found?.isDirectory() === true) return filesIn(input, options);
  if (found !== undefined) return [input];
  const pattern = sep === '\\' ? input.replaceAll('\\', '/') : input;
  const paths = isGlob(pattern) ? await globPaths(pattern, options.cwd) : [];
  const files: string[] = [];
  for (const path of paths) {
    const isFolder = (await statIfThere(path, options))?.isDirectory() === true;
    // A pattern such as * matches folders too; only one that matches nothing else is meant for them.
    if (!isFolder) files.push(path);
    else if (paths.length === 1) files.push(...(await filesIn(path, options)));
  }
  if (files.length === 0) throw noSuchInput(input, isGlob(pattern));
  return files;
}

async function statIfThere(path: string, { cwd }: InputOptions): Promise<Stats | undefined> {
  try {
    return await stat(resolve(cwd, path));
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    // Windows refuses the characters of a pattern in a name.
    if (code === 'EINVAL' && isGlob(path)) return undefined;
    throw fileError(error, path);
  }
}

async function filesIn(folder: string, options: InputOptions): Promise<string[]> {
  const { cwd, suffixes } = options;
  const names = await readdir(resolve(cwd, folder)).catch((error: unknown) => {
    throw fileError(error, folder);
  });
  const files: string[] = [];
  for (const name of names.sort()) {
    if (name.startsWith('.') || !suffixes.some((suffix) => name.endsWith(suffix))) continue;
    const path = join(folder, name);
    if ((await statIfThere(path, options))?.isFile() === true) files.push(path);
  }
  if (files.length > 0) return files;
  if (options.orFolder === true) return [folder];
  throw new WheelworksError(
    'cli/no-input',
    `${folder} holds no ${joinWords(suffixes, 'or')} file.`,
    {
      path: folder,
      hint: 'Give the folder that holds the files, or name them.',
    },
  );
}

function standardInput(): WheelworksError {
  return new WheelworksError('cli/standard-input', 'Standard input is not read.', {
    path: '-',
    hint: 'Write the input to a file and give its name.',
  });
}

/** The error for an input that stands for nothing. */
export function noSuchInput(input: string, isPattern: boolean): WheelworksError {
  const message = isPattern ? `Nothing matches ${input}.` : `${input} does not exist.`;
  return new WheelworksError('cli/no-such-input', message, {
    path: input,
    hint: 'Check the spelling and the current folder.',
  });
}
