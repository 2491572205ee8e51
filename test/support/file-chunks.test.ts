import { execFileSync } from 'node:child_process';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fileChunks } from '../../src/support/file-chunks.ts';
import { scratch } from './scratch.ts';

async function chunksOf(source: AsyncIterable<Uint8Array>): Promise<Uint8Array[]> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of source) chunks.push(chunk);
  return chunks;
}

describe('fileChunks', () => {
  it('gives the whole file in chunks of the length asked for, and nothing of an empty one', async () => {
    const folder = await scratch();
    const content = Buffer.from(Array.from({ length: 2500 }, (_, index) => index % 251));
    await writeFile(join(folder, 'file'), content);
    await writeFile(join(folder, 'empty'), '');
    const chunks = await chunksOf(fileChunks(join(folder, 'file'), 1000));
    expect(chunks.map(({ length }) => length)).toEqual([1000, 1000, 500]);
    expect(Buffer.concat(chunks).equals(content)).toBe(true);
    expect(await chunksOf(fileChunks(join(folder, 'empty'), 1000))).toEqual([]);
  });

  it.skipIf(process.platform === 'win32')(
    'refuses a folder, and a named pipe without waiting for a writer',
    async () => {
      const folder = await scratch();
      const pipe = join(folder, 'pipe');
      execFileSync('mkfifo', [pipe]);
      await expect(fileChunks(pipe, 1000).next()).rejects.toMatchObject({
        code: 'file/not-regular',
        path: pipe,
      });
      await expect(fileChunks(folder, 1000).next()).rejects.toMatchObject({
        code: 'file/is-a-directory',
      });
    },
  );

  it.skipIf(process.platform !== 'linux')(
    'leaves no file open when the reader stops early (skipped without /proc)',
    async () => {
      const path = join(await scratch(), 'file');
      await writeFile(path, 'x'.repeat(5000));
      const before = (await readdir('/proc/self/fd')).length;
      for (let time = 0; time < 20; time += 1)
        for await (const chunk of fileChunks(path, 10)) if (chunk.length > 0) break;
      expect((await readdir('/proc/self/fd')).length).toBeLessThan(before + 20);
    },
  );
});
