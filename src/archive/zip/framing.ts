/**
 * The framing check: every byte of the archive is accounted for, as when reading it from the start without seeking.
 *
 * The rules are those of PyPI's upload validator ("ZIP archive not accepted: ..."; warehouse, utils/zipfiles.py,
 * commit 6b6215712): it refuses archives in which streaming and seeking readers would see different contents. Where
 * the validator stops at the first fault, all of them are found here, and some more: it does not look at where central
 * headers point, so an archive that only seeking readers fail on passes it.
 */
import { hex } from '../../support/byte-reader.ts';
import { WheelworksError } from '../../support/errors.ts';
import type { Finding } from '../../support/finding.ts';
import type { ZipArchive } from './archive.ts';
import { checkDescriptor } from './descriptor.ts';
import type { ZipEntry } from './entry.ts';
import { FindingList } from './finding-list.ts';
import { FLAG, LENGTH } from './format.ts';
import { checkCentralEntry, checkLocalExtra } from './header-rules.ts';
import {
  compareHeaders,
  hasLocalSignature,
  localHeaderLength,
  parseLocalHeader,
  type HeaderMismatch,
  type LocalHeader,
} from './local-header.ts';
import { printableName } from './names.ts';
import { memberPath, type Problem } from './problem.ts';
import { WindowReader } from './window.ts';

/** PyPI compares these between the headers of a member; the others it leaves to whoever reads the member. */
const COMPARED_BY_INDEX = new Set<HeaderMismatch['field']>(['name', 'size', 'compressed size']);

/** Headers of unlisted members that are told apart in one gap; the rest of it is just unknown bytes. */
const MOST_UNLISTED = 100;

/** What one walk shares. */
interface Walk {
  readonly archive: ZipArchive;
  readonly reader: WindowReader;
  readonly findings: FindingList;
}

/**
 * Walks all local headers in file order and compares them with the central directory. Reads headers only; contents
 * are checked when members are read.
 * @returns findings `zip/*`, the `problems` of a lenient archive among them: `index-rejects`, but for contradictions
 *   that PyPI does not look at (`users-break`).
 * @throws WheelworksError `file/*` when the file cannot be read.
 */
export async function verifyZipFraming(archive: ZipArchive): Promise<Finding[]> {
  const findings = new FindingList();
  for (const problem of archive.problems) findings.add(problem);
  checkEnd(archive, findings);
  for (const entry of archive.entries) checkCentralEntry(entry, archive.path, findings);
  await walkMembers({ archive, findings, reader: new WindowReader(archive.source) });
  return findings.all();
}

function checkEnd(archive: ZipArchive, findings: FindingList): void {
  const { zip64, trailingLength } = archive.structure;
  if (trailingLength > 0) {
    findings.report({
      code: 'zip/trailing-data',
      message: 'The file goes on after the end of the archive.',
      path: archive.path,
      evidence: `${trailingLength} bytes at ${hex(archive.size - trailingLength)}`,
      hint: 'Remove what was appended, or build the archive again.',
    });
  }
  if (zip64 !== undefined && zip64.size !== LENGTH.end64 - 12) {
    findings.report({
      code: 'zip/zip64-extra-data',
      message: 'The zip64 end record carries extensible data.',
      path: archive.path,
      evidence: `record of ${zip64.size} bytes at ${hex(zip64.offset)} instead of ${LENGTH.end64 - 12}`,
    });
  }
}

async function walkMembers(walk: Walk): Promise<void> {
  const { archive } = walk;
  const order = [...archive.entries].sort(
    (left, right) => left.localHeaderOffset - right.localHeaderOffset,
  );
  let position = 0;
  for (const entry of order) {
    // What overlaps or lies outside is among the problems of a lenient archive.
    if (entry.localHeaderOffset < position || entry.recordLimit <= entry.localHeaderOffset)
      continue;
    await explainGap(walk, position, entry.localHeaderOffset);
    position = await checkMember(walk, entry);
  }
  await explainGap(walk, position, archive.structure.directoryOffset);
}

/** Checks one member against its local header; returns where it ends. */
async function checkMember(walk: Walk, entry: ZipEntry): Promise<number> {
  const { archive, findings } = walk;
  const path = memberPath(archive.path, printableName(entry.path));
  let local: LocalHeader;
  try {
    local = await readLocalHeader(walk, entry.localHeaderOffset, entry.recordLimit);
  } catch (error) {
    findings.report({ ...problemOf(error, archive.path), path });
    return entry.recordLimit;
  }
  for (const { field, local: here, central: there } of compareHeaders(local, entry)) {
    findings.report({
      code: 'zip/header-mismatch',
      message: `The local and the central header disagree on the ${field}.`,
      path,
      evidence: `local ${here}, central ${there}, at ${hex(entry.localHeaderOffset)}`,
      effect: COMPARED_BY_INDEX.has(field) ? 'index-rejects' : 'users-break',
    });
  }
  checkLocalExtra(local, entry, path, findings);
  const dataEnd = entry.localHeaderOffset + local.length + entry.compressedSize;
  if ((local.flags & FLAG.descriptor) === 0) return dataEnd;
  findings.report({
    code: 'zip/data-descriptor',
    message:
      'The member was streamed: its sizes stand in a data descriptor behind the data (bit 3).',
    path,
    evidence: `flags ${hex(local.flags)} at ${hex(entry.localHeaderOffset + 6)}`,
    hint: 'Rewrite the archive with wheelworks, or with a tool that writes to a seekable file.',
  });
  return checkDescriptor(walk, entry, dataEnd);
}

/** Bytes that no listed member accounts for: members the directory leaves out, or anything else. */
async function explainGap(walk: Walk, from: number, to: number): Promise<void> {
  let position = from;
  for (let found = 0; position < to && found < MOST_UNLISTED; found += 1) {
    const end = await unlistedMember(walk, position, to);
    if (end === undefined) break;
    position = end;
  }
  if (position >= to) return;
  const isPrefix = position === 0;
  walk.findings.report({
    code: isPrefix ? 'zip/prefix-data' : 'zip/unknown-bytes',
    message: isPrefix
      ? 'The file does not start with a member.'
      : 'There are bytes between the members that belong to none.',
    path: walk.archive.path,
    evidence: `${to - position} bytes at ${hex(position)}`,
    hint: 'Rewrite the archive with wheelworks, which copies members and nothing else.',
  });
}

/** Reports a whole member at `position` that the directory does not list; returns where it ends. */
async function unlistedMember(
  walk: Walk,
  position: number,
  limit: number,
): Promise<number | undefined> {
  const { archive, findings } = walk;
  const start = await walk.reader.read(position, 4, limit);
  if (!hasLocalSignature(start)) return undefined;
  let local: LocalHeader;
  try {
    local = await readLocalHeader(walk, position, limit);
  } catch (error) {
    problemOf(error, archive.path);
    return undefined;
  }
  const end = position + local.length + local.compressedSize;
  if (end > limit) return undefined;
  const name = Buffer.from(local.rawPath).toString();
  findings.report({
    code: 'zip/unlisted-member',
    message: 'A member is in the file but not in the central directory.',
    path: memberPath(archive.path, printableName(name)),
    evidence: `local header at ${hex(position)}${archive.get(name) === undefined ? '' : '; another member of this name is listed'}`,
    hint: 'Seeking readers do not see it, streaming ones do; build the archive again.',
  });
  return end;
}

async function readLocalHeader(walk: Walk, offset: number, limit: number): Promise<LocalHeader> {
  const fixed = await walk.reader.read(offset, LENGTH.local, limit);
  const length = fixed.length < LENGTH.local ? fixed.length : localHeaderLength(fixed);
  const bytes = await walk.reader.read(offset, length, limit);
  return parseLocalHeader(bytes, offset, walk.archive.path);
}

/** A refusal of this module as a problem to report; anything else goes on. */
function problemOf(error: unknown, path: string): Problem {
  if (!(error instanceof WheelworksError) || !error.code.startsWith('zip/')) throw error;
  return {
    code: error.code as `zip/${string}`,
    message: error.message,
    path,
    ...(error.evidence === undefined ? {} : { evidence: error.evidence }),
  };
}
