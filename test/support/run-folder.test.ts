import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { madeOnce } from './run-folder.ts';

async function runFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'wheelworks-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

it('is filled once, and nobody has it before it is full', async () => {
  const run = await runFolder();
  let fills = 0;
  const ask = async (): Promise<string> => {
    const folder = await madeOnce(
      'thing',
      async (made) => {
        fills += 1;
        await sleep(120);
        await writeFile(join(made, 'full'), 'yes');
      },
      run,
    );
    return readFile(join(folder, 'full'), 'utf8');
  };
  expect(await Promise.all([ask(), ask(), ask()])).toEqual(['yes', 'yes', 'yes']);
  expect(await ask()).toBe('yes');
  expect(fills).toBe(1);
});

it('fails for everybody when it could not be filled', async () => {
  const run = await runFolder();
  const fail = async (): Promise<void> => {
    throw new Error('no space');
  };
  await expect(madeOnce('thing', fail, run)).rejects.toThrow('no space');
  await expect(madeOnce('thing', async () => {}, run)).rejects.toThrow('no space');
});
