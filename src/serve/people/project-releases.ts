/** The releases of a project in order, with what is known of each. */
import {
  canonicalVersion,
  compareVersions,
  isPrerelease,
  tryParseVersion,
  type FormEntry,
  type Version,
} from '../../packaging/index.ts';
import type { StoredFile, StoredProject } from '../state.ts';

/** A release as pages show it. */
export interface ShownRelease {
  /** In normal form. */
  readonly version: string;
  /** Undefined for what no version is: an index without rules takes it. */
  readonly parsed: Version | undefined;
  readonly isPrerelease: boolean;
  /** It has files, and every one was taken back. */
  readonly isYanked: boolean;
  /** UTC, of the first file. */
  readonly created: string;
  /** Bytes of all files. */
  readonly size: number;
  /** The sdist first, then wheels by name. */
  readonly files: readonly StoredFile[];
  /** As the form of the first file had it. */
  readonly metadata: readonly FormEntry[];
}

// A project that changes is another object, so what was made of this one stays true.
const made = new WeakMap<StoredProject, readonly ShownRelease[]>();

/** Newest first; what no version is comes last. */
export function releasesOf(project: StoredProject): readonly ShownRelease[] {
  const known = made.get(project);
  if (known !== undefined) return known;
  const releases = orderReleases(project);
  made.set(project, releases);
  return releases;
}

/** What a user gets without asking for more: the newest final release that was not taken back; else the newest. */
export function newestOf(releases: readonly ShownRelease[]): ShownRelease | undefined {
  const offered = releases.filter(({ files, isYanked }) => files.length > 0 && !isYanked);
  return offered.find((each) => !each.isPrerelease) ?? offered[0] ?? releases[0];
}

/** The release of a version, however it is spelt. */
export function findRelease(
  releases: readonly ShownRelease[],
  version: string,
): ShownRelease | undefined {
  const key = keyOf(version);
  return releases.find((release) => keyOf(release.version) === key);
}

function orderReleases({ releases, files }: StoredProject): readonly ShownRelease[] {
  const keys = new Map<string, string>();
  const byKey = new Map<string, StoredFile[]>();
  for (const file of files.values()) {
    const key = keys.get(file.version) ?? keyOf(file.version);
    keys.set(file.version, key);
    const group = byKey.get(key);
    if (group === undefined) byKey.set(key, [file]);
    else group.push(file);
  }
  const shown = [...releases.values()].map(({ version, created, metadata }): ShownRelease => {
    const parsed = tryParseVersion(version);
    const own = byKey.get(keyOf(version)) ?? [];
    return {
      version,
      parsed,
      isPrerelease: parsed !== undefined && isPrerelease(parsed),
      isYanked: own.length > 0 && own.every(({ yanked }) => yanked !== undefined),
      created,
      size: own.reduce((sum, { size }) => sum + size, 0),
      files: own.toSorted(sdistFirst),
      metadata,
    };
  });
  return shown.sort(newestFirst);
}

function keyOf(version: string): string {
  const parsed = tryParseVersion(version);
  return parsed === undefined ? version : canonicalVersion(parsed);
}

function newestFirst(left: ShownRelease, right: ShownRelease): number {
  if (left.parsed === undefined || right.parsed === undefined)
    return Number(left.parsed === undefined) - Number(right.parsed === undefined);
  return compareVersions(right.parsed, left.parsed);
}

function sdistFirst(left: StoredFile, right: StoredFile): number {
  if (left.kind !== right.kind) return left.kind === 'sdist' ? -1 : 1;
  return left.filename < right.filename ? -1 : Number(left.filename !== right.filename);
}
