import { describe, expect, it } from 'vitest';
import { ByteReader, hex } from '../../src/support/byte-reader.ts';

const BYTES = Uint8Array.from([0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef, 0xff]);

function reader(
  bytes: Uint8Array,
  options: { littleEndian?: boolean; baseOffset?: number } = {},
): ByteReader {
  return new ByteReader(bytes, { code: 'test/truncated', path: 'file.bin', ...options });
}

describe('ByteReader', () => {
  it('reads little-endian integers by default', () => {
    const read = reader(BYTES);
    expect(read.u8('a')).toBe(0x01);
    expect(read.u16('b')).toBe(0x4523);
    expect(read.u32('c')).toBe(0xcdab8967);
    expect(read.position).toBe(7);
    expect(read.remaining).toBe(2);
  });

  it('reads big-endian integers when told to', () => {
    const read = reader(BYTES, { littleEndian: false });
    expect(read.bigU64('a')).toBe(0x0123456789abcdefn);
  });

  it('reads unsigned numbers', () => {
    expect(reader(new Uint8Array(8).fill(0xff)).u32('a')).toBe(0xffffffff);
    expect(reader(new Uint8Array(8).fill(0xff)).bigU64('a')).toBe(0xffffffffffffffffn);
  });

  it('gives the largest safe integer and refuses the next', () => {
    const largest = Uint8Array.from([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x1f, 0]);
    const next = Uint8Array.from([0, 0, 0, 0, 0, 0, 0x20, 0]);
    expect(reader(largest).u64('size')).toBe(Number.MAX_SAFE_INTEGER);
    expect(() => reader(next).u64('size')).toThrow(/size is 9007199254740992/);
  });

  it('sees a part of a larger buffer as its own', () => {
    const read = reader(BYTES.subarray(3, 5));
    expect(read.length).toBe(2);
    expect(read.u16('a')).toBe(0x8967);
    expect(() => read.u8('b')).toThrow(/b needs 1 bytes but only 0/);
  });

  it('gives views, not copies', () => {
    const bytes = Uint8Array.from([1, 2, 3]);
    const view = reader(bytes).bytes(2, 'a');
    bytes[0] = 9;
    expect([...view]).toEqual([9, 2]);
  });

  it('seeks to any place including the end', () => {
    const read = reader(BYTES);
    expect(read.seek(9, 'end').remaining).toBe(0);
    expect(read.seek(1, 'a').skip(2, 'b').u8('c')).toBe(0x67);
  });

  it('names field, file offset, path and code', () => {
    const read = reader(BYTES, { baseOffset: 0x1000 });
    read.skip(8, 'start');
    expect(() => read.u32('e_shoff')).toThrow(
      expect.objectContaining({
        code: 'test/truncated',
        path: 'file.bin',
        evidence: 'offset 0x1008',
        message: expect.stringContaining('e_shoff') as string,
      }),
    );
  });
});

describe('hex', () => {
  it('writes offsets', () => {
    expect([hex(0), hex(8000), hex(2n ** 64n - 1n), hex(-1)]).toEqual([
      '0x0',
      '0x1f40',
      '0xffffffffffffffff',
      '-1',
    ]);
  });
});
