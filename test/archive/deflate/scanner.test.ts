import { constants } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { DeflateScanner, type BlockStart } from '../../../src/archive/deflate/index.ts';
import { deflated, isBlockStart } from '../../support/deflate-check.ts';

function scan(
  stream: Uint8Array,
  pieceLength = stream.length,
): { blocks: BlockStart[]; size: number; compressedSize: number } {
  const blocks: BlockStart[] = [];
  const scanner = new DeflateScanner('x', (start) => blocks.push(start));
  for (let done = 0; done < stream.length; done += pieceLength)
    scanner.push(stream.subarray(done, done + pieceLength));
  return { blocks, ...scanner.finish() };
}

/** Text that repeats itself near and far, and bytes that do not. */
function mixed(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let state = 1;
  for (let index = 0; index < length; index += 1) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    bytes[index] = index % 5000 < 2500 ? (state >>> 24) & 15 : (bytes[index - 20_000] ?? 7);
  }
  return bytes;
}

const content = mixed(200_000);
const { Z_FIXED, Z_HUFFMAN_ONLY, Z_RLE, Z_FILTERED } = constants;

describe('DeflateScanner', () => {
  it.each([
    ['the default', {}],
    ['level 1', { level: 1 }],
    ['level 9', { level: 9 }],
    ['stored blocks', { level: 0 }],
    ['fixed codes', { strategy: Z_FIXED }],
    ['literals alone', { strategy: Z_HUFFMAN_ONLY }],
    ['runs', { strategy: Z_RLE }],
    ['filtered', { strategy: Z_FILTERED }],
    ['small blocks', { memLevel: 1 }],
  ])('finds every block: %s', async (_, options) => {
    const stream = await deflated(content, options);
    const { blocks, size, compressedSize } = scan(stream);
    expect({ size, compressedSize }).toEqual({
      size: content.length,
      compressedSize: stream.length,
    });
    expect(blocks[0]).toEqual({ bitOffset: 0, outputOffset: 0 });
    for (const block of blocks) expect(isBlockStart({ stream, content }, block)).toBe(true);
    const isOneBlock = 'strategy' in options && options.strategy === Z_FIXED;
    expect(blocks.length).toBeGreaterThan(isOneBlock ? 0 : 2);
  });

  it('finds the same in whatever pieces the stream comes', async () => {
    const stream = await deflated(content.subarray(0, 60_000), { memLevel: 2 }, [
      { after: 5000, kind: constants.Z_SYNC_FLUSH },
      { after: 100, kind: constants.Z_FULL_FLUSH },
    ]);
    const whole = scan(stream);
    for (const pieceLength of [1, 2, 7, 563, 4096])
      expect(scan(stream, pieceLength)).toEqual(whole);
  });

  it('takes the empty stream', () => {
    expect(scan(Buffer.from([3, 0]))).toEqual({
      blocks: [{ bitOffset: 0, outputOffset: 0 }],
      size: 0,
      compressedSize: 2,
    });
  });
});
