import type { FileHandle } from 'node:fs/promises';

/** Where an archive is written to, from the first byte on. */
export interface ZipSink {
  /** Appends bytes; the caller may reuse them once this has resolved. */
  write(bytes: Uint8Array): Promise<void>;
  /** Appends several pieces in one go. Without it they are written one by one. */
  writev?(pieces: readonly Uint8Array[]): Promise<void>;
  /**
   * Overwrites bytes that were written before. Large members get their sizes so; a sink without it costs them a second
   * compression.
   */
  patchAt?(offset: number, bytes: Uint8Array): Promise<void>;
}

/** Writes to an open file from its start. Neither truncates nor closes it. */
export function fileSink(handle: FileHandle): ZipSink {
  let position = 0;
  return {
    async write(bytes) {
      await writeAt(handle, bytes, position);
      position += bytes.length;
    },
    async writev(pieces) {
      const wanted = pieces.reduce((sum, piece) => sum + piece.length, 0);
      const { bytesWritten } = await handle.writev(pieces, position);
      if (bytesWritten < wanted) await writeRest(handle, pieces, position, bytesWritten);
      position += wanted;
    },
    patchAt: (offset, bytes) => writeAt(handle, bytes, offset),
  };
}

/** A write may take fewer bytes than it was given: at a quota, on some network file systems, and past 2 GiB. */
async function writeAt(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}

async function writeRest(
  handle: FileHandle,
  pieces: readonly Uint8Array[],
  position: number,
  written: number,
): Promise<void> {
  let start = 0;
  for (const piece of pieces) {
    const skip = Math.min(piece.length, Math.max(0, written - start));
    await writeAt(handle, piece.subarray(skip), position + start + skip);
    start += piece.length;
  }
}

/** Collects an archive in memory; for small ones. */
export function bytesSink(): ZipSink & { bytes(): Uint8Array } {
  const pieces: Buffer[] = [];
  const joined = (): Buffer => {
    const whole = Buffer.concat(pieces);
    pieces.splice(0, pieces.length, whole);
    return whole;
  };
  return {
    async write(bytes) {
      // A copy: the writer may reuse its buffer.
      pieces.push(Buffer.from(bytes));
    },
    async writev(more) {
      pieces.push(Buffer.concat(more));
    },
    async patchAt(offset, bytes) {
      joined().set(bytes, offset);
    },
    bytes: joined,
  };
}
