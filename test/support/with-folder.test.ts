import { existsSync } from 'node:fs';
import { mkdtemp, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { withFolder } from '../../src/support/folders.ts';
import { cleanUpSync } from '../../src/support/interrupt.ts';
import { withTemporaryDirectory } from '../../src/support/temporary.ts';
import { scratch } from './scratch.ts';

describe('a folder that is made for some work', () => {
  it('goes when it is empty afterwards, with those above it, and stays when it is not', async () => {
    const root = await scratch();
    await withFolder(join(root, 'a', 'b'), async () => {});
    expect(await readdir(root)).toEqual([]);
    const path = join(root, 'a', 'b');
    await withFolder(path, async () => writeFile(join(path, 'x'), ''));
    expect(await readdir(path)).toEqual(['x']);
  });

  it('stays when it was there', async () => {
    const root = await mkdtemp(join(await scratch(), 'there-'));
    await withFolder(root, async () => {});
    expect(await readdir(root)).toEqual([]);
  });

  it('goes on an interrupt, with what is temporary in it', async () => {
    const path = join(await scratch(), 'a');
    await withTemporaryDirectory('before-', async () =>
      withFolder(path, async () =>
        withTemporaryDirectory(
          '.work-',
          async () => {
            cleanUpSync();
            expect(existsSync(path)).toBe(false);
          },
          { parent: path },
        ),
      ),
    );
  });
});
