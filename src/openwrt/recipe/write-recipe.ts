/** The files of a recipe written to their folder. */
import { chmod, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeBytesAtomic } from '../../support/atomic-file.ts';
import { WheelworksError, fileError, systemErrorCode } from '../../support/errors.ts';
import { makeFolders } from '../../support/folders.ts';
import type { DerivedRecipe } from './derive.ts';

export interface WriteRecipeOptions {
  /** Files that say something else may go. */
  readonly replace?: boolean;
  /** What to do about a file that is there. */
  readonly hint?: string;
  /** A file that says the same is in no one's way. */
  readonly sameIsFree?: boolean;
}

const UPDATE_OR_FORCE =
  'Bring a recipe up to date with "openwrt recipe update", or replace it with --force.';

/**
 * Writes a recipe, or its definition, into a folder of its name.
 * @returns the paths that were written
 * @throws WheelworksError `recipe/exists` when one of its files is there and must not be replaced, `file/*`.
 */
export async function writeRecipe(
  recipe: Pick<DerivedRecipe, 'name' | 'files'>,
  folder: string,
  { replace = false, hint = UPDATE_OR_FORCE, sameIsFree = false }: WriteRecipeOptions = {},
): Promise<string[]> {
  const target = join(folder, recipe.name);
  const paths = recipe.files.map((file) => join(target, file.path));
  if (!replace)
    for (const [index, { text }] of recipe.files.entries())
      await requireFree(paths[index] ?? target, sameIsFree ? text : undefined, hint);
  await makeFolders(target);
  for (const [index, { text, mode }] of recipe.files.entries()) {
    const path = paths[index] ?? target;
    await writeBytesAtomic(path, Buffer.from(text));
    await chmod(path, mode);
  }
  return paths;
}

/** No file is there, or one that says this. */
async function requireFree(path: string, text: string | undefined, hint: string): Promise<void> {
  const found = await readFile(path).catch((error: unknown) => {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw fileError(error, path);
  });
  const isSame = text !== undefined && found?.equals(Buffer.from(text)) === true;
  if (found !== undefined && !isSame)
    throw new WheelworksError('recipe/exists', `${path} is there already.`, { path, hint });
}
