/** Hostile deflate streams: an error with a code, in time and memory that the stream's own length bounds. */
import { describe, expect, it } from 'vitest';
import { DeflateScanner } from '../../src/archive/deflate/index.ts';

/** Bits in the order in which a stream has them, first bit first. */
function fromBits(bits: string): Uint8Array {
  const digits = bits.replaceAll(/[^01]/g, '');
  const bytes = new Uint8Array(Math.ceil(digits.length / 8));
  for (const [index, digit] of Array.from(digits).entries())
    if (digit === '1') bytes[index >>> 3] = (bytes[index >>> 3] ?? 0) | (1 << (index & 7));
  return bytes;
}

function scan(stream: Uint8Array): { blocks: number; size: number } {
  let blocks = 0;
  const scanner = new DeflateScanner('hostile', () => (blocks += 1));
  scanner.push(stream);
  const { size } = scanner.finish();
  return { blocks, size };
}

// Dynamic block heads: last, kind 2 (01), then HLIT, HDIST (5 bits each) and HCLEN (4), lowest bit first.
const dynamic = (hlit: string, hdist: string, hclen: string): string =>
  `1 01 ${hlit} ${hdist} ${hclen}`;

const corrupt: readonly (readonly [string, Uint8Array])[] = [
  ['a block of kind 3', fromBits('1 11')],
  ['a stored block with two lengths', Uint8Array.of(1, 5, 0, 5, 0, 1, 2, 3, 4, 5)],
  ['bytes behind the end', Uint8Array.of(3, 0, 0)],
  [
    'more literal codes than symbols',
    fromBits(`${dynamic('11111', '00000', '0000')}${'0'.repeat(80)}`),
  ],
  [
    'more distance codes than symbols',
    fromBits(`${dynamic('00000', '11111', '0000')}${'0'.repeat(80)}`),
  ],
  ['no code lengths at all', fromBits(`${dynamic('00000', '00000', '0000')}${'0'.repeat(80)}`)],
  [
    'a code of too many short codes',
    fromBits(`${dynamic('00000', '00000', '0000')}100 100 100 000`),
  ],
  // Codes for 0 and 16, one bit each; the first length repeats the one before it.
  [
    'a repeat of nothing',
    fromBits(`${dynamic('00000', '00000', '0000')}100 000 000 100 1 00${'0'.repeat(80)}`),
  ],
  // Codes for 0 and 18; 138 zeros twice are more than the 258 lengths.
  [
    'more lengths than symbols',
    fromBits(
      `${dynamic('00000', '00000', '0000')}000 000 100 100 1 1111111 1 1111111${'0'.repeat(80)}`,
    ),
  ],
  // A fixed block whose first symbol is a match of length 3 (code 0000001) at distance 1.
  ['a match before any output', fromBits('1 10 0000001 00000 0000000')],
  ['a length symbol that does not exist', fromBits('1 10 11000110 00000 0000000')],
  ['a distance symbol that does not exist', fromBits('1 10 00110000 0000001 11110 0000000')],
];

describe('hostile deflate streams', () => {
  it.each(corrupt)('are refused: %s', (_, stream) => {
    expect(() => scan(stream)).toThrow(expect.objectContaining({ code: 'deflate/corrupt' }));
  });

  it.each([
    ['nothing', new Uint8Array()],
    ['a head and no more', fromBits('0 10')],
    ['a stored block without its bytes', Uint8Array.of(1, 5, 0, 250, 255, 1)],
    ['a block without its end', fromBits('1 10 00110000')],
    ['no last block', Uint8Array.of(0, 0, 0, 255, 255)],
  ])('are refused when cut off: %s', (_, stream) => {
    expect(() => scan(stream)).toThrow(
      expect.objectContaining({ code: 'deflate/truncated', path: 'hostile' }),
    );
  });

  it('are counted, not unpacked', () => {
    // Fixed codes: a literal in 8 bits, then matches of 258 bytes in 13 bits each; the last symbol ends the block.
    const matches = 100_000;
    const stream = fromBits(`1 10 00110000 ${'11000101 00000'.repeat(matches)} 0000000`);
    expect(scan(stream)).toEqual({ blocks: 1, size: 1 + matches * 258 });
  });

  it('made of millions of empty blocks are counted, not kept', () => {
    // A stored block of nothing takes five bytes.
    const empty = Uint8Array.of(0, 0, 0, 255, 255);
    const count = 800_000;
    const stream = new Uint8Array(count * empty.length);
    for (let index = 0; index < count; index += 1) stream.set(empty, index * empty.length);
    const { blocks, size } = scan(Buffer.concat([stream, Uint8Array.of(3, 0)]));
    expect({ blocks, size }).toEqual({ blocks: count + 1, size: 0 });
  });
});
