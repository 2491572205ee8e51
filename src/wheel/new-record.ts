/** RECORD of a wheel being written: a row for each member, hashing only what nobody has hashed yet. */
import type { WrittenMember } from '../archive/zip/index.ts';
import { formatRecord } from '../packaging/index.ts';
import { mapParallel } from '../support/parallel.ts';
import type { DraftMember } from './draft.ts';
import { recordedDigest, rowSha256 } from './record-hash.ts';

/** Members inflated at once: as many as zlib's pool of threads takes. */
const HASH_JOBS = 4;

/**
 * The new RECORD. `members` are those of the draft, in the order in which they were written. A copied member keeps the
 * hash of its old row if that can be right; one without such a row is read and hashed.
 * @throws WheelworksError `wheel/record-mismatch` when a member that had to be read is not the one its old row is of.
 */
export async function recordBytes(
  written: readonly WrittenMember[],
  members: readonly DraftMember[],
  recordPath: string,
): Promise<Uint8Array> {
  const rows = await mapParallel(written, HASH_JOBS, async ({ path, size, sha256 }, index) => {
    const member = members[index];
    const digest = sha256 ?? rowSha256(member?.row, size) ?? (await digestCopy(member));
    return { path, hash: { algorithm: 'sha256', digest }, size };
  });
  return Buffer.from(formatRecord(rows, recordPath));
}

async function digestCopy(member: DraftMember | undefined): Promise<string> {
  if (member?.source.kind !== 'copy')
    throw new Error('a written member has neither a hash nor a source');
  const { archive, entry } = member.source;
  return recordedDigest(archive, entry, member.row);
}
