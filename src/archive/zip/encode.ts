/**
 * Encodes headers and end records: APPNOTE 4.3.7, 4.3.12 and 4.3.14 to 4.3.16.
 *
 * One shape only, that of Python's zipfile on a seekable file, which every index accepts: made by Unix, sizes and CRC
 * in the local header, no data descriptor, no comments, no extra field but zip64, and that only where needed.
 */
import type { DosDateTime } from './dos-time.ts';
import { EXTRA, FLAG, LENGTH, MADE_BY_UNIX, MAX16, MAX32, SIGNATURE } from './format.ts';
import { isAsciiName } from './names.ts';

/** Everything the headers of a new member say. */
export interface MemberHeader {
  readonly rawPath: Uint8Array;
  readonly isDirectory: boolean;
  /** Full `st_mode`. */
  readonly mode: number;
  readonly modified: DosDateTime;
  readonly method: number;
  readonly crc32: number;
  readonly size: number;
  readonly compressedSize: number;
  /** Write the zip64 field into the local header even if the sizes do not need it: the room was kept for it. */
  readonly wideLocal: boolean;
}

/** APPNOTE 4.4.3: what a reader must know: deflate and directories, or zip64. */
const VERSION_PLAIN = 20;
const VERSION_ZIP64 = 45;
const VERSION_MADE_BY = (MADE_BY_UNIX << 8) | VERSION_ZIP64;
const ATTRIBUTE_DIRECTORY = 0x10;

export function encodeLocalHeader(header: MemberHeader): Uint8Array {
  const wide = header.wideLocal || isWide(header.size) || isWide(header.compressedSize);
  // A local header with one wide size has both: 4.5.3.
  const extra = wide ? encodeZip64([header.size, header.compressedSize]) : new Uint8Array(0);
  const bytes = Buffer.alloc(LENGTH.local + header.rawPath.length + extra.length);
  bytes.writeUInt32LE(SIGNATURE.local, 0);
  bytes.writeUInt16LE(wide ? VERSION_ZIP64 : VERSION_PLAIN, 4);
  writeCommon(bytes, 6, header);
  bytes.writeUInt32LE(wide ? MAX32 : header.compressedSize, 18);
  bytes.writeUInt32LE(wide ? MAX32 : header.size, 22);
  bytes.writeUInt16LE(header.rawPath.length, 26);
  bytes.writeUInt16LE(extra.length, 28);
  bytes.set(header.rawPath, LENGTH.local);
  bytes.set(extra, LENGTH.local + header.rawPath.length);
  return bytes;
}

export function encodeCentralHeader(header: MemberHeader, localHeaderOffset: number): Uint8Array {
  const { size, compressedSize, rawPath } = header;
  const wideValues = [size, compressedSize, localHeaderOffset].filter(isWide);
  const extra = wideValues.length > 0 ? encodeZip64(wideValues) : new Uint8Array(0);
  const bytes = Buffer.alloc(LENGTH.central + rawPath.length + extra.length);
  bytes.writeUInt32LE(SIGNATURE.central, 0);
  bytes.writeUInt16LE(VERSION_MADE_BY, 4);
  const wide = wideValues.length > 0 || header.wideLocal;
  bytes.writeUInt16LE(wide ? VERSION_ZIP64 : VERSION_PLAIN, 6);
  writeCommon(bytes, 8, header);
  bytes.writeUInt32LE(Math.min(compressedSize, MAX32), 20);
  bytes.writeUInt32LE(Math.min(size, MAX32), 24);
  bytes.writeUInt16LE(rawPath.length, 28);
  bytes.writeUInt16LE(extra.length, 30);
  // Comment length, disk number and internal attributes stay zero.
  const attributes = (header.mode << 16) | (header.isDirectory ? ATTRIBUTE_DIRECTORY : 0);
  bytes.writeUInt32LE(attributes >>> 0, 38);
  bytes.writeUInt32LE(Math.min(localHeaderOffset, MAX32), 42);
  bytes.set(rawPath, LENGTH.central);
  bytes.set(extra, LENGTH.central + rawPath.length);
  return bytes;
}

/** Flags to CRC, which local and central headers have in the same order. */
function writeCommon(bytes: Buffer, offset: number, header: MemberHeader): void {
  bytes.writeUInt16LE(isAsciiName(header.rawPath) ? 0 : FLAG.utf8, offset);
  bytes.writeUInt16LE(header.method, offset + 2);
  bytes.writeUInt16LE(header.modified.time, offset + 4);
  bytes.writeUInt16LE(header.modified.date, offset + 6);
  bytes.writeUInt32LE(header.crc32, offset + 8);
}

function encodeZip64(values: readonly number[]): Uint8Array {
  const bytes = Buffer.alloc(4 + 8 * values.length);
  bytes.writeUInt16LE(EXTRA.zip64, 0);
  bytes.writeUInt16LE(8 * values.length, 2);
  for (const [index, value] of values.entries()) {
    bytes.writeBigUInt64LE(BigInt(value), 4 + 8 * index);
  }
  return bytes;
}

/** The records after the central directory. */
export function encodeEnd(directory: {
  readonly count: number;
  readonly size: number;
  readonly offset: number;
}): Uint8Array {
  const { count, size, offset } = directory;
  const end = Buffer.alloc(LENGTH.end);
  end.writeUInt32LE(SIGNATURE.end, 0);
  end.writeUInt16LE(Math.min(count, MAX16), 8);
  end.writeUInt16LE(Math.min(count, MAX16), 10);
  end.writeUInt32LE(Math.min(size, MAX32), 12);
  end.writeUInt32LE(Math.min(offset, MAX32), 16);
  const wide = count >= MAX16 || isWide(size) || isWide(offset);
  return wide ? Buffer.concat([encodeZip64End(count, size, offset), end]) : end;
}

function encodeZip64End(count: number, size: number, offset: number): Uint8Array {
  const bytes = Buffer.alloc(LENGTH.end64 + LENGTH.locator64);
  bytes.writeUInt32LE(SIGNATURE.end64, 0);
  bytes.writeBigUInt64LE(BigInt(LENGTH.end64 - 12), 4);
  bytes.writeUInt16LE(VERSION_MADE_BY, 12);
  bytes.writeUInt16LE(VERSION_ZIP64, 14);
  bytes.writeBigUInt64LE(BigInt(count), 24);
  bytes.writeBigUInt64LE(BigInt(count), 32);
  bytes.writeBigUInt64LE(BigInt(size), 40);
  bytes.writeBigUInt64LE(BigInt(offset), 48);
  bytes.writeUInt32LE(SIGNATURE.locator64, LENGTH.end64);
  bytes.writeBigUInt64LE(BigInt(offset + size), LENGTH.end64 + 8);
  bytes.writeUInt32LE(1, LENGTH.end64 + 16);
  return bytes;
}

/** Whether a value does not fit beside the maximum that stands for "see zip64". */
function isWide(value: number): boolean {
  return value >= MAX32;
}

/** Whether a member of this size may need zip64 once compressed; deflate can add a little to what it cannot shrink. */
export function mayNeedZip64(size: number): boolean {
  return isWide(size + Math.ceil(size / 1024) + 1024);
}
