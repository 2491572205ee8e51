/**
 * Extra fields of local and central headers. APPNOTE 4.5: a sequence of id (2 bytes), length (2 bytes) and data.
 */
import { crc32 } from 'node:zlib';
import { ByteReader } from '../../support/byte-reader.ts';
import { EXTRA, MAX16, MAX32 } from './format.ts';

export interface ExtraField {
  readonly id: number;
  readonly data: Uint8Array;
}

export interface ExtraFields {
  readonly fields: readonly ExtraField[];
  /** Bytes at the end that are no whole field. Writers that pad for alignment leave up to three. */
  readonly leftover: number;
}

const NONE: ExtraFields = { fields: [], leftover: 0 };
const HEADER_LENGTH = 4;

/** Takes extra data apart. Never throws: what is cut off is counted, for the caller to judge. */
export function parseExtraFields(extra: Uint8Array): ExtraFields {
  if (extra.length === 0) return NONE;
  const reader = new ByteReader(extra, { code: 'zip/bad-extra-field' });
  const fields: ExtraField[] = [];
  while (reader.remaining >= HEADER_LENGTH) {
    const id = reader.u16('extra field id');
    const length = reader.u16('extra field length');
    if (length > reader.remaining) return { fields, leftover: reader.remaining + HEADER_LENGTH };
    fields.push({ id, data: reader.bytes(length, 'extra field data') });
  }
  return { fields, leftover: reader.remaining };
}

/** The values of a header that a zip64 field may replace. */
export interface WideValues {
  readonly size: number;
  readonly compressedSize: number;
  /** Only in central headers. */
  readonly localHeaderOffset: number;
  readonly disk: number;
}

/**
 * The values with those that are at their maximum taken from the zip64 field, in the order of APPNOTE 4.5.3.
 *
 * A header at a maximum without such a field is taken at its word: a member of exactly 4,294,967,295 bytes is legal.
 * @throws WheelworksError `zip/bad-zip64` when the field is too short for what it has to hold.
 */
export function resolveZip64(
  values: WideValues,
  extra: ExtraFields,
  where: { readonly path: string; readonly offset: number },
): WideValues {
  const field = extra.fields.find(({ id }) => id === EXTRA.zip64);
  if (field === undefined) return values;
  const reader = new ByteReader(field.data, {
    code: 'zip/bad-zip64',
    path: where.path,
    baseOffset: where.offset,
  });
  const wide = (value: number, name: string): number =>
    value === MAX32 ? reader.u64(name) : value;
  return {
    size: wide(values.size, 'zip64 size'),
    compressedSize: wide(values.compressedSize, 'zip64 compressed size'),
    localHeaderOffset: wide(values.localHeaderOffset, 'zip64 local header offset'),
    disk: values.disk === MAX16 ? reader.u32('zip64 disk number') : values.disk,
  };
}

/**
 * The names in Info-ZIP Unicode Path fields (APPNOTE 4.6.9), as bytes. Only fields for this name count: each carries
 * the CRC of the name it replaces, and a tool that renames without knowing it leaves it stale. More than one is a
 * trick: readers disagree on which to take.
 */
export function unicodePaths(extra: ExtraFields, rawName: Uint8Array): Uint8Array[] {
  const paths: Uint8Array[] = [];
  for (const { id, data } of extra.fields) {
    if (id !== EXTRA.unicodePath || data.length < UNICODE_PATH_HEADER) continue;
    const reader = new ByteReader(data, { code: 'zip/bad-extra-field' });
    const version = reader.u8('unicode path version');
    const nameCrc = reader.u32('unicode path name CRC');
    if (version !== 1 || nameCrc !== crc32(rawName)) continue;
    paths.push(reader.bytes(reader.remaining, 'unicode path'));
  }
  return paths;
}

/**
 * Why Python's zipfile, and so every installer and PyPI, refuses to open an archive with these extra fields in a
 * central header; undefined when it does not. Up to three bytes of padding at the end are fine there.
 */
export function centralExtraFault(extra: ExtraFields): string | undefined {
  if (extra.leftover >= HEADER_LENGTH) return 'a field is cut off';
  const isCut = ({ id, data }: ExtraField): boolean =>
    id === EXTRA.unicodePath && data.length < UNICODE_PATH_HEADER;
  return extra.fields.some(isCut) ? 'a Unicode path has no room for its CRC' : undefined;
}

/** Version and the CRC of the name in the header. */
const UNICODE_PATH_HEADER = 5;
