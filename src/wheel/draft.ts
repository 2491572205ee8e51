/**
 * A wheel about to be written: names, tags and members as data.
 *
 * Members that come from a wheel stay references to its compressed bytes, so that writing the draft copies them raw.
 */
import type { ZipSource } from '../archive/zip/index.ts';
import type { MetadataDocument, RecordEntry, TagSet, WheelFile } from '../packaging/index.ts';
import { isGenerated } from './layout.ts';
import { recordedDigest } from './record-hash.ts';
import { symlinkRefused } from './refusals.ts';
import { readMetadata, readRecord, readWheelFile, type Wheel } from './wheel.ts';

/** One file of a draft. */
export interface DraftMember {
  readonly source: ZipSource;
  /** Permission bits as archived: 0o644, or 0o755 for what is executable. */
  readonly mode: number;
  /** False stores new content as it is. Default true. */
  readonly compress?: boolean;
  /** What the old RECORD says of an unchanged member: taken over when it can be right, else compared and made anew. */
  readonly row?: RecordEntry;
}

export interface WheelDraft {
  /** Name and version as file and directory names spell them. */
  readonly name: string;
  readonly version: string;
  /** Build tag such as `1` or `2local`. */
  readonly build?: string;
  readonly tags: TagSet;
  readonly metadata: MetadataDocument;
  readonly wheelFile: WheelFile;
  /**
   * Path to file, without METADATA, WHEEL and RECORD, which are made from the fields above. Paths below `.dist-info`
   * and `.data` are those of the origin; {@link memberPath} gives the final ones.
   */
  readonly members: ReadonlyMap<string, DraftMember>;
  /** `.dist-info` directory name that the paths in `members` use. */
  readonly distInfo: string;
  /** The name it gets; another one only when the version changes, so that no spelling changes unasked. */
  readonly finalDistInfo: string;
}

/**
 * The draft that, unchanged, writes an equal wheel.
 *
 * Rows of the old RECORD are believed when they have a SHA-256 and the size that the archive has. That makes nothing
 * right that was wrong: a row that lies about the content lies in the new wheel too. {@link verifyWheel} tells.
 * @throws WheelworksError `wheel/symlink`, `wheel/record-mismatch` for METADATA and WHEEL, `wheel/no-metadata`,
 *   `wheel/no-wheel-file`, `wheel/no-record`, `packaging/*`, `zip/*`.
 */
export async function draftFromWheel(wheel: Wheel): Promise<WheelDraft> {
  const { archive, filename, distInfo } = wheel;
  const rows = new Map((await readRecord(wheel)).entries.map((row) => [row.path, row]));
  // Both are written anew with a hash of their own, which must not make good what was changed behind RECORD's back.
  for (const name of ['METADATA', 'WHEEL']) {
    const path = `${distInfo}/${name}`;
    const entry = archive.get(path);
    if (entry !== undefined) await recordedDigest(archive, entry, rows.get(path));
  }
  const members = new Map<string, DraftMember>();
  for (const entry of archive.entries) {
    if (entry.isDirectory || isGenerated(entry.path, distInfo)) continue;
    if (entry.isSymlink) throw symlinkRefused(`${wheel.path}!${entry.path}`);
    const row = rows.get(entry.path);
    members.set(entry.path, {
      source: { kind: 'copy', archive, entry },
      mode: normalMode(entry.mode),
      ...(row === undefined ? {} : { row }),
    });
  }
  return {
    name: filename.name,
    version: filename.versionText,
    ...(filename.build === undefined ? {} : { build: filename.build.text }),
    tags: filename.tags,
    metadata: await readMetadata(wheel),
    wheelFile: await readWheelFile(wheel),
    members,
    distInfo,
    finalDistInfo: distInfo,
  };
}

export const REGULAR_MODE = 0o644;
export const EXECUTABLE_MODE = 0o755;

/** pip knows two kinds of files, executable for anyone and not. */
export function normalMode(mode: number): number {
  return (mode & 0o111) === 0 ? REGULAR_MODE : EXECUTABLE_MODE;
}
