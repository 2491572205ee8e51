/** Copies of git repositories borrow their objects from a folder of this machine, which a container does not have. */
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';

export interface BorrowedStore {
  /** The object store of this machine. */
  readonly store: string;
  /** The store that borrows from it, relative to the copy, with `/`. */
  readonly target: string;
}

/** The stores of a copied tree, its own and those of its submodules, that borrow. */
export async function borrowedStores(tree: string): Promise<readonly BorrowedStore[]> {
  const found: BorrowedStore[] = [];
  const visit = async (folder: string): Promise<void> => {
    const target = `${folder}/objects`;
    const store = await readFile(join(tree, target, 'info', 'alternates'), 'utf8').catch(() => '');
    if (store.trim() !== '') found.push({ store: store.trim().split('\n')[0] ?? '', target });
    for (const name of await folders(join(tree, folder, 'modules')))
      await visit(`${folder}/modules/${name}`);
  };
  await visit('.git');
  return found;
}

async function folders(path: string): Promise<readonly string[]> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}
