import { execFileSync } from 'node:child_process';
import { mkdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openBytes, openFile, type RandomAccess } from '../../src/support/random-access.ts';
import { scratch } from './scratch.ts';

const CONTENT = Uint8Array.from({ length: 1000 }, (_, index) => index % 251);

async function sources(): Promise<RandomAccess[]> {
  const path = join(await scratch(), 'file.bin');
  await writeFile(path, CONTENT);
  return [await openFile(path), openBytes(CONTENT)];
}

describe('a source', () => {
  it('reads any range and nothing else', async () => {
    for (const source of await sources()) {
      expect(source.size).toBe(1000);
      expect([...(await source.read(250, 4))]).toEqual([250, 0, 1, 2]);
      expect(await source.read(1000, 0)).toHaveLength(0);
      expect([...(await source.read(0, 1000))]).toEqual([...CONTENT]);
      await source.close();
    }
  });

  it.each([
    [999, 2],
    [1001, 0],
    [0, 1001],
    [-1, 1],
    [0, -1],
  ])('refuses offset %d, length %d', async (offset, length) => {
    for (const source of await sources()) {
      await expect(source.read(offset, length)).rejects.toMatchObject({ code: 'file/truncated' });
      await source.close();
    }
  });

  it.each([Number.NaN, 0.5, Infinity])('refuses %d as an offset and as a length', async (value) => {
    for (const source of await sources()) {
      await expect(source.read(value, 1)).rejects.toMatchObject({ code: 'file/truncated' });
      await expect(source.read(1, value)).rejects.toMatchObject({ code: 'file/truncated' });
      await source.close();
    }
  });
});

describe('openFile', () => {
  it('notices a file that shrinks while it is open', async () => {
    const path = join(await scratch(), 'shrinks');
    await writeFile(path, CONTENT);
    const source = await openFile(path);
    await truncate(path, 10);
    await expect(source.read(5, 10)).rejects.toMatchObject({ code: 'file/truncated', path });
    await source.close();
  });

  it('says what is wrong with a path', async () => {
    const directory = await scratch();
    await mkdir(join(directory, 'folder'));
    await writeFile(join(directory, 'file'), '');
    await expect(openFile(join(directory, 'none'))).rejects.toMatchObject({
      code: 'file/not-found',
    });
    await expect(openFile(join(directory, 'folder'))).rejects.toMatchObject({
      code: 'file/is-a-directory',
    });
    await expect(openFile(join(directory, 'file', 'x'))).rejects.toMatchObject({
      code: 'file/not-a-directory',
    });
  });

  it.skipIf(process.platform === 'win32')('refuses a device', async () => {
    await expect(openFile('/dev/null')).rejects.toMatchObject({ code: 'file/not-regular' });
  });

  it.skipIf(process.platform === 'win32')(
    'refuses a named pipe without waiting for a writer',
    async () => {
      const path = join(await scratch(), 'pipe');
      execFileSync('mkfifo', [path]);
      await expect(openFile(path)).rejects.toMatchObject({ code: 'file/not-regular', path });
    },
  );
});
