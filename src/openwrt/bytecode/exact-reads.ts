import type { Readable } from 'node:stream';

/** Reads a stream in pieces of given lengths, one at a time; undefined when it ends before. */
export type ExactReads = (length: number) => Promise<Buffer | undefined>;

export function exactReads(stream: Readable): ExactReads {
  let pieces: Buffer[] = [];
  let held = 0;
  let isOver = false;
  let wake: (() => void) | undefined;
  const changed = (): void => {
    wake?.();
    wake = undefined;
  };
  const over = (): void => {
    isOver = true;
    changed();
  };
  stream.on('data', (piece: Buffer) => {
    pieces.push(piece);
    held += piece.length;
    changed();
  });
  stream.once('end', over).once('close', over).once('error', over);
  return async (length) => {
    for (;;) {
      if (held >= length) break;
      if (isOver) return undefined;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    const all = pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : Buffer.concat(pieces);
    held -= length;
    pieces = held === 0 ? [] : [all.subarray(length)];
    return all.subarray(0, length);
  };
}
