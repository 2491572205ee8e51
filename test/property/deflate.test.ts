/** Laws of the block scanner: it takes the streams that zlib takes, and zlib goes on from every block it finds. */
import { constants } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DeflateScanner, type BlockStart } from '../../src/archive/deflate/index.ts';
import { WheelworksError } from '../../src/support/errors.ts';
import { deflated, isBlockStart, zlibSize } from '../support/deflate-check.ts';

const content = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 400 }),
      fc
        .tuple(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.integer({ min: 1, max: 900 }))
        .map(([piece, times]) => Buffer.concat(Array.from({ length: times }, () => piece))),
    ),
    { maxLength: 8 },
  )
  .map((pieces) => Buffer.concat(pieces));

const options = fc.record({
  level: fc.integer({ min: 0, max: 9 }),
  memLevel: fc.integer({ min: 1, max: 9 }),
  strategy: fc.integer({ min: constants.Z_DEFAULT_STRATEGY, max: constants.Z_FIXED }),
});

const flushes = fc.array(
  fc.record({
    after: fc.nat({ max: 3000 }),
    kind: fc.constantFrom(
      constants.Z_PARTIAL_FLUSH,
      constants.Z_SYNC_FLUSH,
      constants.Z_FULL_FLUSH,
      constants.Z_BLOCK,
    ),
  }),
  { maxLength: 4 },
);

interface Scanned {
  readonly blocks: readonly BlockStart[];
  readonly size: number;
}

function scan(stream: Uint8Array, pieceLength: number): Scanned | undefined {
  const blocks: BlockStart[] = [];
  try {
    const scanner = new DeflateScanner('x', (start) => blocks.push(start));
    for (let done = 0; done < stream.length; done += pieceLength)
      scanner.push(stream.subarray(done, done + pieceLength));
    return { blocks, size: scanner.finish().size };
  } catch (error) {
    if (error instanceof WheelworksError && error.code.startsWith('deflate/')) return undefined;
    throw error;
  }
}

const pieceLength = fc.integer({ min: 1, max: 2000 });

describe('the block scanner', () => {
  it('finds blocks from which zlib gives the rest', async () => {
    await fc.assert(
      fc.asyncProperty(content, options, flushes, pieceLength, async (bytes, how, when, piece) => {
        const stream = await deflated(bytes, how, when);
        const scanned = scan(stream, piece);
        expect(scanned?.size).toBe(bytes.length);
        for (const block of scanned?.blocks ?? [])
          expect(isBlockStart({ stream, content: bytes }, block)).toBe(true);
      }),
      { numRuns: 150 },
    );
  });

  it('takes a changed stream exactly when zlib does', async () => {
    const changes = fc.array(fc.tuple(fc.nat(), fc.nat({ max: 7 })), {
      minLength: 1,
      maxLength: 3,
    });
    await fc.assert(
      fc.asyncProperty(content, options, changes, pieceLength, async (bytes, how, bits, piece) => {
        const stream = await deflated(bytes, how);
        for (const [place, bit] of bits) {
          const index = place % stream.length;
          stream[index] = (stream[index] ?? 0) ^ (1 << bit);
        }
        expect(scan(stream, piece)?.size).toBe(zlibSize(stream));
      }),
      { numRuns: 400 },
    );
  });

  it('takes random bytes exactly when zlib does', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), pieceLength, (bytes, piece) => {
        expect(scan(bytes, piece)?.size).toBe(zlibSize(bytes));
      }),
      { numRuns: 1500 },
    );
  });

  it('takes no stream that was cut off', async () => {
    await fc.assert(
      fc.asyncProperty(content, options, fc.nat(), async (bytes, how, place) => {
        const stream = await deflated(bytes, how);
        expect(scan(stream.subarray(0, place % stream.length), 100)).toBeUndefined();
      }),
      { numRuns: 100 },
    );
  });
});
