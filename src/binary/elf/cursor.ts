import { ByteReader } from '../../support/byte-reader.ts';

/** What decides how an ELF file's numbers are written. */
export interface ElfLayout {
  readonly is64: boolean;
  readonly littleEndian: boolean;
}

/** A `ByteReader` that knows the file's class and byte order. Reads past its end throw `elf/truncated`. */
export class ElfCursor extends ByteReader {
  readonly layout: ElfLayout;

  constructor(
    bytes: Uint8Array,
    layout: ElfLayout,
    place: { readonly offset: number; readonly path: string | undefined },
  ) {
    super(bytes, {
      code: 'elf/truncated',
      littleEndian: layout.littleEndian,
      baseOffset: place.offset,
      ...(place.path === undefined ? {} : { path: place.path }),
    });
    this.layout = layout;
  }

  /**
   * An address, offset or size: 4 bytes in a 32-bit file, 8 in a 64-bit one. Values of 2^53 and more, which no file
   * that can be loaded has, are rounded and so fail every later check against the file's size.
   */
  word(field: string): number {
    return this.layout.is64 ? this.xword(field) : this.u32(field);
  }

  /** Eight bytes whatever the class, rounded like `word`. */
  xword(field: string): number {
    const first = this.u32(field);
    const second = this.u32(field);
    return this.layout.littleEndian ? second * 2 ** 32 + first : first * 2 ** 32 + second;
  }
}
