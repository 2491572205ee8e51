import { describe, expect, it } from 'vitest';
import { RangeCollector, mergeRanges, rangeAt, totalLength } from '../../src/wheel/ranges.ts';

const FAR = 1_000_000;

describe('mergeRanges', () => {
  it('sorts, joins what overlaps or nearly touches, and cuts to the file', () => {
    const ranges = [
      { start: 3 * FAR, end: 9 * FAR },
      { start: -50, end: 10 },
      { start: 5, end: 20 },
      { start: 2 * FAR, end: 2 * FAR + 5 },
      { start: 2 * FAR + 1, end: 2 * FAR + 3 },
      { start: 100, end: 130 },
      { start: 8 * FAR, end: 9 * FAR },
      { start: 40, end: 40 },
      { start: 60, end: 50 },
    ];
    const merged = mergeRanges(ranges, 4 * FAR);
    expect(merged).toEqual([
      { start: 0, end: 130 },
      { start: 2 * FAR, end: 2 * FAR + 5 },
      { start: 3 * FAR, end: 4 * FAR },
    ]);
    expect(totalLength(merged)).toBe(130 + 5 + FAR);
  });

  it('makes nothing of numbers that are none', () => {
    expect(
      mergeRanges(
        [
          { start: Number.NaN, end: 5 },
          { start: 0, end: Number.NaN },
        ],
        10,
      ),
    ).toEqual([]);
  });
});

describe('RangeCollector and rangeAt', () => {
  const file = Buffer.from(Array.from({ length: 5 * FAR }, (_, index) => index % 251));
  const ranges = [
    { start: 0, end: 10 },
    { start: FAR, end: 2 * FAR },
    { start: 3 * FAR, end: 5 * FAR },
  ];

  it.each([1000, 333_333, 5 * FAR])('keeps the ranges out of chunks of %i bytes', (length) => {
    const collector = new RangeCollector(ranges);
    for (let at = 0; at < file.length; at += length)
      collector.take(at, file.subarray(at, at + length));
    for (const [index, { start, data }] of collector.kept().entries()) {
      expect(start).toBe(ranges[index]?.start);
      expect(Buffer.compare(data, file.subarray(start, ranges[index]?.end))).toBe(0);
    }
  });

  it('finds the range that a position is in or behind', () => {
    const kept = ranges.map(({ start }) => ({ start, data: Buffer.alloc(0) }));
    expect(rangeAt(kept, 0)?.start).toBe(0);
    expect(rangeAt(kept, FAR - 1)?.start).toBe(0);
    expect(rangeAt(kept, FAR)?.start).toBe(FAR);
    expect(rangeAt(kept, 9 * FAR)?.start).toBe(3 * FAR);
    expect(rangeAt(kept.slice(1), 5)).toBeUndefined();
    expect(rangeAt([], 5)).toBeUndefined();
  });
});
