import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  TEMPORARY_PREFIX,
  removeTemporariesSync,
  removeTemporary,
  temporaryBeside,
  trackTemporary,
  withTemporaryDirectory,
} from '../../src/support/temporary.ts';
import { scratch } from './scratch.ts';

describe('withTemporaryDirectory', () => {
  it('gives an empty folder of that name and removes it with all that is in it', async () => {
    const parent = await scratch();
    const used = await withTemporaryDirectory(
      'build-',
      async (directory) => {
        expect(dirname(directory)).toBe(parent);
        expect(basename(directory)).toMatch(/^build-/);
        expect(await readdir(directory)).toEqual([]);
        await mkdir(join(directory, 'a', 'b'), { recursive: true });
        await writeFile(join(directory, 'a', 'b', 'c'), 'x');
        return directory;
      },
      { parent },
    );
    expect(existsSync(used)).toBe(false);
    expect(await readdir(parent)).toEqual([]);
  });

  it('works in the system folder, and makes a parent that is missing', async () => {
    const parent = join(await scratch(), 'new', 'deep');
    const [plain, deep] = await withTemporaryDirectory('p-', async (one) => [
      one,
      await withTemporaryDirectory('d-', async (two) => two, { parent }),
    ]);
    expect(existsSync(plain ?? '')).toBe(false);
    expect(dirname(deep ?? '')).toBe(parent);
  });

  it('removes it and passes the error on when the work fails', async () => {
    const parent = await scratch();
    const work = withTemporaryDirectory('x-', () => Promise.reject(new Error('broken')), {
      parent,
    });
    await expect(work).rejects.toThrow('broken');
    expect(await readdir(parent)).toEqual([]);
  });

  it.each([
    { keep: true, fails: false, stays: true },
    { keep: true, fails: true, stays: true },
    { keep: 'on-failure', fails: false, stays: false },
    { keep: 'on-failure', fails: true, stays: true },
  ] as const)('keep $keep, fails $fails: stays $stays', async ({ keep, fails, stays }) => {
    const parent = await scratch();
    const work = withTemporaryDirectory(
      'x-',
      () => (fails ? Promise.reject(new Error('f')) : Promise.resolve()),
      {
        parent,
        keep,
      },
    );
    await work.catch(() => {});
    expect(await readdir(parent)).toHaveLength(stays ? 1 : 0);
    // What is kept is not on the list of an interrupt either.
    removeTemporariesSync();
    expect(await readdir(parent)).toHaveLength(stays ? 1 : 0);
  });

  it('is removed by an interrupt while the work goes on', async () => {
    const parent = await scratch();
    await withTemporaryDirectory(
      'x-',
      async (directory) => {
        await writeFile(join(directory, 'file'), '');
        removeTemporariesSync();
        expect(existsSync(directory)).toBe(false);
      },
      { parent },
    );
  });

  it('says which parent it cannot use', async () => {
    const parent = join(await scratch(), 'file');
    await writeFile(parent, '');
    await expect(withTemporaryDirectory('x-', async () => {}, { parent })).rejects.toMatchObject({
      code: 'file/exists',
      path: parent,
    });
  });
});

describe('temporaryBeside', () => {
  it('is a new recognisable name in the same folder each time', () => {
    const first = temporaryBeside('/some/folder/pkg.whl');
    const second = temporaryBeside('/some/folder/pkg.whl');
    expect(dirname(first)).toBe('/some/folder');
    expect(basename(first)).toMatch(
      new RegExp(`^\\${TEMPORARY_PREFIX}${process.pid}-[0-9a-f]+-pkg\\.whl\\.tmp$`),
    );
    expect(second).not.toBe(first);
  });

  it.each(['a'.repeat(255), 'é'.repeat(127), '漢'.repeat(85), '😀'.repeat(63)])(
    'fits into 255 bytes for a name that fills them: %s',
    async (name) => {
      const path = temporaryBeside(join(await scratch(), name));
      expect(Buffer.byteLength(basename(path))).toBeLessThanOrEqual(255);
      await writeFile(path, '');
    },
  );
});

describe('removeTemporary', () => {
  it('removes folders without write permission', async () => {
    const directory = join(await scratch(), 'tree');
    await mkdir(join(directory, 'sub'), { recursive: true });
    await writeFile(join(directory, 'sub', 'file'), '');
    await chmod(join(directory, 'sub'), 0o500);
    await chmod(directory, 0o500);
    expect(await removeTemporary(directory)).toBe(true);
    await expect(stat(directory)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('is content with what is gone already', async () => {
    expect(await removeTemporary(join(await scratch(), 'none'))).toBe(true);
  });
});

describe('removeTemporariesSync', () => {
  it('removes what is on the list and not what was taken off', async () => {
    const directory = await scratch();
    const [listed, off] = [join(directory, 'listed'), join(directory, 'off')];
    await writeFile(listed, '');
    await writeFile(off, '');
    trackTemporary(listed);
    trackTemporary(off)();
    removeTemporariesSync();
    expect(await readdir(directory)).toEqual(['off']);
  });
});
