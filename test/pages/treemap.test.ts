import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  layoutTreemap,
  mergeSmall,
  treemapFigure,
  type TreemapItem,
} from '../../src/pages/index.ts';

const items = fc.array(
  fc.record({
    path: fc.stringMatching(/^[a-c](?:\/[a-f]){0,2}$/),
    size: fc.integer({ min: 0, max: 1_000_000 }),
    kind: fc.constantFrom('native', 'other'),
  }),
  { maxLength: 60 },
);

it('areas are shares, inside the map, and do not overlap', () => {
  fc.assert(
    fc.property(items, (files) => {
      const total = files.reduce((sum, { size }) => sum + size, 0);
      const tiles = layoutTreemap(files);
      expect(tiles).toHaveLength(files.filter(({ size }) => size > 0).length);
      const area = 1120 * 440;
      let covered = 0;
      for (const { item, x, y, width, height } of tiles) {
        expect(width * height).toBeCloseTo((item.size / total) * area, 3);
        expect(x >= -1e-6 && x + width <= 1120 + 1e-6).toBe(true);
        expect(y >= -1e-6 && y + height <= 440 + 1e-6).toBe(true);
        covered += width * height;
      }
      // What fills the map exactly and stays inside cannot overlap by more than it leaves free.
      expect(covered).toBeCloseTo(tiles.length > 0 ? area : 0, 3);
    }),
  );
});

it('small files are merged, and nothing is lost', () => {
  const many: readonly TreemapItem[] = Array.from({ length: 10_000 }, (_, index) => ({
    path: `p/${index}`,
    size: index === 0 ? 1_000_000 : 10,
    kind: 'other',
  }));
  const total = many.reduce((sum, { size }) => sum + size, 0);
  const merged = mergeSmall(many, total);
  expect(merged.map(({ path }) => path)).toEqual(['p/0', 'p/ 9999 smaller files']);
  expect(merged.reduce((sum, { size }) => sum + size, 0)).toBe(total);
});

it('small files of folders that are small themselves are merged over folders', () => {
  const files = ['a/x', 'b/y', 'c/z', 'top'].map((path): TreemapItem => ({
    path,
    size: path === 'top' ? 1_000_000 : 1,
    kind: 'other',
  }));
  expect(mergeSmall(files, 1_000_003)).toEqual([
    { path: 'top', size: 1_000_000, kind: 'other' },
    { path: '3 smaller files', size: 3, kind: 'rest' },
  ]);
});

it('one small file keeps its name, and nothing is merged where nothing is small', () => {
  const files: readonly TreemapItem[] = [
    { path: 'a', size: 1_000_000, kind: 'native' },
    { path: 'b', size: 1, kind: 'other' },
  ];
  expect(mergeSmall(files, 1_000_001)).toEqual(files);
  expect(mergeSmall([], 0)).toEqual([]);
});

const kinds = { native: 'native files', other: 'other files', rest: 'small files' };

it('a map tells the exact sizes, and names the largest', () => {
  const { markup } = treemapFigure(
    [
      { path: 'p/<big>.so', size: 9_000_000, kind: 'native' },
      { path: 'p/small.py', size: 1_000_000, kind: 'other' },
    ],
    { title: 'Sizes', kinds },
  );
  expect(markup).toContain('<title>p/&lt;big&gt;.so: 9,000,000 bytes</title>');
  expect(markup).toContain('native files, 90.0 %');
  expect(markup).not.toContain('small files');
});

it('nothing is drawn of no bytes, and one file fills the map', () => {
  expect(treemapFigure([], { title: 'Sizes', kinds }).markup).toBe('');
  const empty: readonly TreemapItem[] = [{ path: 'empty', size: 0, kind: 'other' }];
  expect(treemapFigure(empty, { title: 'Sizes', kinds }).markup).toBe('');
  const [tile] = layoutTreemap([{ path: 'one', size: 7, kind: 'other' }]);
  expect(tile).toMatchObject({ x: 0, y: 0, width: 1120, height: 440 });
});

it('ten thousand files are one small drawing', () => {
  const many = Array.from({ length: 10_000 }, (_, index): TreemapItem => ({
    path: `p${index % 50}/${index}.py`,
    size: 1 + (index % 997) ** 2,
    kind: index % 10 === 0 ? 'native' : 'other',
  }));
  const { markup } = treemapFigure(many, { title: 'Sizes', kinds });
  expect(markup.length).toBeLessThan(200_000);
  expect(markup).toContain('>p0/ 200 smaller files');
  expect(markup.match(/class="tile t-rest"><title>/g)).toHaveLength(50);
});
