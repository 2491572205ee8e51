/**
 * Raw copies: members taken from another archive as they are compressed there, under a header of our own.
 *
 * Neighbours that stay neighbours are read together: one read for megabytes of members, headers between them included,
 * out of which the data are written without being moved in memory.
 */
import type { ZipArchive } from './archive.ts';
import type { ZipEntry } from './entry.ts';
import { LENGTH, MAX16 } from './format.ts';
import { parseLocalHeader, requireAgreement } from './local-header.ts';
import { outOfBounds, readCompressed, requireReadable } from './member.ts';

/** The most bytes of one read. */
const RUN_BYTES = 4 << 20;

/** Local extra fields and the longest descriptor: what a record can have beyond its name and data. */
const RECORD_SLACK = MAX16 + 24;

/** What a copy has to know of a member. */
export interface Copied {
  readonly archive: ZipArchive;
  readonly entry: ZipEntry;
}

/** Members that lie one after the other in an archive. Grows while it is planned. */
export interface CopyRun<Member extends Copied> {
  readonly archive: ZipArchive;
  readonly members: Member[];
  /** Where the first header starts. */
  readonly offset: number;
  /** Where the last record ends. */
  end: number;
}

/** A run of one member. */
export function startRun<Member extends Copied>(member: Member): CopyRun<Member> {
  const { archive, entry } = member;
  return { archive, members: [member], offset: entry.localHeaderOffset, end: recordEnd(entry) };
}

/** Adds the next member to the run; false when it lies elsewhere or would make the run too long. */
export function joinRun<Member extends Copied>(run: CopyRun<Member>, member: Member): boolean {
  const { archive, entry } = member;
  const end = recordEnd(entry);
  if (archive !== run.archive || entry.localHeaderOffset !== run.end) return false;
  if (end - run.offset > RUN_BYTES) return false;
  run.members.push(member);
  run.end = end;
  return true;
}

/** Whether the run is one member too long to be read at once. */
export function isLong(run: CopyRun<Copied>): boolean {
  return run.end - run.offset > RUN_BYTES;
}

/** Where a member's record ends, as far as the central directory tells. Gaps in hostile archives are not read. */
function recordEnd(entry: ZipEntry): number {
  const most =
    entry.localHeaderOffset +
    LENGTH.local +
    entry.rawPath.length +
    entry.compressedSize +
    RECORD_SLACK;
  return Math.min(entry.recordLimit, most);
}

/** A member of a run and its compressed data, a view of the buffer all members of the run share. */
export interface CopiedData<Member extends Copied> {
  readonly copied: Member;
  readonly data: Uint8Array;
}

/**
 * Reads a whole run at once.
 * @throws WheelworksError as `locateMember`.
 */
export async function readRun<Member extends Copied>(
  run: CopyRun<Member>,
): Promise<CopiedData<Member>[]> {
  const bytes = await run.archive.source.read(run.offset, Math.max(0, run.end - run.offset));
  return run.members.map((copied) => ({ copied, data: dataInRun(copied, bytes, run.offset) }));
}

function dataInRun({ archive, entry }: Copied, bytes: Uint8Array, runOffset: number): Uint8Array {
  requireReadable(entry, archive.path);
  const start = entry.localHeaderOffset - runOffset;
  const end = recordEnd(entry) - runOffset;
  if (end - start < LENGTH.local) throw outOfBounds(entry, archive.path);
  const record = bytes.subarray(start, end);
  const local = parseLocalHeader(record, entry.localHeaderOffset, archive.path);
  requireAgreement(local, entry, archive.path);
  if (local.length + entry.compressedSize > record.length) throw outOfBounds(entry, archive.path);
  return record.subarray(local.length, local.length + entry.compressedSize);
}

/** The compressed data of one long member, the next piece being read while one is written. */
export function readLong({ archive, entry }: Copied): AsyncGenerator<Uint8Array, void, undefined> {
  return readCompressed(archive.source, entry, RUN_BYTES);
}
