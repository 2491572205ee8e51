/** PyPI's rules for single headers: names, comments and extra fields (warehouse, utils/zipfiles.py). */
import { ByteReader, hex } from '../../support/byte-reader.ts';
import type { ZipEntry } from './entry.ts';
import type { ExtraField } from './extra-fields.ts';
import type { FindingList } from './finding-list.ts';
import { EXTRA, FLAG, METHOD } from './format.ts';
import type { LocalHeader } from './local-header.ts';
import { decodeUtf8, hasControlCharacter, isAsciiName, printableName } from './names.ts';
import { memberPath } from './problem.ts';

/** Reports `zip/entry-comment` and `zip/legacy-name` of a central header. */
export function checkCentralEntry(
  entry: ZipEntry,
  archivePath: string,
  findings: FindingList,
): void {
  const isLegacy = (entry.flags & FLAG.utf8) === 0 && !isAsciiName(entry.rawPath);
  if (entry.commentLength === 0 && !isLegacy) return;
  const path = memberPath(archivePath, printableName(entry.path));
  if (entry.commentLength > 0) {
    findings.report({
      code: 'zip/entry-comment',
      message: 'A member has a comment.',
      path,
      evidence: `${entry.commentLength} bytes, central header at ${hex(entry.centralHeaderOffset)}`,
    });
  }
  if (isLegacy) {
    findings.report({
      code: 'zip/legacy-name',
      message:
        'A name outside ASCII is not marked as UTF-8 (bit 11), so its text depends on the reader.',
      path,
      evidence: `central header at ${hex(entry.centralHeaderOffset)}`,
      hint: 'Rewrite the archive with wheelworks, which writes all names as UTF-8.',
    });
  }
}

/** Lengths of a zip64 field: any of two sizes, an offset and a disk number, in this order. */
const ZIP64_LENGTHS = new Set([0, 8, 16, 24, 28]);

/** Reports `zip/bad-extra-field` for what PyPI refuses among the extra fields of a local header. */
export function checkLocalExtra(
  local: LocalHeader,
  entry: ZipEntry,
  path: string,
  findings: FindingList,
): void {
  const report = (message: string, evidence: string): void => {
    findings.report({
      code: 'zip/bad-extra-field',
      message,
      path,
      evidence: `${evidence}, local header at ${hex(entry.localHeaderOffset)}`,
      hint: 'Rewrite the archive with wheelworks, which leaves extra fields out.',
    });
  };
  if (local.extra.leftover > 0) {
    report('The extra fields end within a field.', `${local.extra.leftover} bytes left over`);
  }
  for (const [name, id] of Object.entries(EXTRA)) {
    const fields = local.extra.fields.filter((field) => field.id === id);
    if (fields.length > 1) report('An extra field is there twice.', `${name} ${hex(id)}`);
    for (const field of fields) {
      const fault = id === EXTRA.zip64 ? zip64Fault(field, local, entry) : unicodePathFault(field);
      if (fault !== undefined)
        report(`An extra field is malformed: ${fault}.`, `${name} ${hex(id)}`);
    }
  }
}

/** The validator takes the compressed size from a zip64 field even where the header does not send it there. */
function zip64Fault(
  { data }: ExtraField,
  { method }: LocalHeader,
  { compressedSize }: ZipEntry,
): string | undefined {
  if (!ZIP64_LENGTHS.has(data.length)) return `zip64 with ${data.length} bytes`;
  if (data.length === 0) return undefined;
  // One size can stand for both only when nothing is compressed.
  if (data.length === 8 && method !== METHOD.store) return 'zip64 with one size, though compressed';
  const reader = new ByteReader(data, { code: 'zip/bad-zip64' });
  if (data.length > 8) reader.skip(8, 'size');
  const stated = reader.bigU64('compressed size');
  return stated === BigInt(compressedSize)
    ? undefined
    : `zip64 with a compressed size of ${stated} instead of ${compressedSize}`;
}

/** Version and CRC come before the path. The validator does not mind when they are cut off. */
function unicodePathFault({ data }: ExtraField): string | undefined {
  const text = decodeUtf8(data.subarray(5));
  if (text === undefined) return 'a Unicode path that is not UTF-8';
  return hasControlCharacter(text) ? 'a Unicode path with a control character' : undefined;
}
