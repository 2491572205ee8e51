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
    const end = index < this.#buffer.length ? this.#buffer.indexOf(0, index) : -1;
    if (end === -1) throw this.#refuse('elf/bad-string', field, index);
    const length = end - index;
    if (length === 0) return '';
    if (length > SHORT) this.#spend(length, field, index);
    return this.#buffer.toString('utf8', index, end);
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
