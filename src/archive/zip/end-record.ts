/**
 * Finds the end of central directory record and, through it, the central directory. APPNOTE 4.3.14 to 4.3.16.
 *
 * Readers that find different directories in one file install different wheels from it, so every doubt is an error.
 * The order of the tail: central directory, [zip64 end record, zip64 locator], end record, archive comment.
 */
import { ByteReader, hex } from '../../support/byte-reader.ts';
import { WheelworksError } from '../../support/errors.ts';
import type { RandomAccess } from '../../support/random-access.ts';
import { LENGTH, MAX16, MAX32, SIGNATURE } from './format.ts';

/** Where the parts of an archive lie in its file. */
export interface ZipStructure {
  /** Bytes in front of the archive that its offsets do not count: a self-extractor, or a stranger. */
  readonly prefixLength: number;
  readonly directoryOffset: number;
  readonly directorySize: number;
  /** Entries there should be, and on this disk: the two differ only in broken archives. */
  readonly count: number;
  readonly countOnDisk: number;
  readonly zip64: { readonly offset: number; readonly size: number } | undefined;
  readonly endOffset: number;
  readonly comment: Uint8Array;
  /** Bytes after the archive comment. */
  readonly trailingLength: number;
}

/** The last bytes of the file, kept because a small central directory lies in them. */
export interface Tail {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** What an end record says, before zip64. */
interface EndValues {
  readonly disk: number;
  readonly directoryDisk: number;
  readonly countOnDisk: number;
  readonly count: number;
  readonly directorySize: number;
  readonly directoryOffset: number;
}

const LONGEST_END = LENGTH.end + MAX16;

/**
 * Reads the tail of the file, in one read unless a zip64 record lies far from it.
 * @throws WheelworksError `zip/not-a-zip`, `zip/truncated`, `zip/ambiguous-end`, `zip/bad-zip64`, `zip/multi-disk`,
 *   `zip/bad-directory`, `file/*`.
 */
export async function readStructure(
  source: RandomAccess,
): Promise<{ structure: ZipStructure; tail: Tail }> {
  const tail = await readTail(source);
  const endOffset = tail.offset + findEndRecord(tail, source);
  const reader = readerAt(tail, endOffset, source).skip(4, 'end signature');
  const stated = readEndValues(reader);
  const comment = reader.bytes(reader.u16('archive comment length'), 'archive comment');
  const trailingLength = source.size - (endOffset + LENGTH.end + comment.length);
  const zip64 = await readZip64(source, tail, endOffset, stated);
  const values = zip64?.values ?? stated;
  if (values.disk !== 0 || values.directoryDisk !== 0) throw multiDisk(source);

  // As Python: the directory ends where the end records begin; what its stated offset falls short of that is a prefix.
  const directoryEnd = zip64?.offset ?? endOffset;
  const directoryOffset = directoryEnd - values.directorySize;
  const prefixLength = directoryOffset - values.directoryOffset;
  if (directoryOffset < 0 || prefixLength < 0) {
    throw new WheelworksError(
      'zip/bad-directory',
      `The end record places the central directory where it cannot be.`,
      {
        path: source.path,
        evidence: `${values.directorySize} bytes at ${hex(values.directoryOffset)}, but it must end before ${hex(directoryEnd)}`,
      },
    );
  }
  return {
    tail,
    structure: {
      prefixLength,
      directoryOffset,
      directorySize: values.directorySize,
      count: values.count,
      countOnDisk: values.countOnDisk,
      zip64: zip64 === undefined ? undefined : { offset: zip64.offset, size: zip64.size },
      endOffset,
      comment,
      trailingLength,
    },
  };
}

async function readTail(source: RandomAccess): Promise<Tail> {
  if (source.size < LENGTH.end) throw notAZip(source);
  const length = Math.min(source.size, LONGEST_END + LENGTH.locator64 + LENGTH.end64);
  const offset = source.size - length;
  return { offset, bytes: await source.read(offset, length) };
}

/** Index in the tail of the one end record. The last is it, unless an earlier one covers it with its comment. */
function findEndRecord(tail: Tail, source: RandomAccess): number {
  const bytes = Buffer.from(tail.bytes.buffer, tail.bytes.byteOffset, tail.bytes.byteLength);
  const signature = Buffer.alloc(4);
  signature.writeUInt32LE(SIGNATURE.end);
  const lowest = Math.max(0, bytes.length - LONGEST_END);
  const found = bytes.lastIndexOf(signature, bytes.length - LENGTH.end);
  if (found < lowest) throw notAZip(source);
  const endsAt = (index: number): number => index + LENGTH.end + bytes.readUInt16LE(index + 20);
  for (let earlier = found; earlier > lowest;) {
    earlier = bytes.lastIndexOf(signature, earlier - 1);
    if (earlier < lowest) break;
    if (endsAt(earlier) === bytes.length) {
      throw new WheelworksError(
        'zip/ambiguous-end',
        'The archive has two end records, so that readers disagree about its contents.',
        {
          path: source.path,
          evidence: `end records at ${hex(tail.offset + earlier)} and ${hex(tail.offset + found)}`,
        },
      );
    }
  }
  return found;
}

function readEndValues(reader: ByteReader): EndValues {
  return {
    disk: reader.u16('disk number'),
    directoryDisk: reader.u16('disk of the central directory'),
    countOnDisk: reader.u16('entries on this disk'),
    count: reader.u16('entries'),
    directorySize: reader.u32('central directory size'),
    directoryOffset: reader.u32('central directory offset'),
  };
}

interface Zip64End {
  readonly offset: number;
  readonly size: number;
  readonly values: EndValues;
}

/** The zip64 end record, when the locator right before the end record points to one. */
async function readZip64(
  source: RandomAccess,
  tail: Tail,
  endOffset: number,
  stated: EndValues,
): Promise<Zip64End | undefined> {
  const locatorOffset = endOffset - LENGTH.locator64;
  if (locatorOffset < tail.offset) return undefined;
  const locator = readerAt(tail, locatorOffset, source, 'zip/bad-zip64');
  if (locator.u32('zip64 locator signature') !== SIGNATURE.locator64) return undefined;
  const disk = locator.u32('zip64 locator disk');
  const target = locator.u64('zip64 end record offset');
  const disks = locator.u32('number of disks');
  // Some writers count disks from zero here; Python accepts both.
  if (disk !== 0 || disks > 1) throw multiDisk(source);

  // In a prefixed archive the locator's offset is short, and the record lies right before it.
  const record =
    (await readZip64Record(source, target, locatorOffset)) ??
    (await readZip64Record(source, locatorOffset - LENGTH.end64, locatorOffset));
  if (record === undefined) {
    throw new WheelworksError(
      'zip/bad-zip64',
      'The zip64 locator does not point to a zip64 record.',
      {
        path: source.path,
        evidence: `locator at ${hex(locatorOffset)} points to ${hex(target)}`,
      },
    );
  }
  checkAgreement(source, stated, record.values);
  const prefix = record.offset - record.values.directorySize - record.values.directoryOffset;
  if (target !== record.offset && target + prefix !== record.offset) {
    throw new WheelworksError('zip/bad-zip64', 'The zip64 locator points elsewhere.', {
      path: source.path,
      evidence: `record at ${hex(record.offset)}, locator says ${hex(target)}`,
    });
  }
  return record;
}

/** The record at `offset` if it has the signature and ends where the locator begins. */
async function readZip64Record(
  source: RandomAccess,
  offset: number,
  locatorOffset: number,
): Promise<Zip64End | undefined> {
  if (offset < 0 || offset + LENGTH.end64 > locatorOffset) return undefined;
  const reader = new ByteReader(await source.read(offset, LENGTH.end64), {
    code: 'zip/bad-zip64',
    baseOffset: offset,
    path: source.path,
  });
  if (reader.u32('zip64 end signature') !== SIGNATURE.end64) return undefined;
  const size = reader.u64('zip64 end record size');
  // The size field counts what follows it: APPNOTE 4.3.14.1.
  if (offset + 12 + size !== locatorOffset) return undefined;
  reader.skip(4, 'versions');
  const values: EndValues = {
    disk: reader.u32('disk number'),
    directoryDisk: reader.u32('disk of the central directory'),
    countOnDisk: reader.u64('entries on this disk'),
    count: reader.u64('entries'),
    directorySize: reader.u64('central directory size'),
    directoryOffset: reader.u64('central directory offset'),
  };
  return { offset, size, values };
}

/** A field of the end record is at its maximum or says the same; else readers without zip64 see another archive. */
function checkAgreement(source: RandomAccess, short: EndValues, wide: EndValues): void {
  const fields: readonly (readonly [keyof EndValues, number])[] = [
    ['disk', MAX16],
    ['directoryDisk', MAX16],
    ['countOnDisk', MAX16],
    ['count', MAX16],
    ['directorySize', MAX32],
    ['directoryOffset', MAX32],
  ];
  for (const [field, maximum] of fields) {
    if (short[field] === maximum || short[field] === wide[field]) continue;
    throw new WheelworksError(
      'zip/bad-zip64',
      'The end record and its zip64 record contradict each other.',
      { path: source.path, evidence: `${field}: ${short[field]} against ${wide[field]}` },
    );
  }
}

function readerAt(
  tail: Tail,
  offset: number,
  source: RandomAccess,
  code: `zip/${string}` = 'zip/truncated',
): ByteReader {
  return new ByteReader(tail.bytes.subarray(offset - tail.offset), {
    code,
    baseOffset: offset,
    path: source.path,
  });
}

function notAZip(source: RandomAccess): WheelworksError {
  return new WheelworksError('zip/not-a-zip', `${source.path} is not a zip archive.`, {
    path: source.path,
    evidence: `${source.size} bytes without an end of central directory record`,
    hint: 'A download that was cut off looks like this; fetch the file again and compare its SHA-256.',
  });
}

function multiDisk(source: RandomAccess): WheelworksError {
  return new WheelworksError('zip/multi-disk', 'The archive is one part of several.', {
    path: source.path,
    hint: 'Join the parts to one archive; no installer reads split ones.',
  });
}
