import { constants, inflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { restartPoints, restartWindows } from '../../../src/archive/deflate/index.ts';
import { all, deflated } from '../../support/deflate-check.ts';

/** Numbers in words: compresses well, and differently everywhere. */
function text(length: number): Buffer {
  const lines: string[] = [];
  for (let index = 0, bytes = 0; bytes < length; index += 1) {
    const line = `${index} ${(index * 2654435761) >>> 3} squared is ${index * index}\n`;
    lines.push(line);
    bytes += line.length;
  }
  return Buffer.from(lines.join('')).subarray(0, length);
}

const content = text(6 << 20);
const EVERY = 1 << 20;

async function* inPieces(stream: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let done = 0; done < stream.length; done += 50_000)
    yield stream.subarray(done, done + 50_000);
}

describe('restartPoints', () => {
  it('gives places from which each segment inflates by itself', async () => {
    const stream = await deflated(content);
    const open = (): AsyncGenerator<Uint8Array> => inPieces(stream);
    const { points, size, compressedSize } = await restartPoints(open, EVERY, 'x');
    expect({ size, compressedSize }).toEqual({
      size: content.length,
      compressedSize: stream.length,
    });
    expect(points[0]).toEqual({ compressedOffset: 0, outputOffset: 0 });
    expect(points.length).toBeGreaterThan(3);
    const windows = await all(restartWindows(open, points, 'x'));
    expect(windows.map((window) => window.length)).toEqual(points.slice(1).map(() => 32 << 10));
    for (const [index, { compressedOffset, outputOffset }] of points.entries()) {
      const next = points[index + 1];
      const dictionary = windows[index - 1];
      const segment = inflateRawSync(stream.subarray(compressedOffset, next?.compressedOffset), {
        ...(dictionary === undefined ? {} : { dictionary }),
        finishFlush: constants.Z_SYNC_FLUSH,
      });
      expect(Buffer.compare(segment, content.subarray(outputOffset, next?.outputOffset))).toBe(0);
      const missedBy = outputOffset - Math.round(outputOffset / EVERY) * EVERY;
      expect(Math.abs(missedBy)).toBeLessThanOrEqual(EVERY / 2);
    }
  });

  it('are the nearest: where every stored block starts on a byte, none is missed by more than one', async () => {
    const stream = await deflated(content, { level: 0 });
    const { points } = await restartPoints(() => inPieces(stream), EVERY, 'x');
    expect(points).toHaveLength(6);
    for (const [index, { outputOffset }] of points.entries())
      expect(Math.abs(outputOffset - index * EVERY)).toBeLessThanOrEqual(32 << 10);
  });

  it('are only the start where there is no other block', async () => {
    const stream = await deflated(Buffer.alloc(3 << 20), { strategy: constants.Z_FIXED });
    const open = (): AsyncGenerator<Uint8Array> => inPieces(stream);
    const { points } = await restartPoints(open, EVERY, 'x');
    expect(points).toEqual([{ compressedOffset: 0, outputOffset: 0 }]);
    expect(await all(restartWindows(open, points, 'x'))).toEqual([]);
  });

  it('pass on what the stream throws', async () => {
    const failing = async function* (): AsyncGenerator<Uint8Array> {
      yield Buffer.from([0, 255, 255, 0, 0]);
      throw new Error('unplugged');
    };
    await expect(restartPoints(failing, EVERY, 'x')).rejects.toThrow('unplugged');
    const points = [{ compressedOffset: 5, outputOffset: 65_535 }];
    await expect(all(restartWindows(failing, points, 'x'))).rejects.toThrow('unplugged');
  });

  it('refuses windows of a stream that gives less than its points say', async () => {
    const stream = await deflated(content.subarray(0, 40_000));
    const points = [{ compressedOffset: 1, outputOffset: 50_000 }];
    await expect(all(restartWindows(() => inPieces(stream), points, 'x'))).rejects.toMatchObject({
      code: 'deflate/corrupt',
    });
  });
});
