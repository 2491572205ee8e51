/**
 * Files that are a zip archive and a tar archive at once, which PyPI refuses: two readers would see two distributions.
 * Rule: warehouse `forklift/legacy.py` 6b6215712 (2026-08), which asks `zipfile.is_zipfile` and `tarfile.is_tarfile`.
 */
import { gunzipSync, constants } from 'node:zlib';
import type { Finding } from '../../support/finding.ts';
import { openRegularFile } from '../../support/regular-file.ts';
import type { NamedFile } from './named-file.ts';
import { refused } from './refused.ts';

const HEADER = 512;
/** Enough of a gzip file for one tar header, however badly it is compressed. */
const HEAD = 4096;
const END_RECORD = 22;
const LONGEST_COMMENT = 0xff_ff;

/** `pypi/zip-and-tar`. @throws WheelworksError `file/*`. */
export async function polyglotFindings({ path }: NamedFile): Promise<readonly Finding[]> {
  const { handle, size } = await openRegularFile(path);
  const at = async (offset: number, length: number): Promise<Buffer> => {
    const bytes = Buffer.alloc(Math.max(0, Math.min(length, size - offset)));
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, offset);
    return bytes.subarray(0, bytesRead);
  };
  try {
    // Most files end the question here: a wheel begins with "PK", and what ends in a tar archive has no end record.
    if (!isTar(await at(0, HEAD))) return [];
    const tailStart = Math.max(0, size - END_RECORD - LONGEST_COMMENT);
    const tail = await at(tailStart, size - tailStart);
    const directory = directoryOf(tail, tailStart);
    if (directory === undefined || !isDirectory(await at(directory, 4))) return [];
  } finally {
    await handle.close();
  }
  return [
    refused('pypi/zip-and-tar', 'The file is a zip archive and a tar archive at once.', {
      path,
      evidence: 'a tar header at its start and a zip directory at its end',
      hint: 'Build it again; nothing that a build backend makes is like that.',
    }),
  ];
}

function isTar(head: Buffer): boolean {
  const isGzip = head[0] === 0x1f && head[1] === 0x8b;
  return isTarHeader(isGzip ? unpacked(head) : head);
}

function unpacked(head: Buffer): Buffer {
  try {
    return gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: 1 << 22 });
  } catch {
    return Buffer.alloc(0);
  }
}

/** By its checksum, as every reader does: the sum of all bytes with the checksum's own eight taken as blanks. */
function isTarHeader(block: Buffer): boolean {
  if (block.length < HEADER) return false;
  const stated = Number.parseInt(block.toString('latin1', 148, 156).replaceAll('\0', ' '), 8);
  let sum = 8 * 0x20;
  for (let index = 0; index < HEADER; index += 1)
    if (index < 148 || index >= 156) sum += block[index] ?? 0;
  return sum === stated;
}

/** Where the zip directory begins, from the last end record; bytes in front of the archive are no hindrance to Python. */
function directoryOf(tail: Buffer, tailStart: number): number | undefined {
  const end = tail.lastIndexOf('PK\x05\x06', undefined, 'latin1');
  if (end === -1 || end + END_RECORD > tail.length) return undefined;
  const start = tailStart + end - tail.readUInt32LE(end + 12);
  return start < 0 ? undefined : start;
}

function isDirectory(bytes: Buffer): boolean {
  const signature = bytes.toString('latin1');
  return signature === 'PK\x01\x02' || signature === 'PK\x05\x06';
}
