/**
 * Values of ADB, the database format of apk-tools 3: a payload is a header of eight bytes and values behind it, of which
 * the root is the last. A value is a word: the upper four bits its type, the rest an immediate number or the offset in
 * the payload of what it stands for. doc/apk-v3.5 of apk-tools describes the format.
 */

/** Objects and arrays have the same form: a row of slots. The first is slot 0 here, and number 1 in the format. */
export interface AdbObject {
  readonly slots: readonly AdbValue[];
}

/** Null stands for what is not there. Numbers are whole, from 0. */
export type AdbValue = null | boolean | number | Uint8Array | AdbObject;

/** The upper four bits of a value. */
export const ADB_TYPE = {
  special: 0x0,
  int: 0x1,
  int32: 0x2,
  int64: 0x3,
  blob8: 0x8,
  blob16: 0x9,
  blob32: 0xa,
  array: 0xd,
  object: 0xe,
} as const;

/** The lower bits of a special value; 0 is null. */
export const ADB_TRUE = 1;
export const ADB_FALSE = 2;

/** Two version bytes, two reserved ones and the root value. */
export const ADB_HEADER_SIZE = 8;

/** What a value word leaves for a number or an offset. */
export const ADB_IMMEDIATE_LIMIT = 2 ** 28;

export function isAdbObject(value: AdbValue): value is AdbObject {
  return typeof value === 'object' && value !== null && 'slots' in value;
}
