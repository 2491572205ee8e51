import { describe, expect, it } from 'vitest';
import { ByteReader } from '../../src/support/byte-reader.ts';

const SIZE = 16;
const CODED = expect.objectContaining({ code: 'test/truncated' }) as Error;

function reader(): ByteReader {
  return new ByteReader(new Uint8Array(SIZE), { code: 'test/truncated' });
}

const IMPOSSIBLE = [
  SIZE + 1,
  -1,
  0.5,
  2 ** 31,
  2 ** 32,
  2 ** 53,
  Number.MAX_VALUE,
  Infinity,
  -Infinity,
  NaN,
];

describe('ByteReader against hostile sizes and offsets', () => {
  it.each(IMPOSSIBLE)('refuses to seek to %d', (value) => {
    expect(() => reader().seek(value, 'offset')).toThrow(CODED);
  });

  it.each(IMPOSSIBLE)('refuses to skip %d', (value) => {
    expect(() => reader().skip(value, 'count')).toThrow(CODED);
  });

  it.each(IMPOSSIBLE)('refuses to give %d bytes', (value) => {
    expect(() => reader().bytes(value, 'count')).toThrow(CODED);
  });

  it('stays where it was after a refusal', () => {
    const read = reader();
    read.skip(10, 'start');
    expect(() => read.bytes(7, 'too much')).toThrow(CODED);
    expect(() => read.bigU64('too much')).toThrow(CODED);
    expect(read.position).toBe(10);
    expect(read.bytes(6, 'rest')).toHaveLength(6);
  });

  it('refuses every read at the end', () => {
    const read = reader().seek(SIZE, 'end');
    expect(() => read.u8('a')).toThrow(CODED);
    expect(() => read.u16('a')).toThrow(CODED);
    expect(() => read.u32('a')).toThrow(CODED);
    expect(() => read.u64('a')).toThrow(CODED);
    expect(read.bytes(0, 'nothing')).toHaveLength(0);
  });
});
