/** The output before restart points, which whoever starts there needs. */
import { pipeline, Readable } from 'node:stream';
import { createInflateRaw } from 'node:zlib';
import { WheelworksError } from '../../support/errors.ts';
import { WINDOW } from './codes.ts';
import type { OpenStream, RestartPoint } from './restart.ts';

/** Bytes of output of one piece. */
const PIECE = 1 << 20;

/**
 * The 32 KiB of output before each point but those with less before them, in the order of the points. Inflates the
 * stream up to the last point, in constant memory.
 * @param path names the stream in errors
 * @throws WheelworksError `deflate/corrupt`, and whatever the stream throws.
 */
export async function* restartWindows(
  open: OpenStream,
  points: readonly RestartPoint[],
  path: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  const wanted = points.filter(({ outputOffset }) => outputOffset >= WINDOW);
  if (wanted.length === 0) return;
  let next = 0;
  let output = 0;
  let window: Uint8Array = new Uint8Array(WINDOW);
  for await (const piece of inflated(open, path)) {
    for (;;) {
      const point = wanted[next];
      if (point === undefined) return;
      const start = point.outputOffset - WINDOW;
      fillFrom(window, start, { piece, offset: output });
      if (output + piece.length < point.outputOffset) break;
      yield window;
      window = new Uint8Array(WINDOW);
      next += 1;
    }
    output += piece.length;
  }
  throw corrupt(path, 'less output than its blocks say');
}

/** Copies what the window, which starts at `start` of the output, has of a piece. */
function fillFrom(
  window: Uint8Array,
  start: number,
  { piece, offset }: { readonly piece: Uint8Array; readonly offset: number },
): void {
  const from = Math.max(start, offset);
  const to = Math.min(start + WINDOW, offset + piece.length);
  if (from < to) window.set(piece.subarray(from - offset, to - offset), from - start);
}

async function* inflated(
  open: OpenStream,
  path: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  const inflate = createInflateRaw({ chunkSize: PIECE });
  // Errors of the input destroy the inflater with them, and leaving the loop early ends the input.
  pipeline(Readable.from(open()), inflate, () => {});
  try {
    for await (const piece of inflate) yield piece as Buffer;
  } catch (error) {
    const isZlib = error instanceof Error && 'code' in error && String(error.code).startsWith('Z_');
    throw isZlib ? corrupt(path, error.message, error) : error;
  }
}

function corrupt(path: string, evidence: string, cause?: unknown): WheelworksError {
  return new WheelworksError('deflate/corrupt', 'The deflate stream cannot be inflated.', {
    path,
    evidence,
    cause,
    hint: 'The file is damaged; fetch or build it again.',
  });
}
