/**
 * Files against what is on the index already: names that are taken or burnt, releases that are closed, projects that take
 * nothing.
 *
 * Rules: warehouse `forklift/legacy.py` 6b6215712 (2026-08); the page of a project is what PEP 691, 700 and 792 describe, so
 * that files which were deleted show only as versions without files.
 */
import {
  parseSdistFilename,
  parseWheelFilename,
  type SimpleFile,
  type SimpleProject,
} from '../../packaging/index.ts';
import { WheelworksError } from '../../support/errors.ts';
import type { Finding } from '../../support/finding.ts';
import { advice, mistake, someOf } from '../contents/advice.ts';
import { refused } from '../pypi/refused.ts';
import { isStandardLibraryName } from '../pypi/standard-library.ts';
import type { ReleaseFile } from '../release-set/release-file.ts';
import { keyOf, type ReleaseFinding } from '../release-set/release-set.ts';

/** What is known of an index. */
export interface IndexedState {
  /** By normalised name; null for a project that the index does not have. Others are not judged. */
  readonly projects: ReadonlyMap<string, SimpleProject | null>;
  readonly now: Date;
}

/** PyPI takes no new file for a release whose first one is older. */
const OPEN_FOR_DAYS = 14;
const DAY = 86_400_000;

/** Everything that speaks against adding each file to the index. */
export function indexedFindings(
  files: readonly ReleaseFile[],
  { projects, now }: IndexedState,
): readonly ReleaseFinding[] {
  return files.flatMap((file) => {
    const page = file.project === undefined ? undefined : projects.get(file.project);
    if (page === undefined) return [];
    const findings = page === null ? newProject(file) : existingProject(file, page, now);
    return findings.map((finding) => ({ file: file.path, finding }));
  });
}

function newProject({ project = '', path }: ReleaseFile): readonly Finding[] {
  if (!isStandardLibraryName(project)) return [];
  return [
    refused(
      'pypi/name-of-standard-library',
      'No new project may be named like a module of Python.',
      {
        path,
        evidence: project,
        hint: 'Choose another name for the project.',
      },
    ),
  ];
}

function existingProject(file: ReleaseFile, page: SimpleProject, now: Date): readonly Finding[] {
  const there = page.files.find(({ filename }) => filename === file.filename);
  // An upload of the very bytes is answered with success whatever else is true.
  if (there !== undefined && isContent(there, file))
    return [
      advice('pypi/file-there', 'The index has this very file already.', {
        path: file.path,
        hint: 'Uploading it again changes nothing.',
      }),
    ];
  const sameRelease = page.files.filter((each) => versionOf(each) === keyOf(file.version ?? ''));
  return [
    ...statusFindings(file, page),
    ...(there === undefined ? [] : [taken(file, there)]),
    ...elsewhere(file, page),
    ...(there === undefined ? burnt(file, page, sameRelease) : []),
    ...closed(file, sameRelease, now),
    ...secondSdist(file, sameRelease),
    ...otherPythons(file, sameRelease),
  ];
}

function statusFindings({ path }: ReleaseFile, { status }: SimpleProject): readonly Finding[] {
  const reason = status?.reason === undefined ? {} : { evidence: status.reason };
  if (status?.status === 'archived')
    return [
      refused('pypi/project-archived', 'The project is archived and takes no files.', {
        path,
        ...reason,
        hint: 'Its owner can take it out of the archive.',
      }),
    ];
  if (status?.status !== 'quarantined') return [];
  return [
    mistake('pypi/project-quarantined', 'The project is quarantined: nothing of it is offered.', {
      path,
      ...reason,
      hint: 'Ask those who run the index.',
    }),
  ];
}

function taken({ path, sha256 }: ReleaseFile, { hashes }: SimpleFile): Finding {
  const { sha256: known } = hashes;
  return refused('pypi/file-exists', 'The index has another file of this name.', {
    path,
    evidence:
      known === undefined
        ? 'it tells no SHA-256 of its file'
        : `there ${known}, here ${sha256 ?? 'unknown'}`,
    hint: 'A name is used once for ever: give the release a new version, or the wheel a build number.',
  });
}

function elsewhere(file: ReleaseFile, page: SimpleProject): readonly Finding[] {
  const other = page.files.find((each) => isContent(each, file) && each.filename !== file.filename);
  if (other === undefined) return [];
  return [
    refused('pypi/content-exists', 'The index has these bytes under another name.', {
      path: file.path,
      evidence: other.filename,
      hint: 'PyPI takes a content once: build the file anew, or leave it out.',
    }),
  ];
}

function isContent({ hashes }: SimpleFile, { sha256 }: ReleaseFile): boolean {
  return sha256 !== undefined && hashes['sha256'] === sha256;
}

/** PEP 700: `versions` has those without files as well. */
function burnt(
  { path, version = '' }: ReleaseFile,
  { versions = [] }: SimpleProject,
  sameRelease: readonly SimpleFile[],
): readonly Finding[] {
  if (sameRelease.length > 0 || !versions.some((each) => keyOf(each) === keyOf(version))) return [];
  return [
    {
      ...mistake('pypi/filename-used', 'The index knows the version and has no file of it.', {
        path,
        evidence: version,
        hint: 'When files of it were deleted, their names are never taken again: use a new version.',
      }),
      effect: 'index-rejects',
    },
  ];
}

function closed(
  { path }: ReleaseFile,
  sameRelease: readonly SimpleFile[],
  now: Date,
): readonly Finding[] {
  const times = sameRelease
    .flatMap(({ uploadTime }) => (uploadTime === undefined ? [] : [Date.parse(uploadTime)]))
    .filter((time) => !Number.isNaN(time));
  if (times.length === 0) return [];
  const days = (now.getTime() - Math.min(...times)) / DAY;
  if (days <= OPEN_FOR_DAYS) return [];
  return [
    refused('pypi/release-closed', `The release is older than ${OPEN_FOR_DAYS} days.`, {
      path,
      evidence: `its first file came ${new Date(Math.min(...times)).toISOString()}, ${Math.floor(days)} days ago`,
      hint: 'Publish the wheel with a new version, such as a post release.',
    }),
  ];
}

function secondSdist(file: ReleaseFile, sameRelease: readonly SimpleFile[]): readonly Finding[] {
  if (file.kind !== 'sdist') return [];
  const other = sameRelease.find(
    ({ filename }) => !filename.endsWith('.whl') && filename !== file.filename,
  );
  if (other === undefined) return [];
  return [
    refused('release/second-sdist', 'A release may have one sdist.', {
      path: file.path,
      evidence: `the index has ${other.filename}`,
      hint: 'Leave it out, or give the release a new version.',
    }),
  ];
}

function otherPythons(file: ReleaseFile, sameRelease: readonly SimpleFile[]): readonly Finding[] {
  const here = (file.requiresPython ?? '').replaceAll(/\s/g, '');
  const others = sameRelease.filter(
    ({ requiresPython }) =>
      requiresPython !== undefined && requiresPython.replaceAll(/\s/g, '') !== here,
  );
  const [first] = others;
  if (first === undefined) return [];
  return [
    mistake('release/metadata-differs', 'Requires-Python is not that of the files on the index.', {
      path: file.path,
      evidence: `${file.requiresPython ?? 'none'} here; ${first.requiresPython ?? ''} in ${someOf(
        others.map(({ filename }) => filename),
        2,
      )}`,
      hint: 'Installers read the metadata of one file for all.',
    }),
  ];
}

/** As {@link keyOf}; undefined for names that nobody can read. */
function versionOf({ filename }: SimpleFile): string | undefined {
  try {
    const { versionText } = filename.endsWith('.whl')
      ? parseWheelFilename(filename)
      : parseSdistFilename(filename);
    return keyOf(versionText);
  } catch (error) {
    if (error instanceof WheelworksError) return undefined;
    throw error;
  }
}
