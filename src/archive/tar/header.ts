import { ByteReader } from '../../support/byte-reader.ts';
import { parseTarNumber } from './numbers.ts';
import { tarProblem } from './problem.ts';

/** Headers and contents come in whole blocks of this many bytes. */
export const BLOCK = 512;

/** One header block as it stands, before extended headers change what it means. Texts end at the first NUL. */
export interface RawHeader {
  readonly offset: number;
  readonly name: Uint8Array;
  /** Goes before the name, with a `/`; only the POSIX format has it. */
  readonly prefix: Uint8Array;
  readonly mode: number;
  readonly size: number;
  /** Seconds since 1970. */
  readonly mtime: number;
  /** One character; NUL in the oldest archives. */
  readonly typeFlag: string;
  readonly linkName: Uint8Array;
}

/**
 * Decodes a header block (POSIX.1-2017 pax, "ustar Interchange Format"; also the older V7 and GNU formats, which place
 * the fields used here at the same offsets). Owners and device numbers are not looked at: nothing depends on them.
 * @throws WheelworksError `tar/not-a-tar`, `tar/bad-checksum`, `tar/bad-number`.
 */
export function parseHeader(block: Uint8Array, offset: number, archive: string): RawHeader {
  const reader = new ByteReader(block, {
    code: 'tar/truncated',
    baseOffset: offset,
    path: archive,
  });
  const magic = text(reader.seek(257, 'magic').bytes(8, 'magic'));
  if (!hasValidChecksum(block)) throw checksumProblem(magic, offset, archive);
  reader.seek(0, 'name');
  const number = (length: number, field: string): number => {
    const bytes = reader.bytes(length, field);
    const value = parseTarNumber(bytes);
    if (value !== undefined) return value;
    const evidence = `${field} field ${Buffer.from(bytes).toString('hex')}`;
    throw tarProblem('tar/bad-number', `A member's ${field} is not a number.`, {
      archive,
      offset,
      evidence,
    });
  };
  const name = upToNul(reader.bytes(100, 'name'));
  const mode = number(8, 'mode') & 0o7777;
  reader.skip(8 + 8, 'owner');
  const size = number(12, 'size');
  const mtime = number(12, 'mtime');
  reader.skip(8, 'checksum');
  const typeFlag = String.fromCharCode(reader.u8('type'));
  const linkName = upToNul(reader.bytes(100, 'link name'));
  // The GNU format ("ustar" and two spaces) keeps times where the POSIX format has its prefix.
  const prefix =
    magic === 'ustar\x0000' ? upToNul(reader.seek(345, 'prefix').bytes(155, 'prefix')) : EMPTY;
  if (size < 0)
    throw tarProblem('tar/bad-number', `A member's size is negative.`, {
      archive,
      offset,
      evidence: `size ${size}`,
    });
  return { offset, name, prefix, mode, size, mtime, typeFlag, linkName };
}

const EMPTY = new Uint8Array(0);
const CHECKSUM_START = 148;
const CHECKSUM_END = 156;

/**
 * Whether a block is a header by its checksum: the sum of its bytes with the checksum field taken as spaces. Some old
 * writers summed signed characters; both sums are accepted, as by every reader.
 */
export function hasValidChecksum(block: Uint8Array): boolean {
  const stored = parseTarNumber(block.subarray(CHECKSUM_START, CHECKSUM_END));
  if (stored === undefined) return false;
  let unsigned = 0;
  let signed = 0;
  for (let index = 0; index < block.length; index += 1) {
    const isChecksum = index >= CHECKSUM_START && index < CHECKSUM_END;
    const value = isChecksum ? 0x20 : (block[index] ?? 0);
    unsigned += value;
    signed += value < 0x80 ? value : value - 0x100;
  }
  return stored === unsigned || stored === signed;
}

/** Whether a block is one of those that end an archive. */
export function isZeroBlock(block: Uint8Array): boolean {
  return Buffer.compare(block, ZEROS) === 0;
}

const ZEROS = new Uint8Array(BLOCK);

function checksumProblem(magic: string, offset: number, archive: string): Error {
  if (offset === 0 && !magic.startsWith('ustar'))
    return tarProblem('tar/not-a-tar', `${archive} is not a tar archive.`, { archive });
  return tarProblem('tar/bad-checksum', 'A member header is damaged: its checksum is wrong.', {
    archive,
    offset,
    hint: 'Download or build the file again.',
  });
}

function upToNul(bytes: Uint8Array): Uint8Array {
  const end = bytes.indexOf(0);
  return end === -1 ? bytes : bytes.subarray(0, end);
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}
