/** The first bytes of a member, for telling what it is without inflating it. */
import { constants, inflateRawSync } from 'node:zlib';
import type { RandomAccess } from '../../support/random-access.ts';
import type { ZipEntry } from './entry.ts';
import { LENGTH, METHOD } from './format.ts';
import { localHeaderLength } from './local-header.ts';
import { mapAhead } from './map-ahead.ts';
import { likelyLength, locateIn, locateMember, requireReadable } from './member.ts';

/** Room for the block header and Huffman tables that may come before the first byte of content. */
const DEFLATE_LEAD = 512;

/**
 * Up to `length` bytes from the start of a member's content, in one read. Nothing is verified but the headers, and
 * damaged data give fewer bytes, so the answer is a hint and not the content.
 * @throws WheelworksError as `locateMember`.
 */
export async function readPrefix(
  source: RandomAccess,
  entry: ZipEntry,
  length: number,
): Promise<Uint8Array> {
  const { head } = await locateMember(source, entry, length + DEFLATE_LEAD);
  return contentPrefix(entry, head, length);
}

/** Members farther apart are read one by one: what lies between would cost more than another read. */
const GAP = 64 << 10;
/** Bytes of one read for many members. */
const WINDOW = 1 << 20;

/** A member and the start of its content. */
export type MemberPrefix = readonly [entry: ZipEntry, prefix: Uint8Array];

/**
 * What {@link readPrefix} gives, for many members in few reads, in the order in which they lie in the archive.
 * @throws WheelworksError as `locateMember`.
 */
export async function* readPrefixes(
  source: RandomAccess,
  entries: readonly ZipEntry[],
  length: number,
): AsyncGenerator<MemberPrefix, void, undefined> {
  const wanted = length + DEFLATE_LEAD;
  const windows = mapAhead(windowsOf(entries, wanted), { limit: 2 }, async (window) => ({
    window,
    bytes: await source.read(window.start, window.end - window.start),
  }));
  for await (const { window, bytes } of windows) {
    for (const entry of window.entries) {
      const start = entry.localHeaderOffset - window.start;
      requireReadable(entry, source.path);
      const own = bytes.subarray(start, start + likelyLength(entry, wanted));
      if (own.length < LENGTH.local || localHeaderLength(own) > own.length) {
        yield [entry, await readPrefix(source, entry, length)];
      } else {
        const { head } = locateIn(own, entry, source);
        yield [entry, contentPrefix(entry, head, length)];
      }
    }
  }
}

interface Window {
  readonly start: number;
  readonly end: number;
  readonly entries: readonly ZipEntry[];
}

function* windowsOf(entries: readonly ZipEntry[], wanted: number): Generator<Window> {
  let window: { start: number; end: number; entries: ZipEntry[] } | undefined;
  const inOrder = [...entries].sort((a, b) => a.localHeaderOffset - b.localHeaderOffset);
  for (const entry of inOrder) {
    const start = entry.localHeaderOffset;
    const end = start + Math.max(0, likelyLength(entry, wanted));
    if (window === undefined || start > window.end + GAP || end > window.start + WINDOW) {
      if (window !== undefined) yield window;
      window = { start, end, entries: [] };
    }
    window.end = Math.max(window.end, end);
    window.entries.push(entry);
  }
  if (window !== undefined) yield window;
}

function contentPrefix(entry: ZipEntry, head: Uint8Array, length: number): Uint8Array {
  if (entry.method === METHOD.store) return head.subarray(0, length);
  try {
    // A sync flush gives out what the cut-off data hold so far instead of complaining about the cut.
    return inflateRawSync(head, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, length);
  } catch {
    return new Uint8Array(0);
  }
}
