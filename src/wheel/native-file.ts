/** A native file on disk, read in memory that does not grow with it. */
import { closeSync, readSync } from 'node:fs';
import { DETECT_LENGTH, detectBinary, type BinaryFormat } from '../binary/detect.ts';
import { checkRange, memoryBytes, readElf, type ElfBytes } from '../binary/elf/index.ts';
import { WheelworksError, fileError, withPath } from '../support/errors.ts';
import { openRegularFileSync } from '../support/regular-file.ts';
import type { NativeFile } from './natives.ts';
import { MOST_KEPT, notKept } from './sparse-bytes.ts';

/** Of larger files only the parts that are asked for are read. */
const LARGEST_WHOLE = 1 << 20;

/**
 * Gives a native file to `describe`, and what that makes of it back; undefined for a file of another kind, of which
 * only the first bytes are read. `describe` must take what it needs: nothing can be read when it has returned. A
 * damaged file comes with its problem; one that shows its damage only when `describe` looks is described again.
 *
 * Pipes and devices are refused without being waited for.
 * @throws WheelworksError `file/is-a-directory`, `file/not-regular`, `file/*`.
 */
export async function readNativeFile<Result>(
  path: string,
  describe: (native: NativeFile) => Result,
): Promise<Result | undefined> {
  const file = openFile(path);
  try {
    const head = file.read(0, Math.min(DETECT_LENGTH, file.size));
    const format = detectBinary(head, file.size);
    return format === undefined ? undefined : describeFile(file, format, describe);
  } catch (error) {
    throw fileError(error, path);
  } finally {
    closeSync(file.descriptor);
  }
}

interface OpenFile {
  readonly path: string;
  readonly descriptor: number;
  readonly size: number;
  /** @throws WheelworksError `file/truncated`. */
  read(offset: number, length: number): Uint8Array;
}

function openFile(path: string): OpenFile {
  const { descriptor, size } = openRegularFileSync(path);
  const read = (offset: number, length: number): Uint8Array => {
    const bytes = Buffer.allocUnsafeSlow(length);
    let done = 0;
    while (done < length) {
      const count = readSync(descriptor, bytes, done, length - done, offset + done);
      if (count === 0)
        throw new WheelworksError('file/truncated', `${path} got shorter while it was read.`, {
          path,
        });
      done += count;
    }
    return bytes;
  };
  return { path, descriptor, size, read };
}

function describeFile<Result>(
  file: OpenFile,
  format: BinaryFormat,
  describe: (native: NativeFile) => Result,
): Result {
  const { path, size } = file;
  const native = { path, format, size };
  if (format !== 'elf') return describe(native);
  try {
    return describe({ ...native, elf: readElf(bytesOf(file), { path }) });
  } catch (error) {
    const located = withPath(error, path);
    if (!(located instanceof WheelworksError)) throw located;
    return describe({ ...native, problem: located.toJSON() });
  }
}

function bytesOf(file: OpenFile): ElfBytes {
  return file.size <= LARGEST_WHOLE
    ? memoryBytes(file.read(0, file.size), file.path)
    : new FileBytes(file);
}

/** Readers ask for headers field by field; a window of this size serves many of their questions. */
const WINDOW = 64 << 10;
/** The headers, the dynamic section, versions, strings and symbols are gone through side by side. */
const MOST_WINDOWS = 16;

class FileBytes implements ElfBytes {
  readonly size: number;
  readonly #file: OpenFile;
  readonly #windows = new Map<number, Uint8Array>();

  constructor(file: OpenFile) {
    this.#file = file;
    this.size = file.size;
  }

  range(offset: number, length: number, field: string): Uint8Array {
    checkRange({ size: this.size, offset, length }, field, this.#file.path);
    if (length > MOST_KEPT) throw notKept(this.#file.path, field, length);
    const start = offset - (offset % WINDOW);
    if (offset + length > start + WINDOW) return this.#file.read(offset, length);
    return this.#window(start).subarray(offset - start, offset - start + length);
  }

  #window(start: number): Uint8Array {
    const known = this.#windows.get(start);
    if (known !== undefined) return known;
    const read = this.#file.read(start, Math.min(WINDOW, this.size - start));
    const [oldest] = this.#windows.keys();
    if (oldest !== undefined && this.#windows.size === MOST_WINDOWS) this.#windows.delete(oldest);
    this.#windows.set(start, read);
    return read;
  }
}
