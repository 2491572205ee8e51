import { FLAG, MADE_BY_UNIX, MODE } from './format.ts';

/** One member as the central directory describes it. */
export interface ZipEntry {
  /** Its name; directories end in a slash. */
  readonly path: string;
  /** The name as the archive holds it. */
  readonly rawPath: Uint8Array;
  /** Compression method: 0 (stored) and 8 (deflated) can be read, others only listed. */
  readonly method: number;
  readonly crc32: number;
  readonly compressedSize: number;
  /** Bytes of the content, as claimed; reading holds the archive to it. */
  readonly size: number;
  /** The Unix `st_mode` when a Unix system made the archive, else 0. */
  readonly mode: number;
  readonly isDirectory: boolean;
  readonly isSymlink: boolean;
  readonly encrypted: boolean;
  /** MS-DOS date and time, which have no time zone. */
  readonly modified: { readonly date: number; readonly time: number };
  /** General purpose bits (APPNOTE 4.4.4). */
  readonly flags: number;
  /** Extra fields of the central header, as they are. */
  readonly extra: Uint8Array;
  readonly commentLength: number;
  /** Where the member starts in the file, prefix data counted. */
  readonly localHeaderOffset: number;
  /** Where the next member or the central directory starts: header, data and descriptor lie before it. */
  readonly recordLimit: number;
  /** Where its central header starts in the file. */
  readonly centralHeaderOffset: number;
  /** Its place in the central directory. */
  readonly index: number;
}

/** The Unix mode in external attributes, or 0 when another system made the entry. */
export function unixMode(madeBy: number, externalAttributes: number): number {
  return madeBy >> 8 === MADE_BY_UNIX ? externalAttributes >>> 16 : 0;
}

export function isSymlinkMode(mode: number): boolean {
  return (mode & MODE.type) === MODE.symlink;
}

/** Classic, strong and header encryption alike. */
export function isEncrypted(flags: number): boolean {
  return (flags & (FLAG.encrypted | FLAG.strongEncryption | FLAG.maskedHeaders)) !== 0;
}
