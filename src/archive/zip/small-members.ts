/**
 * Many small members at once: read and compressed on this thread, because a trip to the thread pool costs more than what
 * would be done there. The bytes are those that the pool makes.
 */
import { closeSync, readSync } from 'node:fs';
import { fileError } from '../../support/errors.ts';
import { openSeenFileSync } from '../../support/regular-file.ts';
import { compressWholeSync, type CompressedContent } from './deflate.ts';
import { fileChanged } from './large-member.ts';
import type { CheckedMember, ContentSource } from './members.ts';

/** Content up to this size is worth no trip to the pool. Does not change the bytes. */
const SMALL = 8 << 10;

/** This thread does nothing else meanwhile: a run takes some ten milliseconds at most. */
const RUN_BYTES = 256 << 10;
const RUN_MEMBERS = 64;

/** A member with the content that it brings along. */
export interface ContentMember {
  readonly member: CheckedMember;
  readonly source: ContentSource;
}

/** A member whose content can be had without waiting. */
export interface SmallMember {
  readonly member: CheckedMember;
  readonly source: Exclude<ContentSource, { kind: 'source' }>;
}

/** Small members that follow each other. Grows while it is planned. */
export interface SmallRun {
  readonly members: SmallMember[];
  /** Bytes of their contents. */
  bytes: number;
}

export function isSmall(content: ContentMember): content is SmallMember {
  return content.source.kind !== 'source' && content.member.size <= SMALL;
}

/** Adds the next small member to the run; false when that would make the run too long. */
export function joinSmallRun(run: SmallRun, next: SmallMember): boolean {
  const bytes = run.bytes + next.member.size;
  if (run.members.length >= RUN_MEMBERS || bytes > RUN_BYTES) return false;
  run.members.push(next);
  run.bytes = bytes;
  return true;
}

/** A small member, ready to be written. */
export interface PreparedSmall {
  readonly member: CheckedMember;
  readonly content: CompressedContent;
}

/**
 * Reads and compresses a run.
 * @throws WheelworksError `zip/file-changed`, `file/*`.
 */
export function prepareSmallRun(run: SmallRun, level: number): PreparedSmall[] {
  return run.members.map(({ member, source }) => ({
    member,
    content: compressWholeSync(contentOf(source, member.size), {
      level,
      compress: member.compress,
    }),
  }));
}

function contentOf(source: SmallMember['source'], size: number): Uint8Array {
  if (source.kind === 'bytes') return source.bytes;
  const { path } = source;
  const file = openSeenFileSync(path);
  try {
    if (file.size !== size) throw fileChanged(path);
    return readExactly(file.descriptor, size, path);
  } catch (error) {
    throw fileError(error, path);
  } finally {
    closeSync(file.descriptor);
  }
}

function readExactly(descriptor: number, size: number, path: string): Uint8Array {
  const bytes = Buffer.allocUnsafe(size);
  let done = 0;
  while (done < size) {
    const count = readSync(descriptor, bytes, done, size - done, done);
    if (count === 0) throw fileChanged(path);
    done += count;
  }
  return bytes;
}
