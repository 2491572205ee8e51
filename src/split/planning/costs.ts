/** Bytes that members take in a wheel: never less than what is written, so that a plan that fits is a wheel that fits. */
import type { InputMember } from '../reading/input.ts';

/** Local and central header (APPNOTE 4.3.7, 4.3.12), without the names. */
const HEADERS = 30 + 46;
/** Beside the path in a row of RECORD: hash, size, commas, quotes. */
const RECORD_ROW = 80;
/** Beside the path where a description or the rebuild data name a member. */
const DESCRIBED = 150;
/** End records, zip64 ones too. */
const END = 22 + 20 + 56;

/** A member with data of this length, its row in RECORD included. */
export function memberCost(path: string, dataLength: number): number {
  const name = Buffer.byteLength(path);
  return HEADERS + 2 * name + dataLength + RECORD_ROW + name;
}

/** What the description of a set takes for a member of this path. */
export function describedCost(path: string): number {
  return DESCRIBED + Buffer.byteLength(path);
}

/** What the main wheel keeps of every member of the original, wherever that goes: its headers, and its place. */
export function rebuildCost({ path, entry }: InputMember): number {
  const name = Buffer.byteLength(path);
  // Local headers mostly have the extra fields of the central one; tools that differ add a few bytes.
  return HEADERS + 2 * name + 2 * entry.extra.length + 64 + describedCost(path);
}

/** A wheel without members. */
export const EMPTY_WHEEL: number = END;

/** A file as it is compressed, in a part; a library there has the part's folder before its path. */
export function movedCost({ path, entry }: InputMember): number {
  return memberCost(path, entry.compressedSize) + describedCost(path) + 4 * PART_FOLDER;
}

/** What the main wheel keeps of a file that moved: the description of where it is. */
export function leftCost(path: string): number {
  return 2 * (describedCost(path) + PART_FOLDER);
}

/** `NAME_partK/`. */
const PART_FOLDER = 80;

/**
 * What a file that gets a search path takes more than before: it is compressed anew, perhaps less well than it was, and
 * its original is kept.
 * @param measured bytes of the new one, compressed, where they are known
 */
export function editCost({ compressedSize }: InputMember['entry'], measured?: number): number {
  if (measured !== undefined) return measured + DESCRIBED_EDIT;
  return Math.ceil(compressedSize * 1.15) + ADDED_BY_EDIT;
}

/** A page at most that is mostly zeros, new strings, and the description. */
const ADDED_BY_EDIT = 8 << 10;
/** Its name among what was replaced. */
const DESCRIBED_EDIT = 512;
