import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, lstat, mkdir, readFile, readdir, stat, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished, type TestContext } from 'vitest';
import { replaceDirectoryAtomic, writeFileAtomic } from '../../src/support/atomic-file.ts';
import { WheelworksError } from '../../src/support/errors.ts';
import { removeTemporariesSync } from '../../src/support/temporary.ts';
import { scratch } from './scratch.ts';

const isPosix = process.platform !== 'win32';

describe('writeFileAtomic', () => {
  it('writes a file, gives back what the writer gave, and leaves nothing else', async () => {
    const directory = await scratch();
    const target = join(directory, 'out.whl');
    const result = await writeFileAtomic(target, async (handle, temporary) => {
      expect(dirname(temporary)).toBe(directory);
      expect(basename(temporary)).toMatch(/^\.wheelworks-/);
      await handle.writeFile('content');
      return 7;
    });
    expect(result).toBe(7);
    expect(await readFile(target, 'utf8')).toBe('content');
    expect(await readdir(directory)).toEqual(['out.whl']);
  });

  it('shows the old file until the new one is complete', async () => {
    const target = join(await scratch(), 'file');
    await writeFile(target, 'old');
    await writeFileAtomic(target, async (handle) => {
      await handle.writeFile('new');
      expect(await readFile(target, 'utf8')).toBe('old');
    });
    expect(await readFile(target, 'utf8')).toBe('new');
  });

  it('leaves the old file and no temporary when the writer fails', async () => {
    const directory = await scratch();
    const target = join(directory, 'file');
    await writeFile(target, 'old');
    const failing = writeFileAtomic(target, async (handle) => {
      await handle.writeFile('half');
      throw new WheelworksError('test/failure', 'no');
    });
    await expect(failing).rejects.toMatchObject({ code: 'test/failure' });
    expect(await readFile(target, 'utf8')).toBe('old');
    expect(await readdir(directory)).toEqual(['file']);
  });

  it('is undone by an interrupt in the middle', async () => {
    const directory = await scratch();
    const work = writeFileAtomic(join(directory, 'file'), async (handle) => {
      await handle.writeFile('half');
      expect(await readdir(directory)).toHaveLength(1);
      removeTemporariesSync();
      expect(await readdir(directory)).toEqual([]);
    });
    await expect(work).rejects.toMatchObject({ code: 'file/not-found' });
    expect(await readdir(directory)).toEqual([]);
  });

  it.skipIf(!isPosix)('sets the mode that was asked for, whatever the umask', async () => {
    const directory = await scratch();
    const before = process.umask(0o077);
    onTestFinished(() => {
      process.umask(before);
    });
    await writeFileAtomic(join(directory, 'wide'), async () => {}, { mode: 0o755 });
    await writeFileAtomic(join(directory, 'plain'), async () => {});
    expect((await stat(join(directory, 'wide'))).mode & 0o777).toBe(0o755);
    expect((await stat(join(directory, 'plain'))).mode & 0o777).toBe(0o600);
  });

  it.skipIf(!isPosix)('replaces a symbolic link and not what it points to', async () => {
    const directory = await scratch();
    const real = join(directory, 'real');
    const target = join(directory, 'link');
    await writeFile(real, 'untouched');
    await symlink(real, target);
    await writeFileAtomic(target, (handle) => handle.writeFile('new'));
    expect(await readFile(real, 'utf8')).toBe('untouched');
    expect((await lstat(target)).isFile()).toBe(true);
  });

  it('flushes the folder too when asked', async () => {
    const target = join(await scratch(), 'file');
    await writeFileAtomic(target, (handle) => handle.writeFile('x'), {
      fsyncDirectory: true,
      flush: false,
    });
    expect(await readFile(target, 'utf8')).toBe('x');
  });

  it('refuses a folder, and names a missing one', async () => {
    const directory = await scratch();
    await expect(writeFileAtomic(directory, async () => {})).rejects.toMatchObject({
      code: 'file/is-a-directory',
    });
    const orphan = join(directory, 'missing', 'file');
    await expect(writeFileAtomic(orphan, async () => {})).rejects.toMatchObject({
      code: 'file/not-found',
      path: dirname(orphan),
    });
  });

  it('does not blame the target for another file that the writer misses', async () => {
    const directory = await scratch();
    const missing = join(directory, 'source');
    const work = writeFileAtomic(join(directory, 'target'), async () => {
      await readFile(missing);
    });
    await expect(work).rejects.toMatchObject({ code: 'ENOENT', path: missing });
  });
});

describe('writeFileAtomic without replacing', () => {
  it('does not touch a file that is there, and does not even begin', async () => {
    const target = join(await scratch(), 'file');
    await writeFile(target, 'old');
    let began = false;
    const work = writeFileAtomic(
      target,
      async () => {
        began = true;
      },
      { replace: false },
    );
    await expect(work).rejects.toMatchObject({ code: 'file/exists', path: target });
    expect(began).toBe(false);
    expect(await readFile(target, 'utf8')).toBe('old');
  });

  it('does not replace a file that appears meanwhile', async () => {
    const directory = await scratch();
    const target = join(directory, 'file');
    const work = writeFileAtomic(
      target,
      async (handle) => {
        await handle.writeFile('late');
        await writeFile(target, 'first');
      },
      { replace: false },
    );
    await expect(work).rejects.toMatchObject({ code: 'file/exists' });
    expect(await readFile(target, 'utf8')).toBe('first');
    expect(await readdir(directory)).toEqual(['file']);
  });

  it('lets exactly one of many writers win', async () => {
    const directory = await scratch();
    const target = join(directory, 'file');
    let arrived = 0;
    let open: (() => void) | undefined;
    const allThere = new Promise<void>((resolve) => {
      open = resolve;
    });
    const outcomes = await Promise.allSettled(
      Array.from({ length: 8 }, (_, index) =>
        writeFileAtomic(
          target,
          async (handle) => {
            await handle.writeFile(String(index));
            arrived += 1;
            if (arrived === 8) open?.();
            await allThere;
            return index;
          },
          { replace: false },
        ),
      ),
    );
    const winners = outcomes.filter((outcome) => outcome.status === 'fulfilled');
    expect(winners).toHaveLength(1);
    expect(await readFile(target, 'utf8')).toBe(String(winners[0]?.value));
    const reasons = outcomes.flatMap((outcome) =>
      outcome.status === 'rejected' ? [(outcome.reason as WheelworksError).code] : [],
    );
    expect(reasons).toEqual(Array.from({ length: 7 }, () => 'file/exists'));
    expect(await readdir(directory)).toEqual(['file']);
  });
});

/** A file system of one megabyte. */
async function smallDisk(context: TestContext): Promise<string> {
  const isRoot = process.platform === 'linux' && process.getuid?.() === 0;
  context.skip(!isRoot, 'needs root on Linux to mount a small tmpfs');
  const path = await scratch();
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', path], { stdio: 'pipe' });
  } catch {
    context.skip('needs a machine where mount is allowed');
  }
  onTestFinished(() => {
    execFileSync('umount', [path]);
  });
  return path;
}

describe('a full disk', () => {
  it('is named, the old file stays and nothing is left over', async (context) => {
    const disk = await smallDisk(context);
    const target = join(disk, 'file.whl');
    await writeFile(target, 'old');
    const work = writeFileAtomic(target, async (handle) => {
      for (let part = 0; part < 32; part += 1) await handle.writeFile(Buffer.alloc(1 << 16, 1));
    });
    await expect(work).rejects.toMatchObject({ code: 'file/disk-full', path: target });
    expect(await readFile(target, 'utf8')).toBe('old');
    expect(await readdir(disk)).toEqual(['file.whl']);
  });

  it('undoes a folder too', async (context) => {
    const disk = await smallDisk(context);
    const target = join(disk, 'site');
    await mkdir(target);
    await writeFile(join(target, 'index.html'), 'old');
    const work = replaceDirectoryAtomic(target, async (temporary) => {
      for (let part = 0; part < 32; part += 1)
        await writeFile(join(temporary, String(part)), Buffer.alloc(1 << 16, 1));
    });
    await expect(work).rejects.toMatchObject({ code: 'file/disk-full', path: target });
    expect(await readdir(disk)).toEqual(['site']);
    expect(await readFile(join(target, 'index.html'), 'utf8')).toBe('old');
  });
});

async function oldSite(): Promise<{ directory: string; target: string }> {
  const directory = await scratch();
  const target = join(directory, 'site');
  await mkdir(target);
  await writeFile(join(target, 'old'), 'old');
  return { directory, target };
}

describe('replaceDirectoryAtomic', () => {
  it('makes a folder that is new', async () => {
    const directory = await scratch();
    const target = join(directory, 'new');
    const result = await replaceDirectoryAtomic(target, async (temporary) => {
      expect(existsSync(target)).toBe(false);
      await writeFile(join(temporary, 'file'), 'x');
      return 'made';
    });
    expect(result).toBe('made');
    expect(await readdir(target)).toEqual(['file']);
    expect(await readdir(directory)).toEqual(['new']);
  });

  it('swaps a whole tree: nothing of the old one remains', async () => {
    const { directory, target } = await oldSite();
    await replaceDirectoryAtomic(target, async (temporary) => {
      await writeFile(join(temporary, 'new'), 'new');
      expect(await readdir(target)).toEqual(['old']);
    });
    expect(await readdir(target)).toEqual(['new']);
    expect(await readdir(directory)).toEqual(['site']);
  });

  it('leaves the old tree when filling fails or is interrupted', async () => {
    const { directory, target } = await oldSite();
    const failing = replaceDirectoryAtomic(target, async (temporary) => {
      await writeFile(join(temporary, 'new'), 'new');
      throw new Error('broken');
    });
    await expect(failing).rejects.toThrow('broken');
    const interrupted = replaceDirectoryAtomic(target, async () => {
      removeTemporariesSync();
    });
    await expect(interrupted).rejects.toMatchObject({ code: 'file/not-found' });
    expect(await readdir(target)).toEqual(['old']);
    expect(await readdir(directory)).toEqual(['site']);
  });

  it('with replace false takes an empty folder but no other', async () => {
    const { directory, target } = await oldSite();
    const refused = replaceDirectoryAtomic(target, async () => {}, { replace: false });
    await expect(refused).rejects.toMatchObject({ code: 'file/exists', path: target });
    const empty = join(directory, 'empty');
    await mkdir(empty);
    await replaceDirectoryAtomic(empty, (temporary) => writeFile(join(temporary, 'new'), ''), {
      replace: false,
    });
    expect(await readdir(empty)).toEqual(['new']);
  });

  it('with replace false does not replace what somebody puts there meanwhile', async () => {
    const directory = await scratch();
    const target = join(directory, 'site');
    const work = replaceDirectoryAtomic(
      target,
      async () => {
        await mkdir(target);
        await writeFile(join(target, 'theirs'), '');
      },
      { replace: false },
    );
    await expect(work).rejects.toMatchObject({ code: 'file/exists' });
    expect(await readdir(target)).toEqual(['theirs']);
    expect(await readdir(directory)).toEqual(['site']);
  });

  it('refuses to replace a file', async () => {
    const target = join(await scratch(), 'file');
    await writeFile(target, 'x');
    await expect(replaceDirectoryAtomic(target, async () => {})).rejects.toMatchObject({
      code: 'file/not-a-directory',
    });
    expect(await readFile(target, 'utf8')).toBe('x');
  });

  it.skipIf(!isPosix)('replaces what a link points to and keeps the link', async () => {
    const { directory, target } = await oldSite();
    const link = join(directory, 'current');
    await symlink('site', link);
    await replaceDirectoryAtomic(link, (temporary) => writeFile(join(temporary, 'new'), ''));
    expect((await lstat(link)).isSymbolicLink()).toBe(true);
    expect(await readdir(target)).toEqual(['new']);
  });

  it('removes an old tree whose folders may not be written to', async () => {
    const { directory, target } = await oldSite();
    await mkdir(join(target, 'locked'));
    await writeFile(join(target, 'locked', 'file'), '');
    await chmod(join(target, 'locked'), 0o500);
    await replaceDirectoryAtomic(target, async () => {});
    expect(await readdir(directory)).toEqual(['site']);
  });
});
