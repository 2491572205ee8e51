import { describe, expect, it } from 'vitest';
import { SectionNamesWatch } from '../../src/wheel/section-names-watch.ts';

const NAME = '.shstrtab\0';
const KEPT = 64 << 10;

function watch(file: Buffer, chunkLength: number, from = 0) {
  const names = new SectionNamesWatch(from);
  for (let at = 0; at < file.length; at += chunkLength)
    names.take(at, file.subarray(at, at + chunkLength));
  return names.kept();
}

function fileWith(positions: readonly number[], size = 1 << 20): Buffer {
  const file = Buffer.alloc(size);
  for (let at = 0; at < size; at += 4) file.writeUInt32LE(at, at);
  for (const at of positions) file.write(NAME, at, 'latin1');
  return file;
}

describe('SectionNamesWatch', () => {
  it.each([
    ['inside a piece', 300_000, 200_000],
    ['across the end of a piece', 399_995, 200_000],
    ['at the end of a piece', 400_000 - NAME.length, 200_000],
    ['at the beginning of a piece', 400_000, 200_000],
    ['with pieces smaller than what is kept', 300_000, 8192],
  ])('keeps what is around the name: %s', (_, position, chunkLength) => {
    const file = fileWith([position]);
    const [found, ...others] = watch(file, chunkLength);
    expect(others).toEqual([]);
    const start = found?.start ?? -1;
    const end = start + (found?.data.length ?? 0);
    expect(start).toBeLessThan(position - 4096);
    expect(end).toBe(position + KEPT);
    expect(Buffer.compare(found?.data ?? Buffer.alloc(0), file.subarray(start, end))).toBe(0);
  });

  it('does not look at what is loaded', () => {
    const file = fileWith([100_000, 700_000]);
    const starts = watch(file, 100_000, 500_000).map(({ start }) => start);
    expect(starts).toHaveLength(1);
    expect(starts[0]).toBeGreaterThan(500_000);
  });

  it('keeps little of a file that is full of the name', () => {
    const file = Buffer.from(NAME.repeat(200_000), 'latin1');
    const kept = watch(file, 1 << 16).reduce((sum, { data }) => sum + data.length, 0);
    expect(kept).toBeGreaterThan(0);
    expect(kept).toBeLessThanOrEqual(8 * 2 * KEPT);
  });

  it('finds nothing where there is nothing', () => {
    expect(watch(fileWith([]), 100_000)).toEqual([]);
  });
});
