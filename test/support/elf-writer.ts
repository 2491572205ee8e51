/** Class and byte order of an image. */
export interface Layout {
  readonly is64: boolean;
  readonly littleEndian: boolean;
}

/** Bytes that grow, with integers in an image's byte order. */
export class ByteWriter {
  readonly layout: Layout;
  #bytes = new Uint8Array(256);
  #length = 0;

  constructor(layout: Layout) {
    this.layout = layout;
  }

  get length(): number {
    return this.#length;
  }

  bytes(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  append(bytes: Uint8Array): this {
    this.#room(bytes.length);
    this.#bytes.set(bytes, this.#length - bytes.length);
    return this;
  }

  /** Overwrites what was written before. */
  patch(offset: number, bytes: Uint8Array): void {
    this.#bytes.set(bytes, offset);
  }

  zeros(count: number): this {
    this.#room(count);
    return this;
  }

  align(alignment: number): this {
    return this.zeros((alignment - (this.#length % alignment)) % alignment);
  }

  u8(value: number): this {
    this.#room(1).setUint8(0, value);
    return this;
  }

  u16(value: number): this {
    this.#room(2).setUint16(0, value, this.layout.littleEndian);
    return this;
  }

  u32(value: number): this {
    this.#room(4).setUint32(0, value, this.layout.littleEndian);
    return this;
  }

  /** 4 or 8 bytes by class. */
  word(value: number): this {
    if (!this.layout.is64) return this.u32(value);
    this.#room(8).setBigUint64(0, BigInt(value), this.layout.littleEndian);
    return this;
  }

  #room(count: number): DataView {
    const start = this.#length;
    this.#length += count;
    if (this.#length > this.#bytes.length) {
      const larger = new Uint8Array(this.#length * 2);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    return new DataView(this.#bytes.buffer, start, count);
  }
}

/** A string table; equal strings are written once. */
export class StringTableWriter {
  readonly #indices = new Map<string, number>([['', 0]]);
  #text = '\0';
  /** Bytes of `#text`. */
  #length = 1;

  /** The index of a string in the table. */
  add(text: string): number {
    const known = this.#indices.get(text);
    if (known !== undefined) return known;
    const index = this.#length;
    this.#indices.set(text, index);
    this.#text += `${text}\0`;
    this.#length += Buffer.byteLength(text) + 1;
    return index;
  }

  bytes(): Uint8Array {
    return new Uint8Array(Buffer.from(this.#text));
  }
}

/** Writes an integer of an image over what is there, to damage it. */
export function overwrite(
  image: { readonly bytes: Uint8Array; readonly layout: Layout },
  at: { readonly offset: number; readonly width: 1 | 2 | 4 | 8 },
  value: number | bigint,
): void {
  const view = new DataView(image.bytes.buffer, image.bytes.byteOffset, image.bytes.byteLength);
  const { littleEndian } = image.layout;
  if (at.width === 1) view.setUint8(at.offset, Number(value));
  else if (at.width === 2) view.setUint16(at.offset, Number(value), littleEndian);
  else if (at.width === 4) view.setUint32(at.offset, Number(value), littleEndian);
  else view.setBigUint64(at.offset, BigInt(value), littleEndian);
}
