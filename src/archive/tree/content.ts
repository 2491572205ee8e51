import { readFile } from 'node:fs/promises';
import { fileError } from '../../support/errors.ts';
import type { TreeFile } from './file-tree.ts';

/**
 * The bytes of a file of a tree, whole.
 * @throws WheelworksError `file/*` when a file of this machine cannot be read.
 */
export async function contentOf({ content }: TreeFile): Promise<Uint8Array> {
  if ('bytes' in content) return content.bytes;
  try {
    return await readFile(content.file);
  } catch (error) {
    throw fileError(error, content.file);
  }
}
