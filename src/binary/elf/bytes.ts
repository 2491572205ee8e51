import { WheelworksError } from '../../support/errors.ts';
import { hex } from '../../support/byte-reader.ts';

/**
 * Where an ELF file's bytes come from: a file in memory, or a sparse view of a large file of which only the needed
 * ranges were kept.
 */
export interface ElfBytes {
  /** Bytes in the whole file, kept or not. */
  readonly size: number;
  /**
   * A view of exactly `length` bytes at the file offset; `field` names what they are for in errors.
   * @throws WheelworksError for a range that is outside the file or was not kept.
   */
  range(offset: number, length: number, field: string): Uint8Array;
}

/** A whole file in memory. Ranges are views of it, not copies. */
export function memoryBytes(bytes: Uint8Array, path?: string): ElfBytes {
  return {
    size: bytes.length,
    range(offset, length, field) {
      checkRange({ size: bytes.length, offset, length }, field, path);
      return bytes.subarray(offset, offset + length);
    },
  };
}

/**
 * Refuses a range that does not lie inside the file.
 * @throws WheelworksError `elf/truncated`.
 */
export function checkRange(
  range: { readonly size: number; readonly offset: number; readonly length: number },
  field: string,
  path: string | undefined,
): void {
  const { size, offset, length } = range;
  const sane =
    Number.isSafeInteger(offset) && Number.isSafeInteger(length) && offset >= 0 && length >= 0;
  if (sane && offset <= size && length <= size - offset) return;
  throw new WheelworksError(
    'elf/truncated',
    `The ${field} would be ${length} bytes at offset ${hex(offset)}, but the file has only ${size} bytes.`,
    {
      hint: 'The file is cut off or damaged; get or build it again.',
      evidence: `offset ${hex(offset)}`,
      ...(path === undefined ? {} : { path }),
    },
  );
}
