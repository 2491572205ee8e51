import { describe, expect, it } from 'vitest';
import { memoryBytes } from '../../../src/binary/elf/index.ts';

describe('memoryBytes', () => {
  const file = Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 7);
  const bytes = memoryBytes(file, 'lib.so');

  it('gives views, not copies', () => {
    const view = bytes.range(2, 3, 'field');
    expect([...view]).toEqual([2, 3, 4]);
    expect(view.buffer).toBe(file.buffer);
    expect(bytes.range(8, 0, 'nothing at the end')).toHaveLength(0);
  });

  it.each([
    [7, 2],
    [9, 0],
    [0, 9],
    [-1, 2],
    [2, -1],
    [0.5, 1],
    [Number.NaN, 1],
    [2 ** 53, 1],
    [1, Number.POSITIVE_INFINITY],
  ])('refuses the range %d + %d, which is not in the file', (offset, length) => {
    expect(() => bytes.range(offset, length, 'a field')).toThrow(
      expect.objectContaining({ code: 'elf/truncated', path: 'lib.so' }),
    );
  });
});
