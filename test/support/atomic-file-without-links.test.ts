import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { writeFileAtomic } from '../../src/support/atomic-file.ts';
import { scratch } from './scratch.ts';

const disk = vi.hoisted(() => ({ refusesRename: false }));

// FAT and some network shares have no hard links; Linux says EPERM.
vi.mock('node:fs/promises', async (importOriginal) => {
  const original = await importOriginal<{ rename: (from: string, to: string) => Promise<void> }>();
  const refused = (code: string): Promise<never> =>
    Promise.reject(Object.assign(new Error(code), { code }));
  return {
    ...original,
    link: () => refused('EPERM'),
    rename: (from: string, to: string) =>
      disk.refusesRename ? refused('EIO') : original.rename(from, to),
  };
});

describe('writeFileAtomic without replacing, on a file system without links', () => {
  it('makes a file that is new', async () => {
    const directory = await scratch();
    const target = join(directory, 'file');
    await writeFileAtomic(target, (handle) => handle.writeFile('new'), { replace: false });
    expect(await readFile(target, 'utf8')).toBe('new');
    expect(await readdir(directory)).toEqual(['file']);
  });

  it('does not replace a file that appears meanwhile', async () => {
    const directory = await scratch();
    const target = join(directory, 'file');
    const work = writeFileAtomic(target, () => writeFile(target, 'first'), { replace: false });
    await expect(work).rejects.toMatchObject({ code: 'file/exists' });
    expect(await readFile(target, 'utf8')).toBe('first');
    expect(await readdir(directory)).toEqual(['file']);
  });

  it('gives the name free again when the rename fails', async () => {
    const directory = await scratch();
    disk.refusesRename = true;
    onTestFinished(() => {
      disk.refusesRename = false;
    });
    const work = writeFileAtomic(join(directory, 'file'), async () => {}, { replace: false });
    await expect(work).rejects.toMatchObject({ code: 'file/io' });
    expect(await readdir(directory)).toEqual([]);
  });
});
