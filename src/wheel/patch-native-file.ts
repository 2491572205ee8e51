/** Changes ELF files on disk, in memory that does not grow with them. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { open } from 'node:fs/promises';
import {
  checkRange,
  isUnchanged,
  readElf,
  type ElfBytes,
  type ElfFile,
  type ElfPatch,
} from '../binary/elf/index.ts';
import { WheelworksError, fileError } from '../support/errors.ts';

/**
 * Changes a file in place, as `plan` says: for copies that nobody else knows yet.
 * @param name what the file is called in errors
 * @throws WheelworksError `elf/*`, `file/*`; and what `plan` throws. The file is then half changed, or as it was.
 */
export async function patchNativeFile(
  path: string,
  name: string,
  plan: (elf: ElfFile) => ElfPatch,
): Promise<void> {
  const { patch, size } = readPatch(path, name, plan);
  if (isUnchanged(patch, size)) return;
  try {
    const handle = await open(path, 'r+');
    try {
      await handle.truncate(patch.size);
      for (const { offset, bytes } of patch.writes) {
        let done = 0;
        while (done < bytes.length) {
          const left = bytes.length - done;
          done += (await handle.write(bytes, done, left, offset + done)).bytesWritten;
        }
      }
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw fileError(error, path);
  }
}

function readPatch(
  path: string,
  name: string,
  plan: (elf: ElfFile) => ElfPatch,
): { readonly patch: ElfPatch; readonly size: number } {
  return withElfFile(path, name, (elf) => ({ patch: plan(elf), size: elf.bytes.size }));
}

/**
 * Reads an ELF file on disk, any range of it while `work` runs.
 * @param name what the file is called in errors
 * @throws WheelworksError `elf/*`, `file/*`; and what `work` throws.
 */
export function withElfFile<Result>(
  path: string,
  name: string,
  work: (elf: ElfFile) => Result,
): Result {
  const descriptor = openFile(path);
  try {
    return work(readElf(descriptorBytes(descriptor, name), { path: name }));
  } finally {
    closeSync(descriptor);
  }
}

function openFile(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (error) {
    throw fileError(error, path);
  }
}

/** Headers are asked for field by field, tables at once. */
const WINDOW = 64 << 10;
const MOST_WINDOWS = 32;

function descriptorBytes(descriptor: number, name: string): ElfBytes {
  const { size } = fstatSync(descriptor);
  const windows = new Map<number, Uint8Array>();
  const read = (offset: number, length: number): Uint8Array => {
    const bytes = new Uint8Array(length);
    let done = 0;
    while (done < length) {
      const count = readSync(descriptor, bytes, done, length - done, offset + done);
      if (count === 0)
        throw new WheelworksError('file/truncated', `${name} got shorter while it was read.`, {
          path: name,
        });
      done += count;
    }
    return bytes;
  };
  const window = (start: number): Uint8Array => {
    const known = windows.get(start);
    if (known !== undefined) return known;
    const bytes = read(start, Math.min(WINDOW, size - start));
    const [oldest] = windows.keys();
    if (oldest !== undefined && windows.size === MOST_WINDOWS) windows.delete(oldest);
    windows.set(start, bytes);
    return bytes;
  };
  return {
    size,
    range(offset, length, field) {
      checkRange({ size, offset, length }, field, name);
      const start = offset - (offset % WINDOW);
      if (offset + length > start + WINDOW) return read(offset, length);
      return window(start).subarray(offset - start, offset - start + length);
    },
  };
}
