import { WheelworksError, type ErrorCode } from './errors.ts';

/** How a reader names itself in errors and which code those carry. */
export interface ByteReaderOptions {
  /** The code of the error for a read past the end or an impossible value, such as `elf/truncated`. */
  readonly code: ErrorCode;
  /** Byte order of the integers; archives are always little-endian. */
  readonly littleEndian?: boolean;
  /** Offset of `bytes[0]` in the file, so that errors name file offsets. */
  readonly baseOffset?: number;
  readonly path?: string;
}

/**
 * The one way binary formats are read: a cursor over bytes that refuses to leave them.
 *
 * Every read names the field it is for, so that an error says which field at which file offset is at fault.
 */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #options: ByteReaderOptions;
  readonly #little: boolean;
  #position = 0;

  constructor(bytes: Uint8Array, options: ByteReaderOptions) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#options = options;
    this.#little = options.littleEndian ?? true;
  }

  get length(): number {
    return this.#bytes.length;
  }

  /** Index into the bytes of the next read. */
  get position(): number {
    return this.#position;
  }

  get remaining(): number {
    return this.#bytes.length - this.#position;
  }

  /** Moves to an absolute index; the end itself is allowed. */
  seek(position: number, field: string): this {
    if (!Number.isSafeInteger(position) || position < 0 || position > this.#bytes.length) {
      throw this.error(
        `${field} points to ${hex(position)}, past the end (${hex(this.#bytes.length)})`,
      );
    }
    this.#position = position;
    return this;
  }

  skip(count: number, field: string): this {
    this.#take(count, field);
    return this;
  }

  u8(field: string): number {
    return this.#view.getUint8(this.#take(1, field));
  }

  u16(field: string): number {
    return this.#view.getUint16(this.#take(2, field), this.#little);
  }

  u32(field: string): number {
    return this.#view.getUint32(this.#take(4, field), this.#little);
  }

  /** A 64-bit unsigned value kept exact; for addresses and flags that may use all bits. */
  bigU64(field: string): bigint {
    return this.#view.getBigUint64(this.#take(8, field), this.#little);
  }

  /** A 64-bit unsigned value that must be a safe integer, as every real size and offset is. */
  u64(field: string): number {
    const value = this.bigU64(field);
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) {
      throw this.error(`${field} is ${value}, too large for any file`, this.#position - 8);
    }
    return Number(value);
  }

  /** A view (no copy) of the next `length` bytes. */
  bytes(length: number, field: string): Uint8Array {
    const start = this.#take(length, field);
    return this.#bytes.subarray(start, start + length);
  }

  /** An error of this reader's code at the current position, or at `position`. */
  error(message: string, position: number = this.#position): WheelworksError {
    const offset = (this.#options.baseOffset ?? 0) + position;
    return new WheelworksError(this.#options.code, `${message}.`, {
      evidence: `offset ${hex(offset)}`,
      ...(this.#options.path === undefined ? {} : { path: this.#options.path }),
    });
  }

  #take(count: number, field: string): number {
    const start = this.#position;
    if (!Number.isSafeInteger(count) || count < 0 || count > this.#bytes.length - start) {
      throw this.error(
        `${field} needs ${count} bytes but only ${this.#bytes.length - start} are left`,
      );
    }
    this.#position = start + count;
    return start;
  }
}

/** `0x1f40`; used for offsets and addresses in messages. */
export function hex(value: number | bigint): string {
  return value < 0 ? String(value) : `0x${value.toString(16)}`;
}
