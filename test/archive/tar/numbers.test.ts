import { describe, expect, it } from 'vitest';
import { largestOctal, octal, parseTarNumber } from '../../../src/archive/tar/numbers.ts';

function parse(text: string): number | undefined {
  return parseTarNumber(Buffer.from(text, 'latin1'));
}

describe('parseTarNumber', () => {
  it.each([
    ['0000644\0', 0o644],
    ['000644 \0', 0o644],
    ['   644 \0', 0o644],
    ['644\0\0\0\0\0', 0o644],
    ['644     ', 0o644],
    ['77777777', 0o77777777],
    ['\0\0\0\0\0\0\0\0', 0],
    ['        ', 0],
    ['777777777777', 8 ** 12 - 1],
  ])('%j is %d', (text, value) => {
    expect(parse(text)).toBe(value);
  });

  it.each([
    '0000648\0',
    '-0000644',
    '0x1ff\0\0\0',
    '644\x00777',
    '6 44    ',
    '1_0     ',
    '\u0001644',
  ])('does not take %j for a number', (text) => {
    expect(parse(text)).toBeUndefined();
  });

  it('reads base-256, also negative', () => {
    expect(parse('\x80\0\0\0\0\0\0\x02\0\0\0\0')).toBe(2 * 2 ** 32);
    expect(parse('\x80\0\0\0\0\x1f\xff\xff\xff\xff\xff\xff')).toBe(Number.MAX_SAFE_INTEGER);
    expect(parse('\x80\0\0\0\0\x20\0\0\0\0\0\0')).toBeUndefined();
    expect(parse('\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xfe')).toBe(-2);
  });

  it('reads back what octal writes', () => {
    for (const value of [0, 1, 0o755, largestOctal(8)]) expect(parse(octal(value, 8))).toBe(value);
    expect(parse(octal(largestOctal(12), 12))).toBe(2 ** 33 - 1);
    expect(octal(largestOctal(12), 12)).toHaveLength(12);
  });
});
