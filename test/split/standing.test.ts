import { randomBytes } from 'node:crypto';
import { readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isRefused, planSplits, splitWheels, type SplitOptions } from '../../src/split/index.ts';
import { joinSplitSet, withSplitSet } from '../../src/wheel/split/index.ts';
import { cli } from '../support/cli.ts';
import { scratch } from '../support/scratch.ts';
import { setOf } from '../support/split-plans.ts';
import { writeWheelFile } from '../support/wheel-builder.ts';

const options: SplitOptions = {
  maxSize: 200_000,
  byPath: ['pkg/big.bin'],
  generator: 'wheelworks test',
  jobs: 2,
};

/** Nothing is cut: the part of one wheel is that of both. */
const whole: SplitOptions = { ...options, byPath: [], inPlace: ['pkg/big.bin'] };

/** Two wheels of a release that share a large file, and the folder that their set goes to. */
async function release(
  kilobytes = 500,
): Promise<{ folder: string; wheels: string[]; directory: string }> {
  const folder = await scratch();
  const shared = { 'pkg/big.bin': randomBytes(kilobytes * 1000) };
  const wheels: string[] = [];
  for (const tag of ['cp311', 'cp312'])
    wheels.push(
      await writeWheelFile(folder, {
        tags: `${tag}-${tag}-linux_x86_64`,
        files: { 'pkg/a.bin': randomBytes(60_000), ...shared },
      }),
    );
  return { folder, wheels, directory: join(folder, 'out') };
}

/** File name to bytes, of all there is. */
async function contents(directory: string): Promise<Record<string, string>> {
  const names = (await readdir(directory)).sort();
  const texts = await Promise.all(names.map((name) => readFile(join(directory, name), 'base64')));
  return Object.fromEntries(names.map((name, index) => [name, texts[index] ?? '']));
}

/** Whether a set gives its original back. */
async function joins(main: string, original: string, to: string): Promise<boolean> {
  const directory = join(main, '..');
  const names = await readdir(directory);
  const candidates = names.map((name) => join(directory, name));
  const path = await withSplitSet(main, candidates, (set) => joinSplitSet(set, to));
  return Buffer.compare(await readFile(path), await readFile(original)) === 0;
}

describe('another set of the release in the folder', () => {
  it('keeps its parts: the split that would take them is refused, and nothing is written', async () => {
    const { folder, wheels, directory } = await release();
    const { plan } = await setOf(wheels, { ...options, directory });
    expect(plan.parts.length).toBeGreaterThan(2);
    const before = await contents(directory);
    const [first = '', other = ''] = wheels;
    const larger = { ...options, maxSize: 300_000, directory };
    for (const results of [await splitWheels([first], larger), await planSplits([first], larger)]) {
      const refusals = results.filter(isRefused).flatMap((each) => each.refusals);
      expect(refusals.map(({ error }) => error)).toMatchObject([
        {
          code: 'split/part-in-use',
          path: directory,
          message: expect.stringContaining(basename(other)),
          evidence: expect.stringMatching(/^pkg-1\.0-cp312-\S+ needs pkg_part1-1\.0-/),
          hint: expect.stringContaining('split all wheels of the release together'),
        },
      ]);
      expect(await contents(directory)).toEqual(before);
    }
    expect(await joins(join(directory, basename(other)), other, folder)).toBe(true);
  });

  it('keeps them also where only the bytes differ, which nobody knows before', async () => {
    const { folder, wheels, directory } = await release(150);
    const [first = '', other = ''] = wheels;
    await setOf(wheels, { ...whole, directory });
    const before = await contents(directory);
    const [result] = await splitWheels([first], { ...whole, generator: 'another', directory });
    expect(result).toMatchObject({ refusals: [{ error: { code: 'split/part-in-use' } }] });
    expect(await contents(directory)).toEqual(before);
    expect(await joins(join(directory, basename(other)), other, folder)).toBe(true);
  });

  it('is no hindrance where the parts are the very same', async () => {
    const { folder, wheels, directory } = await release(150);
    const [first = '', other = ''] = wheels;
    await setOf(wheels, { ...whole, directory });
    const { removed } = await setOf([first], { ...whole, directory });
    expect(removed).toEqual([]);
    expect(await joins(join(directory, basename(other)), other, folder)).toBe(true);
  });

  it('is none where all wheels are split together, which leaves nothing of the first split', async () => {
    const { folder, wheels, directory } = await release();
    const { plan } = await setOf(wheels, { ...options, directory });
    const larger = { ...options, maxSize: 400_000, directory };
    const [planned] = await planSplits(wheels, larger);
    const { plan: next, removed } = await setOf(wheels, larger);
    const kept = next.parts.map(({ filename }) => filename);
    const gone = plan.parts.map(({ filename }) => filename).filter((name) => !kept.includes(name));
    expect(gone.length).toBeGreaterThan(0);
    expect(planned).toMatchObject({ removed: gone });
    expect(removed).toEqual(gone);
    expect(Object.keys(await contents(directory)).sort()).toEqual(
      [...kept, ...wheels.map((path) => basename(path))].sort(),
    );
    for (const wheel of wheels)
      expect(await joins(join(directory, basename(wheel)), wheel, folder)).toBe(true);
  });
});

describe('parts of an earlier split', () => {
  it('go when the set needs fewer, and are named; --dry-run says so and leaves them', async () => {
    const { folder, wheels } = await release();
    const [first = ''] = wheels;
    const args = ['split', basename(first), '--by-path', 'pkg/big.bin', '-o', 'out'];
    expect((await cli([...args, '--max-size', '200kB'], { cwd: folder })).code).toBe(0);
    const before = Object.keys(await contents(join(folder, 'out')));
    const again = [...args, '--max-size', '400kB'];
    const dry = await cli([...again, '--dry-run'], { cwd: folder });
    expect(dry.out).toMatch(
      /\d files? of earlier runs would be removed, which no set needs any more: pkg_part\d/,
    );
    expect(Object.keys(await contents(join(folder, 'out')))).toEqual(before);
    const document = await cli([...again, '--dry-run', '--json'], { cwd: folder });
    const { releases } = JSON.parse(document.out) as { releases: { removed: string[] }[] };
    const [{ removed } = { removed: [] }] = releases;
    expect(removed.length).toBeGreaterThan(0);
    const real = await cli(again, { cwd: folder });
    for (const name of removed) expect(real.out).toContain(name);
    expect(real.out).toContain('of earlier runs removed, which no set needs any more: ');
    const after = Object.keys(await contents(join(folder, 'out')));
    expect(after).toEqual(before.filter((name) => !removed.includes(name)));
  });

  it('stay where anything speaks for them: other bytes, another version, a set that cannot be read', async () => {
    const { folder, wheels, directory } = await release();
    const [first = '', other = ''] = wheels;
    const { plan } = await setOf([first], { ...options, directory });
    const [last] = plan.parts.slice(-1);
    const path = join(directory, last?.filename ?? '');
    const bytes = await readFile(path);
    const larger = { ...options, maxSize: 400_000, directory };

    await writeFile(path, 'something else');
    const [changed] = await planSplits([first], larger);
    expect(changed).toMatchObject({ removed: expect.not.arrayContaining([last?.filename]) });
    await writeFile(path, bytes);

    await writeFile(join(directory, basename(other)), 'half of a main wheel');
    expect(await planSplits([first], larger)).toMatchObject([{ removed: [] }]);

    const elsewhere = join(folder, 'elsewhere.whl');
    await rename(join(directory, basename(other)), elsewhere);
    await rename(
      join(directory, basename(first)),
      join(directory, basename(first).replace('1.0', '1.1')),
    );
    expect(await planSplits([first], larger)).toMatchObject([{ removed: [] }]);
  });
});
