/** Deflate streams of real wheels, made by whatever tools: zlib goes on from every restart point, to the very end. */
import { constants, inflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { restartPoints, restartWindows } from '../../src/archive/deflate/index.ts';
import { withWheel } from '../../src/wheel/index.ts';
import { all } from '../support/deflate-check.ts';
import { localWheels } from '../support/local-wheels.ts';

const SAMPLE = 4;
const EVERY = 1 << 20;
const SMALLEST = 3 << 20;
const LARGEST = 16 << 20;
const NO_WHEELS = 'no wheels: pip is not configured with a folder or index on this disk';

/** How often the largest member of a wheel can be started from; undefined when it is too small or too large. */
async function segmentsOf(path: string): Promise<number | undefined> {
  return withWheel(path, async ({ archive }) => {
    const [entry] = archive.entries.toSorted((left, right) => right.size - left.size);
    if (entry?.method !== 8 || entry.size < SMALLEST || entry.size > LARGEST) return undefined;
    const { offset, length } = await archive.compressed(entry);
    const stream = await archive.source.read(offset, length);
    const content = await archive.read(entry);
    const open = async function* (): AsyncGenerator<Uint8Array> {
      yield stream;
    };
    const { points, size, compressedSize } = await restartPoints(open, EVERY, path);
    expect({ size, compressedSize }).toEqual({ size: content.length, compressedSize: length });
    const windows = await all(restartWindows(open, points, path));
    for (const [index, { compressedOffset, outputOffset }] of points.entries()) {
      const next = points[index + 1];
      const dictionary = windows[index - 1];
      const segment = inflateRawSync(stream.subarray(compressedOffset, next?.compressedOffset), {
        ...(dictionary === undefined ? {} : { dictionary }),
        finishFlush: constants.Z_SYNC_FLUSH,
      });
      expect(Buffer.compare(segment, content.subarray(outputOffset, next?.outputOffset))).toBe(0);
    }
    return points.length;
  });
}

describe('streams in wheels of this machine', () => {
  const wheels = localWheels();
  it.skipIf(wheels.length === 0)(
    `inflate from their restart points (skipped: ${NO_WHEELS})`,
    async () => {
      const segments: number[] = [];
      for (const path of wheels) {
        if (segments.length === SAMPLE) break;
        const found = await segmentsOf(path);
        if (found !== undefined) segments.push(found);
      }
      expect(segments.some((count) => count > 2)).toBe(true);
    },
    120_000,
  );
});
