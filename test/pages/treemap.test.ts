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
      const area = 960 * 420;
      let covered = 0;
      for (const { item, x, y, width, height } of tiles) {
        expect(width * height).toBeCloseTo((item.size / total) * area, 3);
        expect(x >= -1e-6 && x + width <= 960 + 1e-6).toBe(true);
        expect(y >= -1e-6 && y + height <= 420 + 1e-6).toBe(true);
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
  expect(merged.map(({ path }) => path)).toEqual(['p/0', '9999 smaller files']);
  expect(merged.reduce((sum, { size }) => sum + size, 0)).toBe(total);
});

it('a map tells the exact sizes, and names the largest', () => {
  const { markup } = treemapFigure(
    [
      { path: 'p/<big>.so', size: 900, kind: 'native' },
      { path: 'p/small.py', size: 100, kind: 'other' },
    ],
    'Sizes',
  );
  expect(markup).toContain('<title>p/&lt;big&gt;.so: 900 B</title');
  expect(markup).toContain('90.0 %');
  expect(treemapFigure([], 'Sizes').markup).toBe('');
  expect(treemapFigure([{ path: 'empty', size: 0, kind: 'other' }], 'Sizes').markup).toBe('');
});
