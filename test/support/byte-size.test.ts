import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseSize } from '../../src/support/byte-size.ts';

it.each([
  ['100', 100],
  ['100B', 100],
  ['1.5 kB', 1500],
  ['100MB', 100_000_000],
  ['64MiB', 64 << 20],
  ['10 GiB', 10 * 2 ** 30],
  ['1gb', 1e9],
])('%j is %i bytes', (text, bytes) => {
  expect(parseSize(text)).toBe(bytes);
});

it.each(['', 'MB', '-1', '0', '0.2B', '1 parsec', '1 MB MB', '1e3', '99999999999 GiB', '1,5MB'])(
  '%j is no size',
  (text) => {
    expect(parseSize(text)).toBeUndefined();
  },
);

it('bytes are read back whatever their unit', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 20 }), (count) => {
      expect(parseSize(`${count} KiB`)).toBe(count * 1024);
      expect(parseSize(`${count}kb`)).toBe(count * 1000);
      expect(parseSize(String(count))).toBe(count);
    }),
  );
});
