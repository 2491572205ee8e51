/**
 * File names of source distributions.
 *
 * Specification: Source distribution format (PEP 625). https://packaging.python.org/specifications/source-distribution-format/
 */
import { WheelworksError } from '../support/errors.ts';
import { excerpt } from './excerpt.ts';
import { isValidName, nameForFile, normalizeName } from './name.ts';
import { formatVersion, tryParseVersion, type Version } from './version.ts';
import { trimPythonSpace } from './white-space.ts';

/** What an sdist's file name says. */
export interface SdistFilename {
  /** As written. */
  readonly name: string;
  /** As indexes know it. */
  readonly normalizedName: string;
  readonly version: Version;
  /** As written. */
  readonly versionText: string;
  /** With its dot: `.tar.gz`. */
  readonly extension: string;
  /** Whether it is anything but the one spelling that PEP 625 allows; PyPI takes no such file any more. */
  readonly legacy: boolean;
}

export interface SdistFilenameOptions {
  /** The project that the file is known to belong to, in any spelling; decides where the version of an old name begins. */
  readonly project?: string;
}

/** All archives that pip unpacks as an sdist; only the first has been allowed since PEP 625. */
const EXTENSIONS = [
  '.tar.gz',
  '.zip',
  '.tar.bz2',
  '.tgz',
  '.tbz',
  '.tar.xz',
  '.txz',
  '.tar.lzma',
  '.tar.lz',
  '.tlz',
  '.tar',
] as const;

/**
 * Reads an sdist's file name, without folders.
 *
 * Names from before PEP 625 may hold dashes in name and version. `foo-1-2.tar.gz` can be `foo` 1.post2 or `foo-1` 2: without
 * `project` such a name is refused.
 * @throws WheelworksError `packaging/sdist-filename` or `packaging/sdist-filename-ambiguous`.
 */
export function parseSdistFilename(
  filename: string,
  options: SdistFilenameOptions = {},
): SdistFilename {
  const extension = EXTENSIONS.find((candidate) => filename.endsWith(candidate));
  if (extension === undefined) {
    throw invalid(filename, 'it ends in none of the extensions of an archive', {
      hint: 'A source distribution ends in .tar.gz.',
    });
  }
  const stem = filename.slice(0, -extension.length);
  const readings = readStem(stem);
  const fitting =
    options.project === undefined ? readings : readings.filter(isNamed(options.project));
  const [reading, other] = fitting;
  if (reading === undefined) throw noReading(filename, stem, { readings, ...options });
  if (other !== undefined) throw ambiguous(filename, fitting);
  const { name, version } = reading;
  return {
    ...reading,
    normalizedName: normalizeName(name),
    extension,
    legacy: filename !== makeSdistFilename(name, version),
  };
}

/** The one file name that an sdist of a project and version may have. */
export function makeSdistFilename(name: string, version: Version): string {
  return `${nameForFile(name)}-${formatVersion(version)}.tar.gz`;
}

interface Reading {
  readonly name: string;
  readonly versionText: string;
  readonly version: Version;
}

/** Every way to cut the stem at a dash into a valid name and version, the shortest version first. */
function readStem(stem: string): Reading[] {
  const readings: Reading[] = [];
  // Index 0 would leave no name; `lastIndexOf` with a negative start looks there again.
  for (let dash = stem.lastIndexOf('-'); dash > 0; dash = stem.lastIndexOf('-', dash - 1)) {
    const reading = readAt(stem, dash);
    if (reading !== undefined) readings.push(reading);
  }
  return readings;
}

function readAt(stem: string, dash: number): Reading | undefined {
  const name = stem.slice(0, dash);
  const versionText = stem.slice(dash + 1);
  const version = readVersion(versionText);
  return version !== undefined && isValidName(name) ? { name, versionText, version } : undefined;
}

/** Unlike elsewhere, white space around a version in a file name belongs to nothing. */
function readVersion(text: string): Version | undefined {
  return trimPythonSpace(text) === text ? tryParseVersion(text) : undefined;
}

function isNamed(project: string): (reading: Reading) => boolean {
  return (reading) => normalizeName(reading.name) === normalizeName(project);
}

function noReading(
  filename: string,
  stem: string,
  found: { readings: readonly Reading[]; project?: string },
): WheelworksError {
  const [reading] = found.readings;
  if (reading !== undefined) {
    const wanted = excerpt(found.project ?? '');
    return invalid(filename, `its project is ${excerpt(reading.name)}, not ${wanted}`);
  }
  const dash = stem.lastIndexOf('-');
  if (dash === -1) return invalid(filename, 'no dash separates a name from a version');
  const versionText = stem.slice(dash + 1);
  return readVersion(versionText) !== undefined
    ? invalid(filename, `${excerpt(stem.slice(0, dash))} is not a project name`)
    : invalid(filename, `${excerpt(versionText)} is not a version`);
}

function ambiguous(filename: string, readings: readonly Reading[]): WheelworksError {
  const both = readings.map(({ name, versionText }) => `${name} ${versionText}`).join(' or ');
  return new WheelworksError(
    'packaging/sdist-filename-ambiguous',
    `${excerpt(filename)} can be read in two ways: ${excerpt(both)}.`,
    { hint: 'Say which project the file belongs to.' },
  );
}

function invalid(
  filename: string,
  reason: string,
  details: { hint?: string } = {},
): WheelworksError {
  return new WheelworksError(
    'packaging/sdist-filename',
    `${excerpt(filename)} is not a source distribution's file name: ${reason}.`,
    details,
  );
}
