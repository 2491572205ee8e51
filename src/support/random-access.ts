import type { FileHandle } from 'node:fs/promises';
import { WheelworksError } from './errors.ts';
import { openRegularFile } from './regular-file.ts';

/** Something that can be read at any offset without reading the rest: a file, or bytes in memory. */
export interface RandomAccess {
  /** Bytes in all; fixed when opened. */
  readonly size: number;
  /** Names the source in errors. */
  readonly path: string;
  /**
   * Exactly `length` bytes from `offset`.
   * @throws WheelworksError `file/truncated` when the source ends before.
   */
  read(offset: number, length: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** `fs.read` takes less than 2 GiB a call. */
const LARGEST_READ = 1 << 30;

class FileSource implements RandomAccess {
  readonly path: string;
  readonly size: number;
  readonly #handle: FileHandle;

  constructor(path: string, size: number, handle: FileHandle) {
    this.path = path;
    this.size = size;
    this.#handle = handle;
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    checkRange(this, offset, length);
    const bytes = Buffer.allocUnsafeSlow(length);
    let done = 0;
    while (done < length) {
      const part = Math.min(length - done, LARGEST_READ);
      const { bytesRead } = await this.#handle.read(bytes, done, part, offset + done);
      // The file shrank after it was opened.
      if (bytesRead === 0) throw truncated(this, offset, length);
      done += bytesRead;
    }
    return bytes;
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }
}

class BufferSource implements RandomAccess {
  readonly path: string;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array, path: string) {
    this.#bytes = bytes;
    this.path = path;
  }

  get size(): number {
    return this.#bytes.length;
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    checkRange(this, offset, length);
    return this.#bytes.subarray(offset, offset + length);
  }

  async close(): Promise<void> {}
}

/** Both numbers may come from the file: NaN and fractions are as wrong as what lies outside. */
function checkRange(source: RandomAccess, offset: number, length: number): void {
  const isInside =
    Number.isSafeInteger(offset) &&
    Number.isSafeInteger(length) &&
    offset >= 0 &&
    length >= 0 &&
    length <= source.size - offset;
  if (!isInside) throw truncated(source, offset, length);
}

function truncated(source: RandomAccess, offset: number, length: number): WheelworksError {
  return new WheelworksError(
    'file/truncated',
    `${source.path} ends before the ${length} bytes expected at offset ${offset}.`,
    { path: source.path, evidence: `size ${source.size}` },
  );
}

/**
 * Opens a regular file for reading at any offset; a pipe or device is refused without being waited for.
 * @throws WheelworksError `file/*` when it is missing, unreadable or not a regular file.
 */
export async function openFile(path: string): Promise<RandomAccess> {
  const { handle, size } = await openRegularFile(path);
  return new FileSource(path, size, handle);
}

/** Bytes in memory as a source; `path` names them in errors. */
export function openBytes(bytes: Uint8Array, path = '<memory>'): RandomAccess {
  return new BufferSource(bytes, path);
}
