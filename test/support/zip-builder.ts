/**
 * Builds zip archives byte by byte, right by default and wrong wherever a test says so: every field of every record
 * can be overridden on its own. Independent of src/: it must not share the code under test.
 */
import { crc32, deflateRawSync } from 'node:zlib';

/** Overrides for the fields of one header. */
export interface HeaderFields {
  signature?: number;
  flags?: number;
  method?: number;
  time?: number;
  date?: number;
  crc32?: number;
  compressedSize?: number;
  size?: number;
  name?: string | Uint8Array;
  extra?: Uint8Array;
}

export interface CentralFields extends HeaderFields {
  madeBy?: number;
  versionNeeded?: number;
  disk?: number;
  externalAttributes?: number;
  offset?: number;
  comment?: string;
}

export interface MemberSpec {
  name: string | Uint8Array;
  content?: string | Uint8Array;
  /** 0 or 8; content is deflated for 8. Default 8. */
  method?: number;
  flags?: number;
  mode?: number;
  extra?: Uint8Array;
  /** The bytes between the headers, instead of the compressed content. */
  data?: Uint8Array;
  local?: HeaderFields;
  central?: CentralFields;
  /** Leaves the local header and data out, as for a second central entry that points to the first one's. */
  centralOnly?: boolean;
  /** Leaves the central entry out. */
  localOnly?: boolean;
  /** Sets bit 3, zeroes the local CRC and sizes, and appends a data descriptor: one of its forms, or these bytes. */
  descriptor?: 'signed' | 'unsigned' | 'signed64' | Uint8Array;
  /** Bytes before the local header. */
  before?: Uint8Array;
}

export interface EndFields {
  disk?: number;
  directoryDisk?: number;
  countOnDisk?: number;
  count?: number;
  size?: number;
  offset?: number;
  commentLength?: number;
}

export interface Zip64Spec {
  /** Bytes after the fixed part of the record. */
  extensible?: Uint8Array;
  recordSize?: number;
  locatorOffset?: number;
  disks?: number;
  noLocator?: boolean;
  count?: number;
  countOnDisk?: number;
  size?: number;
  offset?: number;
}

export interface ZipSpec {
  members: MemberSpec[];
  /** Bytes in front that offsets do not count. */
  prefix?: Uint8Array;
  /** Bytes between the last member and the central directory. */
  beforeDirectory?: Uint8Array;
  /** Bytes between the central directory and the end records. */
  afterDirectory?: Uint8Array;
  zip64?: Zip64Spec;
  end?: EndFields;
  comment?: string | Uint8Array;
  trailing?: Uint8Array;
}

const UNIX_ZIP20 = (3 << 8) | 20;
const NO_BYTES = new Uint8Array(0);

/** The archive as bytes. */
export function buildZip(spec: ZipSpec): Uint8Array {
  const parts: Uint8Array[] = [];
  const central: Uint8Array[] = [];
  let offset = 0;
  const put = (bytes: Uint8Array): void => {
    parts.push(bytes);
    offset += bytes.length;
  };
  let lastOffset = 0;
  for (const member of spec.members) {
    const common = commonFields(member);
    put(member.before ?? NO_BYTES);
    if (member.centralOnly !== true) {
      lastOffset = offset;
      put(localHeader(common, member));
      put(common.data);
      put(descriptorBytes(common, member.descriptor));
    }
    if (member.localOnly !== true) central.push(centralHeader(common, member, lastOffset));
  }
  put(spec.beforeDirectory ?? NO_BYTES);
  const directory = Buffer.concat(central);
  const directoryOffset = offset;
  put(directory);
  put(spec.afterDirectory ?? NO_BYTES);
  const facts = { count: central.length, size: directory.length, offset: directoryOffset };
  if (spec.zip64 !== undefined) put(zip64Records(spec.zip64, facts, offset));
  put(endRecord(spec, facts));
  return Buffer.concat([spec.prefix ?? NO_BYTES, ...parts, spec.trailing ?? NO_BYTES]);
}

interface Common {
  name: Uint8Array;
  flags: number;
  method: number;
  crc32: number;
  size: number;
  data: Uint8Array;
  extra: Uint8Array;
}

function commonFields(member: MemberSpec): Common {
  const name = toBytes(member.name);
  const content = toBytes(member.content ?? '');
  const method = member.method ?? 8;
  const ascii = name.every((byte) => byte < 0x80);
  const data = member.data ?? (method === 8 ? deflateRawSync(content) : content);
  const flags = (member.flags ?? (ascii ? 0 : 0x800)) | (member.descriptor === undefined ? 0 : 0x8);
  return {
    name,
    flags,
    method,
    crc32: crc32(content),
    size: content.length,
    data,
    extra: member.extra ?? NO_BYTES,
  };
}

function localHeader(common: Common, { local = {}, descriptor }: MemberSpec): Uint8Array {
  const streamed = descriptor !== undefined;
  const name = toBytes(local.name ?? common.name);
  const extra = local.extra ?? common.extra;
  const fixed = Buffer.alloc(30);
  fixed.writeUInt32LE(local.signature ?? 0x04034b50, 0);
  fixed.writeUInt16LE(20, 4);
  fixed.writeUInt16LE(local.flags ?? common.flags, 6);
  fixed.writeUInt16LE(local.method ?? common.method, 8);
  fixed.writeUInt16LE(local.time ?? 0, 10);
  fixed.writeUInt16LE(local.date ?? 0x21, 12);
  fixed.writeUInt32LE(local.crc32 ?? (streamed ? 0 : common.crc32), 14);
  fixed.writeUInt32LE(local.compressedSize ?? (streamed ? 0 : common.data.length), 18);
  fixed.writeUInt32LE(local.size ?? (streamed ? 0 : common.size), 22);
  fixed.writeUInt16LE(name.length, 26);
  fixed.writeUInt16LE(extra.length, 28);
  return Buffer.concat([fixed, name, extra]);
}

function descriptorBytes(common: Common, form: MemberSpec['descriptor']): Uint8Array {
  if (form === undefined) return NO_BYTES;
  if (typeof form !== 'string') return form;
  const signature = form === 'unsigned' ? NO_BYTES : Buffer.from('PK\x07\x08', 'latin1');
  const wide = form === 'signed64';
  const body = Buffer.alloc(wide ? 20 : 12);
  body.writeUInt32LE(common.crc32, 0);
  if (wide) {
    body.writeBigUInt64LE(BigInt(common.data.length), 4);
    body.writeBigUInt64LE(BigInt(common.size), 12);
  } else {
    body.writeUInt32LE(common.data.length, 4);
    body.writeUInt32LE(common.size, 8);
  }
  return Buffer.concat([signature, body]);
}

function centralHeader(common: Common, member: MemberSpec, localOffset: number): Uint8Array {
  const central = member.central ?? {};
  const name = toBytes(central.name ?? common.name);
  const extra = central.extra ?? common.extra;
  const comment = toBytes(central.comment ?? '');
  const mode = member.mode ?? 0o100644;
  const fixed = Buffer.alloc(46);
  fixed.writeUInt32LE(central.signature ?? 0x02014b50, 0);
  fixed.writeUInt16LE(central.madeBy ?? UNIX_ZIP20, 4);
  fixed.writeUInt16LE(central.versionNeeded ?? 20, 6);
  fixed.writeUInt16LE(central.flags ?? common.flags, 8);
  fixed.writeUInt16LE(central.method ?? common.method, 10);
  fixed.writeUInt16LE(central.time ?? 0, 12);
  fixed.writeUInt16LE(central.date ?? 0x21, 14);
  fixed.writeUInt32LE(central.crc32 ?? common.crc32, 16);
  fixed.writeUInt32LE(central.compressedSize ?? common.data.length, 20);
  fixed.writeUInt32LE(central.size ?? common.size, 24);
  fixed.writeUInt16LE(name.length, 28);
  fixed.writeUInt16LE(extra.length, 30);
  fixed.writeUInt16LE(comment.length, 32);
  fixed.writeUInt16LE(central.disk ?? 0, 34);
  fixed.writeUInt32LE(central.externalAttributes ?? (mode << 16) >>> 0, 38);
  fixed.writeUInt32LE(central.offset ?? localOffset, 42);
  return Buffer.concat([fixed, name, extra, comment]);
}

interface DirectoryFacts {
  count: number;
  size: number;
  offset: number;
}

function zip64Records(spec: Zip64Spec, facts: DirectoryFacts, position: number): Uint8Array {
  const extensible = spec.extensible ?? NO_BYTES;
  const record = Buffer.alloc(56);
  record.writeUInt32LE(0x06064b50, 0);
  record.writeBigUInt64LE(BigInt(spec.recordSize ?? 44 + extensible.length), 4);
  record.writeUInt16LE(UNIX_ZIP20, 12);
  record.writeUInt16LE(45, 14);
  record.writeBigUInt64LE(BigInt(spec.countOnDisk ?? spec.count ?? facts.count), 24);
  record.writeBigUInt64LE(BigInt(spec.count ?? facts.count), 32);
  record.writeBigUInt64LE(BigInt(spec.size ?? facts.size), 40);
  record.writeBigUInt64LE(BigInt(spec.offset ?? facts.offset), 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(spec.locatorOffset ?? position), 8);
  locator.writeUInt32LE(spec.disks ?? 1, 16);
  return Buffer.concat([record, extensible, spec.noLocator === true ? NO_BYTES : locator]);
}

function endRecord(spec: ZipSpec, facts: DirectoryFacts): Uint8Array {
  const { end = {} } = spec;
  const comment = toBytes(spec.comment ?? '');
  const fixed = Buffer.alloc(22);
  fixed.writeUInt32LE(0x06054b50, 0);
  fixed.writeUInt16LE(end.disk ?? 0, 4);
  fixed.writeUInt16LE(end.directoryDisk ?? 0, 6);
  fixed.writeUInt16LE(end.countOnDisk ?? end.count ?? Math.min(facts.count, 0xffff), 8);
  fixed.writeUInt16LE(end.count ?? Math.min(facts.count, 0xffff), 10);
  fixed.writeUInt32LE(end.size ?? facts.size, 12);
  fixed.writeUInt32LE(end.offset ?? facts.offset, 16);
  fixed.writeUInt16LE(end.commentLength ?? comment.length, 20);
  return Buffer.concat([fixed, comment]);
}

/** One extra field. */
export function extraField(id: number, data: Uint8Array): Uint8Array {
  const head = Buffer.alloc(4);
  head.writeUInt16LE(id, 0);
  head.writeUInt16LE(data.length, 2);
  return Buffer.concat([head, data]);
}

/** Little-endian 64-bit values one after the other. */
export function u64s(...values: (number | bigint)[]): Uint8Array {
  const bytes = Buffer.alloc(8 * values.length);
  for (const [index, value] of values.entries()) bytes.writeBigUInt64LE(BigInt(value), 8 * index);
  return bytes;
}

/** An Info-ZIP Unicode Path field for a header name; `nameCrc` makes it stale. */
export function unicodePathField(
  headerName: string | Uint8Array,
  path: string | Uint8Array,
  nameCrc: number = crc32(toBytes(headerName)),
): Uint8Array {
  const head = Buffer.alloc(5);
  head.writeUInt8(1, 0);
  head.writeUInt32LE(nameCrc, 1);
  return extraField(0x7075, Buffer.concat([head, toBytes(path)]));
}

function toBytes(value: string | Uint8Array): Uint8Array {
  return typeof value === 'string' ? Buffer.from(value, 'utf8') : value;
}
