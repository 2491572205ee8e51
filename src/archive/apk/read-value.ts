import { ByteReader } from '../../support/byte-reader.ts';
import {
  ADB_FALSE,
  ADB_HEADER_SIZE,
  ADB_TRUE,
  ADB_TYPE,
  type AdbObject,
  type AdbValue,
} from './value.ts';

/**
 * The root value of an ADB payload with everything below it. What is stored once and meant in many places is read once:
 * the same object then stands in all of them. Byte strings are views.
 *
 * A value may only lead to what was written before it, as every writer of the format does it by nature: so there are no
 * cycles. And objects may not lie over each other: so time and memory are bounded by the payload, however they refer.
 * @param path names the file in errors
 * @throws WheelworksError `apk/bad-value`.
 */
export function readAdb(payload: Uint8Array, path: string): AdbValue {
  return new AdbValues(payload, path).root();
}

class AdbValues {
  readonly #reader: ByteReader;
  readonly #objects = new Map<number, AdbObject>();
  /** Words that objects may still take; every one of them is somewhere in the payload. */
  #wordsLeft: number;

  constructor(payload: Uint8Array, path: string) {
    this.#reader = new ByteReader(payload, { code: 'apk/bad-value', path });
    this.#wordsLeft = Math.floor(payload.length / 4);
  }

  root(): AdbValue {
    const reader = this.#reader;
    const compatibility = reader.u8('the version of the database format');
    if (compatibility !== 0)
      throw reader.error(`The database has version ${compatibility}, of which nothing is known`, 0);
    reader.skip(3, 'the header of the database');
    return this.#value(reader.u32('the root value'), reader.length);
  }

  /** @param before what the value stands for lies below this offset */
  #value(word: number, before: number): AdbValue {
    const type = word >>> 28;
    const rest = word & 0x0fffffff;
    switch (type) {
      case ADB_TYPE.special:
        return this.#special(rest);
      case ADB_TYPE.int:
        return rest;
      case ADB_TYPE.int32:
        return this.#at(rest, before).u32('a number');
      case ADB_TYPE.int64:
        return this.#at(rest, before).u64('a number');
      case ADB_TYPE.blob8:
        return this.#blob(this.#at(rest, before).u8('a length'));
      case ADB_TYPE.blob16:
        return this.#blob(this.#at(rest, before).u16('a length'));
      case ADB_TYPE.blob32:
        return this.#blob(this.#at(rest, before).u32('a length'));
      case ADB_TYPE.array:
      case ADB_TYPE.object:
        return this.#object(rest, before);
      default:
        throw this.#reader.error(`A value has type ${type}, of which nothing is known`);
    }
  }

  #special(rest: number): AdbValue {
    if (rest === 0) return null;
    if (rest === ADB_TRUE) return true;
    if (rest === ADB_FALSE) return false;
    throw this.#reader.error(`A value is special in way ${rest}, of which nothing is known`);
  }

  #at(offset: number, before: number): ByteReader {
    if (offset < ADB_HEADER_SIZE || offset >= before)
      throw this.#reader.error('A value leads forward, or out of the database', offset);
    return this.#reader.seek(offset, 'a value');
  }

  #blob(length: number): Uint8Array {
    return this.#reader.bytes(length, 'a string');
  }

  #object(offset: number, before: number): AdbObject {
    const reader = this.#at(offset, before);
    const known = this.#objects.get(offset);
    if (known !== undefined) return known;
    const count = reader.u32('the size of an object');
    if (count === 0) throw reader.error('An object has no room for its own size', offset);
    this.#wordsLeft -= count;
    if (this.#wordsLeft < 0 || (count - 1) * 4 > reader.remaining)
      throw reader.error(`An object of ${count} values does not fit in the database`, offset);
    const words = Array.from({ length: count - 1 }, () => reader.u32('a value'));
    const object = { slots: words.map((word) => this.#value(word, offset)) };
    this.#objects.set(offset, object);
    return object;
  }
}
