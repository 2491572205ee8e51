/** The files of a project by version. */
import {
  compareVersions,
  formatVersion,
  isPrerelease,
  parseSdistFilename,
  tryParseVersion,
  type Version,
} from '../packaging/index.ts';

/** What is asked of a file: its name, and whether it was taken back. */
interface NamedFile {
  readonly filename: string;
  readonly yanked?: true | string;
}

/** One version of a project. */
export interface Release<File extends NamedFile> {
  /** In normal form. */
  readonly version: string;
  readonly parsed: Version;
  readonly isPrerelease: boolean;
  /** Every file of it is yanked. */
  readonly isYanked: boolean;
  /** The sdist first, then wheels by name. */
  readonly files: readonly File[];
}

/**
 * The releases, newest first. Files whose name tells no version, as no installer reads them, are in none.
 * Names are cut and not parsed: this is for projects with thousands of files.
 */
export function releasesOf<File extends NamedFile>(
  project: string,
  files: readonly File[],
): readonly Release<File>[] {
  const groups = new Map<string, { readonly parsed: Version; readonly files: File[] }>();
  for (const file of files) {
    const parsed = versionOf(file.filename, project);
    if (parsed === undefined) continue;
    const version = formatVersion(parsed);
    const group = groups.get(version) ?? { parsed, files: [] };
    groups.set(version, group);
    group.files.push(file);
  }
  return [...groups]
    .sort(([, left], [, right]) => compareVersions(right.parsed, left.parsed))
    .map(([version, group]) => ({
      version,
      parsed: group.parsed,
      isPrerelease: isPrerelease(group.parsed),
      isYanked: group.files.every(({ yanked }) => yanked !== undefined),
      files: group.files.sort(sdistFirst),
    }));
}

/** What a user gets without asking for more: the newest final release that was not taken back; else the newest. */
export function newestRelease<File extends NamedFile>(
  releases: readonly Release<File>[],
): Release<File> | undefined {
  return (
    releases.find((each) => !each.isYanked && !each.isPrerelease) ??
    releases.find((each) => !each.isYanked) ??
    releases[0]
  );
}

/** Versions that were read: the same few stand in very many names, and pages are made of them several times. */
const known = new Map<string, Version | undefined>();
const MOST_KNOWN = 10_000;

function versionOf(filename: string, project: string): Version | undefined {
  if (!filename.endsWith('.whl')) return sdistVersion(filename, project);
  const start = filename.indexOf('-') + 1;
  const end = filename.indexOf('-', start);
  const text = filename.slice(start, Math.max(start, end));
  if (known.size >= MOST_KNOWN) known.clear();
  if (!known.has(text)) known.set(text, tryParseVersion(text));
  return known.get(text);
}

function sdistVersion(filename: string, project: string): Version | undefined {
  try {
    return parseSdistFilename(filename, { project }).version;
  } catch {
    return undefined;
  }
}

function sdistFirst(left: NamedFile, right: NamedFile): number {
  const isWheel = (file: NamedFile): number => Number(file.filename.endsWith('.whl'));
  return (
    isWheel(left) - isWheel(right) ||
    (left.filename < right.filename ? -1 : Number(left.filename !== right.filename))
  );
}
