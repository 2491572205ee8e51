import type { ErrorCode } from '../../support/errors.ts';
import type { ElfImage } from './image.ts';

/** Where a string table is, as the dynamic section or a section header has it. */
export interface ElfStringTableRange {
  readonly address: number;
  readonly offset: number;
  /** Bytes that are really there. */
  readonly size: number;
}

/** Strings up to this length cost nothing against overlap; mangled C++ names are rarely longer. */
const SHORT = 256;

/** No linker's suffix sharing comes near decoding every byte of a table this often. */
const MOST_SHARING = 32;

/**
 * The strings of a table by their offset in it. Strings may overlap (linkers share suffixes), so a forged table could
 * make each of its n offsets the start of an n byte string: the bytes decoded in long strings are therefore limited
 * to a multiple of the table, which keeps time and memory proportional to the file.
 */
export class StringTable {
  readonly range: ElfStringTableRange;
  readonly #image: ElfImage;
  readonly #buffer: Buffer;
  #budget: number;

  /** @throws WheelworksError `elf/truncated` when the range leaves the file. */
  constructor(image: ElfImage, range: ElfStringTableRange, field: string) {
    const bytes = image.range(range.offset, range.size, field);
    this.range = range;
    this.#image = image;
    this.#buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#budget = MOST_SHARING * bytes.length + 65_536;
  }

  /**
   * The string at an index. Bytes that are not UTF-8 become U+FFFD.
   * @throws WheelworksError `elf/bad-string` when it is outside the table or does not end in it, `elf/string-overlap`
   *   when the table's strings overlap as only forged ones do.
   */
  at(index: number, field: string): string {
    const end = this.#endOf(index, field);
    return end === index ? '' : this.#buffer.toString('utf8', index, end);
  }

  /** {@link gnuHash} of the string at an index. @throws WheelworksError as {@link StringTable.at}. */
  hashAt(index: number, field: string): number {
    return hashBytes(this.#buffer, index, this.#endOf(index, field));
  }

  #endOf(index: number, field: string): number {
    const end = index < this.#buffer.length ? this.#buffer.indexOf(0, index) : -1;
    if (end === -1) throw this.#refuse('elf/bad-string', field, index);
    if (end - index > SHORT) this.#spend(end - index, field, index);
    return end;
  }

  #spend(length: number, field: string, index: number): void {
    this.#budget -= length;
    if (this.#budget < 0) throw this.#refuse('elf/string-overlap', field, index);
  }

  #refuse(code: ErrorCode, field: string, index: number): Error {
    const size = this.#buffer.length;
    const message =
      code === 'elf/string-overlap'
        ? `The ${field} is one of so many overlapping strings that the string table of ${size} bytes must be forged.`
        : index < size
          ? `The ${field} is not terminated before the end of its string table.`
          : `The ${field} is at ${index} of a string table of ${size} bytes.`;
    return this.#image.error(code, message, this.range.offset + Math.min(index, size));
  }
}

/** The hash that DT_GNU_HASH tables are built with (djb2 over the bytes), an unsigned 32-bit number. */
export function gnuHash(name: string): number {
  const bytes = Buffer.from(name, 'utf8');
  return hashBytes(bytes, 0, bytes.length);
}

function hashBytes(bytes: Uint8Array, start: number, end: number): number {
  let hash = 5381;
  // 33 * hash stays below 2^53 only for some steps; imul keeps the lower 32 bits exact.
  for (let index = start; index < end; index += 1)
    hash = (Math.imul(hash, 33) + (bytes[index] ?? 0)) | 0;
  return hash >>> 0;
}
