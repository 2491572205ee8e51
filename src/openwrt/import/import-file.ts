/** A recipe of a feed, with the files beside its Makefile. */
import { readFile, readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileError, systemErrorCode } from '../../support/errors.ts';
import { parseMakefile } from '../makefile/index.ts';
import { importRecipe, type ImportedRecipe } from './import.ts';

/**
 * Reads a recipe with what it includes from its own folder, and the names of its patches.
 * @param path of the Makefile, or of its folder
 * @throws WheelworksError as `importRecipe`, and `file/*`.
 */
export async function importRecipeFile(path: string): Promise<ImportedRecipe> {
  const makefile = await makefileAt(path);
  const text = await readText(makefile);
  return importRecipe(text, {
    path: makefile,
    included: await includedFiles(text, dirname(makefile)),
    patches: await namesIn(join(dirname(makefile), 'patches')),
  });
}

/** The Makefile that a path means: itself, or the one in the folder. */
export async function makefileAt(path: string): Promise<string> {
  const found = await stat(path).catch((error: unknown) => {
    throw fileError(error, path);
  });
  return found.isDirectory() ? join(path, 'Makefile') : path;
}

/** Files of other folders are the build system's, and stay includes. */
async function includedFiles(text: string, folder: string): Promise<Map<string, string[]>> {
  const included = new Map<string, string[]>();
  for (const statement of parseMakefile(text, folder).statements) {
    if (statement.kind !== 'include') continue;
    for (const path of statement.paths) {
      if (!/^(?:\.\/)?(?!\/)[^$]*$/.test(path) || path.split('/').includes('..')) continue;
      const place = join(folder, dirname(path));
      const pattern = globPattern(basename(path));
      const names = (await namesIn(place)).filter((name) => pattern.test(name));
      if (names.length > 0)
        included.set(path, await Promise.all(names.map((name) => readText(join(place, name)))));
    }
  }
  return included;
}

function globPattern(name: string): RegExp {
  const escaped = name.replace(/[\\^$.|+()[\]{}?]/g, String.raw`\$&`).replaceAll('*', '.*');
  return new RegExp(`^${escaped}$`);
}

async function namesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    if (systemErrorCode(error) === 'ENOENT' || systemErrorCode(error) === 'ENOTDIR') return [];
    throw fileError(error, folder);
  });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name)
    .sort();
}

async function readText(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: unknown) => {
    throw fileError(error, path);
  });
}
