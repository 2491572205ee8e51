import {
  ADB_FALSE,
  ADB_HEADER_SIZE,
  ADB_IMMEDIATE_LIMIT,
  ADB_TRUE,
  ADB_TYPE,
  isAdbObject,
  type AdbValue,
} from './value.ts';

/** A value that is in the payload already: its word. */
export type AdbWord = number;

/**
 * Writes an ADB payload, value after value, as apk-tools does: what is equal to something that is there, and lies where
 * the alignment allows it, is not written again. So the bytes depend on the order of the calls.
 */
export class AdbWriter {
  #bytes = Buffer.alloc(1 << 13);
  #length = ADB_HEADER_SIZE;
  readonly #known = new Map<string, number>();

  /** A whole number from 0. */
  int(value: number): AdbWord {
    if (value < ADB_IMMEDIATE_LIMIT) return word(ADB_TYPE.int, value);
    const bytes = Buffer.alloc(value < 2 ** 32 ? 4 : 8);
    if (bytes.length === 4) bytes.writeUInt32LE(value);
    else bytes.writeBigUInt64LE(BigInt(value));
    return word(bytes.length === 4 ? ADB_TYPE.int32 : ADB_TYPE.int64, this.#put(bytes, 4));
  }

  /** Text or bytes; null when there are none. */
  blob(value: string | Uint8Array): AdbWord {
    const { type, align, bytes } = blobBytes(Buffer.from(value));
    return bytes.length === align ? NULL_WORD : word(type, this.#put(bytes, align));
  }

  /**
   * Bytes at a place of their own, to be filled in when the payload is done.
   * @returns the value, and where in the payload the bytes are.
   */
  placeholder(size: number): { readonly value: AdbWord; readonly offset: number } {
    const { type, align, bytes } = blobBytes(Buffer.alloc(size));
    const offset = this.#append(bytes, align);
    return { value: word(type, offset), offset: offset + align };
  }

  /** An object, or an array written as one; without trailing nulls, and null when nothing is left. */
  object(slots: readonly AdbWord[]): AdbWord {
    return this.#row(ADB_TYPE.object, slots);
  }

  array(items: readonly AdbWord[]): AdbWord {
    return this.#row(ADB_TYPE.array, items);
  }

  /** A value of another payload, with everything below it; rows become objects. */
  copy(value: AdbValue): AdbWord {
    if (value === null) return NULL_WORD;
    if (typeof value === 'boolean') return word(ADB_TYPE.special, value ? ADB_TRUE : ADB_FALSE);
    if (typeof value === 'number') return this.int(value);
    if (isAdbObject(value)) return this.object(value.slots.map((slot) => this.copy(slot)));
    return this.blob(value);
  }

  /** The payload with this value as its root. */
  finish(root: AdbWord): Uint8Array {
    this.#bytes.writeUInt32LE(root >>> 0, 4);
    return this.#bytes.subarray(0, this.#length);
  }

  #row(type: number, slots: readonly AdbWord[]): AdbWord {
    const used = slots.findLastIndex((slot) => slot !== NULL_WORD) + 1;
    if (used === 0) return NULL_WORD;
    const bytes = Buffer.alloc((used + 1) * 4);
    bytes.writeUInt32LE(used + 1);
    for (const [index, slot] of slots.slice(0, used).entries())
      bytes.writeUInt32LE(slot >>> 0, (index + 1) * 4);
    return word(type, this.#put(bytes, 4));
  }

  #put(bytes: Buffer, align: number): number {
    const key = bytes.toString('latin1');
    const known = this.#known.get(key);
    if (known !== undefined && known % align === 0) return known;
    const offset = this.#append(bytes, align);
    this.#known.set(key, offset);
    return offset;
  }

  #append(bytes: Uint8Array, align: number): number {
    const offset = Math.ceil(this.#length / align) * align;
    const end = offset + bytes.length;
    if (end > this.#bytes.length) {
      const grown = Buffer.alloc(Math.max(end, this.#bytes.length * 2));
      grown.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = grown;
    }
    this.#bytes.set(bytes, offset);
    this.#length = end;
    return offset;
  }
}

/** Nothing: a slot that is not set. */
export const NULL_WORD: AdbWord = 0;

function word(type: number, rest: number): AdbWord {
  if (rest >= ADB_IMMEDIATE_LIMIT) throw new RangeError(`${rest} does not fit in a value`);
  return type * 2 ** 28 + rest;
}

/** Bytes with their length before them, which has one, two or four bytes and as much alignment. */
function blobBytes(content: Uint8Array): { type: number; align: number; bytes: Buffer } {
  const [type, align] =
    content.length > 0xffff
      ? ([ADB_TYPE.blob32, 4] as const)
      : content.length > 0xff
        ? ([ADB_TYPE.blob16, 2] as const)
        : ([ADB_TYPE.blob8, 1] as const);
  const bytes = Buffer.alloc(align + content.length);
  bytes.writeUIntLE(content.length, 0, align);
  bytes.set(content, align);
  return { type, align, bytes };
}
