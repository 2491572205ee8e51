import { spawnSync } from 'node:child_process';
import { chmod, mkdir, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { makeFolders } from '../../src/support/folders.ts';
import { scratch } from './scratch.ts';

const isRoot = process.getuid?.() === 0;
const isWindows = process.platform === 'win32';

describe('makeFolders', () => {
  it('makes all that are missing, and is content with one that is there', async () => {
    const path = join(await scratch(), 'a/b/c');
    await makeFolders(path);
    expect((await stat(path)).isDirectory()).toBe(true);
    await makeFolders(path);
    await Promise.all([makeFolders(join(path, 'd/e')), makeFolders(join(path, 'd/e'))]);
    expect((await stat(join(path, 'd/e'))).isDirectory()).toBe(true);
  });

  it('says when a file is in the way, as the last part or above it', async () => {
    const path = join(await scratch(), 'file');
    await writeFile(path, '');
    await expect(makeFolders(path)).rejects.toMatchObject({ code: 'file/not-a-directory', path });
    await expect(makeFolders(join(path, 'a/b'))).rejects.toMatchObject({
      code: 'file/not-a-directory',
    });
  });

  it.skipIf(process.platform !== 'linux')('says that a file system takes none', async () => {
    await expect(makeFolders('/proc/none')).rejects.toMatchObject({
      code: 'file/read-only',
      message: 'The folder /proc/none could not be made.',
    });
  });

  it.skipIf(isWindows)('follows a link to a folder', async () => {
    const folder = await scratch();
    await mkdir(join(folder, 'real'));
    await symlink(join(folder, 'real'), join(folder, 'link'));
    await makeFolders(join(folder, 'link'));
    await makeFolders(join(folder, 'link/below'));
    expect((await stat(join(folder, 'real/below'))).isDirectory()).toBe(true);
  });

  it.skipIf(isRoot || isWindows)(
    'names a forbidden parent as what it is (skipped for root)',
    async () => {
      const folder = await scratch();
      await chmod(folder, 0o500);
      onTestFinished(() => chmod(folder, 0o700));
      await expect(makeFolders(join(folder, 'a/b'))).rejects.toMatchObject({
        code: 'file/no-permission',
        path: join(folder, 'a'),
      });
    },
  );

  it.skipIf(!isRoot || process.platform !== 'linux')(
    'names a read-only disk as what it is (skipped without root on Linux)',
    async (context) => {
      const folder = await scratch();
      const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'ro', 'tmpfs', folder]);
      if (mounted.status !== 0) return context.skip('mounting a tmpfs is not allowed here');
      onTestFinished(() => {
        spawnSync('umount', [folder]);
      });
      return expect(makeFolders(join(folder, 'a/b/c'))).rejects.toMatchObject({
        code: 'file/read-only',
        path: join(folder, 'a'),
      });
    },
  );
});
