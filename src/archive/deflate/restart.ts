/**
 * Places inside a deflate stream from which it can be inflated without what comes before: block boundaries that fall on
 * a byte, with the 32 KiB of output before each as a dictionary (`zlib.decompressobj(-15, zdict=window)` in Python).
 * Between two of them a stream can be inflated by somebody else at the same time.
 */
import { WINDOW } from './codes.ts';
import { DeflateScanner } from './scanner.ts';

/** A stream that can be read from its start as often as wanted. */
export type OpenStream = () => AsyncIterable<Uint8Array>;

/** A place to start from. */
export interface RestartPoint {
  /** Bytes of the stream before it. */
  readonly compressedOffset: number;
  /** Bytes of output before it. */
  readonly outputOffset: number;
}

/** Where a stream can be started, and how long it is. */
export interface RestartPoints {
  /** Ascending; the first is the start of the stream. */
  readonly points: readonly RestartPoint[];
  readonly compressedSize: number;
  /** Bytes of output. */
  readonly size: number;
}

/**
 * The restart points nearest to each multiple of `everyBytes` of output. Where the stream has no block that starts on a
 * byte within half of that, there is none: a stream of one long block has only its start. Constant memory, time in
 * proportion to the stream and not to what it inflates to.
 * @param path names the stream in errors
 * @throws WheelworksError `deflate/corrupt`, `deflate/truncated`, and whatever the stream throws.
 */
export async function restartPoints(
  open: OpenStream,
  everyBytes: number,
  path: string,
): Promise<RestartPoints> {
  const choice = nearestTo(everyBytes);
  const scanner = new DeflateScanner(path, ({ bitOffset, outputOffset }) => {
    if (bitOffset % 8 === 0 && outputOffset >= WINDOW)
      choice.offer({ compressedOffset: bitOffset / 8, outputOffset });
  });
  for await (const piece of open()) scanner.push(piece);
  const sizes = scanner.finish();
  const found = choice.finish().filter(({ outputOffset }) => outputOffset < sizes.size);
  return { points: [{ compressedOffset: 0, outputOffset: 0 }, ...found], ...sizes };
}

/** Picks, of points that come in order, the nearest to each multiple, when it is nearer than half the distance. */
function nearestTo(everyBytes: number): {
  offer(point: RestartPoint): void;
  finish(): readonly RestartPoint[];
} {
  const chosen: RestartPoint[] = [];
  let best: RestartPoint | undefined;
  let multiple = 0;
  const keep = (): void => {
    if (best !== undefined && multiple > 0) chosen.push(best);
  };
  return {
    offer(point) {
      const nearest = Math.round(point.outputOffset / everyBytes);
      const missedBy = Math.abs(point.outputOffset - nearest * everyBytes);
      if (nearest === multiple && best !== undefined) {
        if (missedBy < Math.abs(best.outputOffset - nearest * everyBytes)) best = point;
        return;
      }
      keep();
      best = point;
      multiple = nearest;
    },
    finish() {
      keep();
      return chosen;
    },
  };
}
