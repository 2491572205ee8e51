/** Local file headers, APPNOTE 4.3.7, and how they may differ from the central directory. */
import { ByteReader, hex } from '../../support/byte-reader.ts';
import { WheelworksError } from '../../support/errors.ts';
import type { ZipEntry } from './entry.ts';
import { parseExtraFields, resolveZip64, type ExtraFields } from './extra-fields.ts';
import { EXTRA, FLAG, LENGTH, MAX32, METHOD, SIGNATURE } from './format.ts';
import { printableName } from './names.ts';
import { memberPath } from './problem.ts';

export interface LocalHeader {
  readonly flags: number;
  readonly method: number;
  readonly crc32: number;
  readonly compressedSize: number;
  readonly size: number;
  readonly rawPath: Uint8Array;
  readonly extra: ExtraFields;
  /** Bytes of the whole header; the data follow. */
  readonly length: number;
}

/** What the fixed part says about the length of the whole header. `fixed` has at least 30 bytes. */
export function localHeaderLength(fixed: Uint8Array): number {
  const view = new DataView(fixed.buffer, fixed.byteOffset, fixed.byteLength);
  return LENGTH.local + view.getUint16(26, true) + view.getUint16(28, true);
}

export function hasLocalSignature(bytes: Uint8Array): boolean {
  return (
    bytes.length >= 4 &&
    new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true) === SIGNATURE.local
  );
}

/**
 * Decodes the local header that starts at the first byte; `offset` is its place in the file.
 * @throws WheelworksError `zip/bad-local-header` without the signature, `zip/truncated`, `zip/bad-zip64`.
 */
export function parseLocalHeader(bytes: Uint8Array, offset: number, path: string): LocalHeader {
  const reader = new ByteReader(bytes, { code: 'zip/truncated', path, baseOffset: offset });
  if (!hasLocalSignature(bytes)) {
    throw new WheelworksError('zip/bad-local-header', 'No member starts where one should.', {
      path,
      evidence: `offset ${hex(offset)}`,
    });
  }
  reader.skip(6, 'signature and version');
  const flags = reader.u16('flags');
  const method = reader.u16('method');
  reader.skip(4, 'time and date');
  const crc32 = reader.u32('CRC-32');
  const compressedSize = reader.u32('compressed size');
  const size = reader.u32('size');
  const nameLength = reader.u16('name length');
  const extraLength = reader.u16('extra field length');
  const rawPath = reader.bytes(nameLength, 'name');
  const extra = parseExtraFields(reader.bytes(extraLength, 'extra fields'));
  const wide = resolveLocalZip64({ size, compressedSize, method }, extra, { path, offset });
  return {
    flags,
    method,
    crc32,
    compressedSize: wide.compressedSize,
    size: wide.size,
    rawPath,
    extra,
    length: reader.position,
  };
}

/** Sizes with those at their maximum taken from the zip64 field, which for a stored member may hold only one of them. */
function resolveLocalZip64(
  local: { readonly size: number; readonly compressedSize: number; readonly method: number },
  extra: ExtraFields,
  where: { readonly path: string; readonly offset: number },
): { readonly size: number; readonly compressedSize: number } {
  const { size, compressedSize, method } = local;
  const field = extra.fields.find(({ id }) => id === EXTRA.zip64);
  const standsForBoth =
    field?.data.length === 8 &&
    method === METHOD.store &&
    size === MAX32 &&
    compressedSize === MAX32;
  const values = { size, compressedSize, localHeaderOffset: 0, disk: 0 };
  if (!standsForBoth) return resolveZip64(values, extra, where);
  const { size: both } = resolveZip64({ ...values, compressedSize: 0 }, extra, where);
  return { size: both, compressedSize: both };
}

/** A field in which a local header differs from its central one. */
export interface HeaderMismatch {
  readonly field: 'name' | 'flags' | 'method' | 'crc32' | 'compressed size' | 'size';
  readonly local: string;
  readonly central: string;
}

/** Bits that change how a member is read; the others are notes of the compressor. */
const TELLING_FLAGS =
  FLAG.encrypted | FLAG.descriptor | FLAG.strongEncryption | FLAG.utf8 | FLAG.maskedHeaders;

/**
 * Every difference that matters between the two headers of a member. With a data descriptor (bit 3) the local CRC and
 * sizes may be zero instead, as the writer did not know them yet.
 */
export function compareHeaders(local: LocalHeader, entry: ZipEntry): HeaderMismatch[] {
  const mismatches: HeaderMismatch[] = [];
  if (Buffer.compare(local.rawPath, entry.rawPath) !== 0) {
    const [here, there] = [local.rawPath, entry.rawPath].map((raw) =>
      printableName(Buffer.from(raw).toString()),
    );
    mismatches.push({ field: 'name', local: here ?? '', central: there ?? '' });
  }
  const compare = (field: HeaderMismatch['field'], here: number, there: number): void => {
    if (here !== there) mismatches.push({ field, local: String(here), central: String(there) });
  };
  compare('flags', local.flags & TELLING_FLAGS, entry.flags & TELLING_FLAGS);
  compare('method', local.method, entry.method);
  const streamed = (local.flags & FLAG.descriptor) !== 0;
  const compareKnown = (field: HeaderMismatch['field'], here: number, there: number): void => {
    if (!streamed || here !== 0) compare(field, here, there);
  };
  compareKnown('crc32', local.crc32, entry.crc32);
  compareKnown('compressed size', local.compressedSize, entry.compressedSize);
  compareKnown('size', local.size, entry.size);
  return mismatches;
}

/**
 * Refuses a member whose headers contradict each other: readers that trust one and readers that trust the other would
 * unpack different files.
 * @throws WheelworksError `zip/header-mismatch`.
 */
export function requireAgreement(local: LocalHeader, entry: ZipEntry, path: string): void {
  const [first] = compareHeaders(local, entry);
  if (first === undefined) return;
  throw new WheelworksError(
    'zip/header-mismatch',
    `The local and the central header of a member disagree on its ${first.field}.`,
    {
      path: memberPath(path, printableName(entry.path)),
      evidence: `local ${first.local}, central ${first.central}, at ${hex(entry.localHeaderOffset)}`,
    },
  );
}
