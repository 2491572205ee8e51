/** The first bytes of a member, for telling what it is without inflating it. */
import { constants, inflateRawSync } from 'node:zlib';
import type { RandomAccess } from '../../support/random-access.ts';
import type { ZipEntry } from './entry.ts';
import { METHOD } from './format.ts';
import { locateMember } from './member.ts';

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
  if (entry.method === METHOD.store) return head.subarray(0, length);
  try {
    // A sync flush gives out what the cut-off data hold so far instead of complaining about the cut.
    return inflateRawSync(head, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, length);
  } catch {
    return new Uint8Array(0);
  }
}
