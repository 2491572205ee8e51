/**
 * Zip archives: read without trust, checked as PyPI checks them, and written as every index accepts them.
 *
 * Specification: PKWARE APPNOTE.TXT 6.3.10; the subset wheels may use is that of Python's zipfile.
 */
export {
  openZip,
  openZipFile,
  type OpenZipOptions,
  type ReadOptions,
  type ZipArchive,
} from './archive.ts';
export { verifyZipCompression } from './compression-rules.ts';
export { deflateStream, deflatedSize, type DeflateOptions } from './deflate.ts';
export type { ZipStructure } from './end-record.ts';
export type { ZipEntry } from './entry.ts';
export { verifyZipFraming } from './framing.ts';
export type { CompressedRange } from './member.ts';
export { streamPositions, type PositionedPiece } from './positions.ts';
export type { CopySource, ZipMember, ZipSource } from './members.ts';
export { unsafeNameReason } from './names.ts';
export type { WrittenMember } from './output.ts';
export { planRawRuns, readRawRun, type RawMember, type RawRun } from './raw.ts';
export { bytesSink, fileSink, type ZipSink } from './sink.ts';
export { writeZip, type WrittenZip, type WriteZipOptions } from './write.ts';
