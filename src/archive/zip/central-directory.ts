/** Decodes the central directory: APPNOTE 4.3.12. */
import { ByteReader, hex } from '../../support/byte-reader.ts';
import { WheelworksError } from '../../support/errors.ts';
import type { ZipStructure } from './end-record.ts';
import { isEncrypted, isSymlinkMode, unixMode, type ZipEntry } from './entry.ts';
import { centralExtraFault, parseExtraFields, resolveZip64, unicodePaths } from './extra-fields.ts';
import { FLAG, LENGTH, SIGNATURE } from './format.ts';
import {
  decodeName,
  decodeUtf8,
  hasControlCharacter,
  isAsciiName,
  printableName,
  unsafeNameReason,
} from './names.ts';
import { memberPath, type Report } from './problem.ts';

/** An entry while the archive is being opened: what follows it in the file is not known yet. */
export type DirectoryEntry = Omit<ZipEntry, 'recordLimit'> & { recordLimit: number };

/**
 * All entries of the directory in its order. The stated count is compared, never trusted: entries are read until the
 * directory's bytes are used up.
 * @throws WheelworksError `zip/bad-directory`, `zip/truncated`, `zip/bad-zip64`, `zip/multi-disk`.
 * Reports `zip/count-mismatch`, `zip/bad-name`, `zip/ambiguous-name`,
 * `zip/bad-extra-field`, `zip/unsupported-version` and `zip/unsafe-path`.
 */
export function parseDirectory(
  bytes: Uint8Array,
  structure: ZipStructure,
  path: string,
  report: Report,
): DirectoryEntry[] {
  const reader = new ByteReader(bytes, {
    code: 'zip/truncated',
    path,
    baseOffset: structure.directoryOffset,
  });
  const entries: DirectoryEntry[] = [];
  while (reader.remaining > 0) {
    entries.push(parseEntry(reader, { structure, path, report, index: entries.length }));
  }
  if (entries.length !== structure.count || structure.countOnDisk !== structure.count) {
    report({
      code: 'zip/count-mismatch',
      message: 'The end record counts other entries than the central directory has.',
      path,
      evidence: `${structure.count} in the end record (${structure.countOnDisk} on this disk), ${entries.length} found`,
    });
  }
  return entries;
}

interface EntryContext {
  readonly structure: ZipStructure;
  readonly path: string;
  readonly report: Report;
  readonly index: number;
}

/** APPNOTE 4.4.3, times ten: the newest version there is, and what Python's zipfile stops at. */
const NEWEST_VERSION = 63;

/** Shared, as most members have none and a view costs more than all other fields together. */
const NO_EXTRA = new Uint8Array(0);

function parseEntry(reader: ByteReader, context: EntryContext): DirectoryEntry {
  const centralHeaderOffset = context.structure.directoryOffset + reader.position;
  if (reader.remaining < LENGTH.central || reader.u32('signature') !== SIGNATURE.central) {
    throw notADirectory(context, centralHeaderOffset);
  }
  const madeBy = reader.u16('version made by');
  const versionNeeded = reader.u8('version needed');
  reader.skip(1, 'system of the version needed');
  const flags = reader.u16('flags');
  const method = reader.u16('method');
  const modified = { time: reader.u16('time'), date: reader.u16('date') };
  const crc32 = reader.u32('CRC-32');
  const compressedSize = reader.u32('compressed size');
  const size = reader.u32('size');
  const nameLength = reader.u16('name length');
  const extraLength = reader.u16('extra field length');
  const commentLength = reader.u16('comment length');
  const disk = reader.u16('disk number');
  reader.skip(2, 'internal attributes');
  const externalAttributes = reader.u32('external attributes');
  const localHeaderOffset = reader.u32('local header offset');
  const rawPath = reader.bytes(nameLength, 'name');
  const extra = extraLength === 0 ? NO_EXTRA : reader.bytes(extraLength, 'extra fields');
  reader.skip(commentLength, 'comment');

  const fields = parseExtraFields(extra);
  const wide = resolveZip64({ size, compressedSize, localHeaderOffset, disk }, fields, {
    path: context.path,
    offset: centralHeaderOffset,
  });
  const name = entryName(rawPath, flags, unicodePaths(fields, rawPath), context);
  if (versionNeeded > NEWEST_VERSION) {
    context.report({
      code: 'zip/unsupported-version',
      message: `Python cannot open this archive: a member asks for zip version ${versionNeeded / 10}.`,
      path: memberPath(context.path, printableName(name)),
      evidence: `central header at ${hex(centralHeaderOffset)}`,
    });
  }
  const fault = centralExtraFault(fields);
  if (fault !== undefined) {
    context.report({
      code: 'zip/bad-extra-field',
      message: `Python cannot open this archive: in the extra fields of a member ${fault}.`,
      path: memberPath(context.path, printableName(name)),
      evidence: `central header at ${hex(centralHeaderOffset)}`,
    });
  }
  if (wide.disk !== 0) {
    throw new WheelworksError(
      'zip/multi-disk',
      `${printableName(name)} lies on another disk of a split archive.`,
      {
        path: context.path,
      },
    );
  }
  const mode = unixMode(madeBy, externalAttributes);
  return {
    path: name,
    rawPath,
    method,
    crc32,
    compressedSize: wide.compressedSize,
    size: wide.size,
    mode,
    isDirectory: name.endsWith('/'),
    isSymlink: isSymlinkMode(mode),
    encrypted: isEncrypted(flags),
    modified,
    flags,
    extra,
    commentLength,
    localHeaderOffset: wide.localHeaderOffset + context.structure.prefixLength,
    recordLimit: 0,
    centralHeaderOffset,
    index: context.index,
  };
}

/** The name as text. Where two readers would see two names, or one would write outside its folder, that is reported. */
function entryName(
  rawPath: Uint8Array,
  flags: number,
  replacements: readonly Uint8Array[],
  context: EntryContext,
): string {
  const { path: archive, report } = context;
  const header = decodeName(rawPath, flags);
  const text = preferUnicode(header.text, rawPath, flags, replacements[0]);
  // Only built when needed: half the time of opening a large archive would go into it.
  const path = (): string => memberPath(archive, printableName(text));
  if (!header.valid) {
    report({
      code: 'zip/bad-name',
      message: 'A member claims a UTF-8 name that is not UTF-8.',
      path: path(),
    });
  }
  const other = replacements.find((replacement) => decodeUtf8(replacement) !== text);
  if (other !== undefined) {
    report({
      code: 'zip/ambiguous-name',
      message: 'A member has one name in its header and another in its Unicode path field.',
      path: path(),
      evidence: `Unicode path: ${printableName(decodeName(other, FLAG.utf8).text)}`,
      effect: 'users-break',
    });
  }
  const reason = unsafeNameReason(text);
  if (reason !== undefined) {
    report({
      code: 'zip/unsafe-path',
      message: `A member cannot be unpacked safely: its name ${reason}.`,
      path: path(),
      effect: hasControlCharacter(text) ? 'index-rejects' : 'users-break',
      hint: 'Do not unpack this archive with other tools either; build it again from a source you trust.',
    });
  }
  return text;
}

/** The Unicode path field exists for names that code page 437 cannot hold; elsewhere it must only repeat the name. */
function preferUnicode(
  text: string,
  rawPath: Uint8Array,
  flags: number,
  replacement: Uint8Array | undefined,
): string {
  const isLegacy = (flags & FLAG.utf8) === 0 && !isAsciiName(rawPath);
  return (isLegacy && replacement !== undefined ? decodeUtf8(replacement) : undefined) ?? text;
}

function notADirectory(context: EntryContext, offset: number): WheelworksError {
  const { structure, path, index } = context;
  return new WheelworksError(
    'zip/bad-directory',
    index === 0
      ? 'The central directory does not end where the end record begins.'
      : 'The central directory has something else among its entries.',
    {
      path,
      evidence: `no entry at ${hex(offset)}; the end record is at ${hex(structure.endOffset)}`,
    },
  );
}
