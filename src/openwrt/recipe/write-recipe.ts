/** The files of a recipe written to their folder. */
import { chmod, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { writeBytesAtomic } from '../../support/atomic-file.ts';
import { WheelworksError, systemErrorCode } from '../../support/errors.ts';
import { makeFolders } from '../../support/folders.ts';
import type { DerivedRecipe } from './derive.ts';

/**
 * Writes a recipe into a folder of its name.
 * @returns the paths that were written
 * @throws WheelworksError `recipe/exists` when one of its files is there and must not be replaced, `file/*`.
 */
export async function writeRecipe(
  recipe: Pick<DerivedRecipe, 'name' | 'files'>,
  folder: string,
  { replace = false }: { readonly replace?: boolean } = {},
): Promise<string[]> {
  const target = join(folder, recipe.name);
  const paths = recipe.files.map((file) => join(target, file.path));
  if (!replace) for (const path of paths) await requireFree(path);
  await makeFolders(target);
  for (const [index, { text, mode }] of recipe.files.entries()) {
    const path = paths[index] ?? target;
    await writeBytesAtomic(path, Buffer.from(text));
    await chmod(path, mode);
  }
  return paths;
}

async function requireFree(path: string): Promise<void> {
  const found = await stat(path).catch((error: unknown) => {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (found !== undefined)
    throw new WheelworksError('recipe/exists', `${path} is there already.`, {
      path,
      hint: 'Bring a recipe up to date with "openwrt recipe update", or replace it with --force.',
    });
}
