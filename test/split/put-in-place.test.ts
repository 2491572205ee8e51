import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { putInPlace, type Unplaced } from '../../src/split/writing/put-in-place.ts';
import { scratch } from '../support/scratch.ts';

/** Three wheels without their names, and a folder in which the second of them stands in an older form. */
async function three(): Promise<{ files: Unplaced[]; directory: string; scratch: string }> {
  const root = await scratch();
  const directory = join(root, 'out');
  const work = join(directory, '.work');
  await mkdir(work, { recursive: true });
  const files: Unplaced[] = [];
  for (const filename of ['a.whl', 'b.whl', 'c.whl']) {
    const path = join(work, filename);
    await writeFile(path, `new ${filename}`);
    files.push({ path, filename });
  }
  await writeFile(join(directory, 'b.whl'), 'old b.whl');
  return { files, directory, scratch: work };
}

describe('the names of a set', () => {
  it('are given to all of its wheels, and replace those before', async () => {
    const { files, ...places } = await three();
    const placed = await putInPlace(files, places);
    expect(await Promise.all(placed.map(({ path }) => readFile(path, 'utf8')))).toEqual([
      'new a.whl',
      'new b.whl',
      'new c.whl',
    ]);
  });

  it('are taken back when one cannot be given', async () => {
    const { files, ...places } = await three();
    await mkdir(join(places.directory, 'c.whl', 'full'), { recursive: true });
    await expect(putInPlace(files, places)).rejects.toMatchObject({
      path: join(places.directory, 'c.whl'),
      evidence: undefined,
    });
    const left = (await readdir(places.directory)).filter((name) => !name.startsWith('.'));
    expect(left.sort()).toEqual(['b.whl', 'c.whl']);
    expect(await readFile(join(places.directory, 'b.whl'), 'utf8')).toBe('old b.whl');
  });
});
