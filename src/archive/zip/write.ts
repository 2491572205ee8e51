/** Writes an archive in one pass, front to back. */
import { defaultJobs } from '../../support/parallel.ts';
import { openBytes, openFile, type RandomAccess } from '../../support/random-access.ts';
import { readLong, readRun, type CopiedData } from './copy.ts';
import { compressWhole, type CompressedContent } from './deflate.ts';
import { DEFAULT_MODIFIED, toDosDateTime, type DosDateTime } from './dos-time.ts';
import { encodeLocalHeader, type MemberHeader } from './encode.ts';
import { fileChanged, writeLargeMember } from './large-member.ts';
import { mapAhead } from './map-ahead.ts';
import {
  checkMembers,
  type CheckedMember,
  type ContentSource,
  type LateSource,
  type ZipMember,
} from './members.ts';
import { ZipOutput, type WrittenMember } from './output.ts';
import { LARGE, planSteps, weighStep, type CopiedMember, type WriteStep } from './plan.ts';
import type { ZipSink } from './sink.ts';
import { prepareSmallRun, type PreparedSmall } from './small-members.ts';

export interface WriteZipOptions {
  /** Time of every member, written as UTC. Default 1980-01-01, which is also the earliest. */
  readonly modified?: Date;
  /** zlib level, 0 to 9. Default 6. */
  readonly level?: number;
  /** Members or blocks compressed at once. Default: the number of processors. Does not change the bytes. */
  readonly concurrency?: number;
  /** Called after each write with the bytes written so far. */
  readonly onProgress?: (writtenBytes: number) => void;
}

export interface WrittenZip {
  readonly size: number;
  readonly members: readonly WrittenMember[];
}

/** Content and copies that may wait in memory for their turn, beyond the one that is being written. */
const BUDGET = 64 << 20;

/** What every step needs. */
interface Writing {
  readonly output: ZipOutput;
  readonly modified: DosDateTime;
  readonly level: number;
  readonly concurrency: number;
}

/** Writes a prepared step. */
type Emit = () => Promise<void>;

/**
 * Writes members in the given order, the way indexes accept them: sizes and CRC in the local headers, no data
 * descriptors, comments or duplicates, names in UTF-8, zip64 only where a value needs it. The same members and options
 * give the same bytes with the same zlib. Copies are taken over without being inflated, so their CRC is not checked.
 *
 * When it fails the sink holds half an archive; the caller throws that away.
 * @throws WheelworksError `zip/duplicate-entry`, `zip/unsafe-path`, `zip/bad-name`, `zip/bad-mode`,
 *   `zip/directory-with-content`, `zip/file-changed`, for copies as `ZipArchive.read`, and `file/*`.
 */
export async function writeZip(
  sink: ZipSink,
  members: readonly ZipMember[],
  options: WriteZipOptions = {},
): Promise<WrittenZip> {
  const steps = planSteps(await checkMembers(members));
  const concurrency = Math.max(1, options.concurrency ?? defaultJobs());
  const output = new ZipOutput(sink, options.onProgress ?? (() => {}));
  const writing: Writing = {
    output,
    modified: toDosDateTime(options.modified ?? DEFAULT_MODIFIED),
    level: options.level ?? 6,
    concurrency,
  };
  // One more than is compressed at once: it is ready when the one before it has been written.
  const ahead = { limit: concurrency + 1, budget: BUDGET, weigh: weighStep };
  for await (const emit of mapAhead(steps, ahead, (step) => prepare(step, writing))) await emit();
  return { size: await output.finish(), members: output.written };
}

/** Does the part of a step that need not wait for its turn. */
async function prepare(step: WriteStep, writing: Writing): Promise<Emit> {
  if (step.kind === 'content') return prepareContent(step.member, step.source, writing);
  if (step.kind === 'small-run') {
    const prepared = prepareSmallRun(step.run, writing.level);
    return () => emitSmallRun(prepared, writing);
  }
  if (step.kind === 'copy-run') {
    const run = await readRun(step.run);
    return () => emitRun(run, writing);
  }
  if (step.kind === 'copy-long') return () => emitLongCopy(step.copied, writing);
  return () => emitLate(step.member, step.source, writing);
}

async function prepareContent(
  member: CheckedMember,
  source: ContentSource,
  writing: Writing,
): Promise<Emit> {
  if (member.size >= LARGE) return () => emitLarge(member, source, writing);
  const { output, modified, level } = writing;
  const bytes = await withContent(member, source, (opened) => opened.read(0, member.size));
  const content = await compressWhole(bytes, { level, compress: member.compress });
  return () => output.addMember(member.path, contentHeader(member, content, modified), content);
}

async function emitSmallRun(
  run: readonly PreparedSmall[],
  { output, modified }: Writing,
): Promise<void> {
  for (const { member, content } of run) {
    await output.addMember(member.path, contentHeader(member, content, modified), content);
  }
}

function emitLarge(member: CheckedMember, source: ContentSource, writing: Writing): Promise<void> {
  return withContent(member, source, (opened) =>
    writeLargeMember(writing.output, {
      path: member.path,
      source: opened,
      compress: member.compress,
      level: writing.level,
      concurrency: writing.concurrency,
      header: headerOf(member, writing.modified),
    }),
  );
}

async function emitLate(
  member: CheckedMember,
  source: LateSource,
  writing: Writing,
): Promise<void> {
  const bytes = await source.bytes(writing.output.written);
  const known = { ...member, size: bytes.length };
  const emit = await prepareContent(known, { kind: 'bytes', bytes }, writing);
  await emit();
}

async function emitRun(
  run: readonly CopiedData<CopiedMember>[],
  { output, modified }: Writing,
): Promise<void> {
  for (const { copied, data } of run) {
    await output.addMember(copied.member.path, copiedHeader(copied, modified), { data });
  }
}

async function emitLongCopy(copied: CopiedMember, { output, modified }: Writing): Promise<void> {
  const offset = output.position;
  const header = copiedHeader(copied, modified);
  await output.append(encodeLocalHeader(header));
  for await (const piece of readLong(copied)) await output.append(piece);
  output.finishMember(copied.member.path, header, { offset, sha256: undefined });
}

/** Opens the content for the time of `work`; a file must have the size it had when all members were checked. */
async function withContent<Result>(
  member: CheckedMember,
  source: ContentSource,
  work: (opened: RandomAccess) => Promise<Result>,
): Promise<Result> {
  if (source.kind === 'bytes') return work(openBytes(source.bytes, member.path));
  if (source.kind === 'source') return work(source.source);
  const opened = await openFile(source.path);
  try {
    if (opened.size !== member.size) throw fileChanged(source.path);
    return await work(opened);
  } finally {
    await opened.close();
  }
}

function headerOf(
  { rawPath, isDirectory, mode }: CheckedMember,
  modified: DosDateTime,
): Pick<MemberHeader, 'rawPath' | 'isDirectory' | 'mode' | 'modified' | 'wideLocal'> {
  return { rawPath, isDirectory, mode, modified, wideLocal: false };
}

function contentHeader(
  member: CheckedMember,
  { method, crc32, size, data }: CompressedContent,
  modified: DosDateTime,
): MemberHeader {
  return { ...headerOf(member, modified), method, crc32, size, compressedSize: data.length };
}

function copiedHeader({ member, entry }: CopiedMember, modified: DosDateTime): MemberHeader {
  const { method, crc32, size, compressedSize } = entry;
  return { ...headerOf(member, modified), method, crc32, size, compressedSize };
}
