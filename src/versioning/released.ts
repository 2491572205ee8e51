/** Versions that are taken already: on an index, in a folder, in a list. */
import { readFile, readdir, stat } from 'node:fs/promises';
import { basename, isAbsolute, join } from 'node:path';
import { readSimpleProject, releasesOf, type IndexClientOptions } from '../index/index.ts';
import {
  compareVersions,
  normalizeName,
  parseSdistFilename,
  parseWheelFilename,
  tryParseVersion,
  type SimpleProject,
  type Version,
} from '../packaging/index.ts';
import { WheelworksError, fileError } from '../support/errors.ts';
import { httpRequest } from '../support/http.ts';
import { filesOfPart } from './split-parts.ts';

/** A version and who has it. */
export interface ReleasedVersion {
  readonly version: Version;
  /** For people: an address, a path. */
  readonly where: string;
}

/** More than any wheel was ever cut into. */
const MOST_PARTS = 200;

/** The pages of a project and of the parts that its wheels were split into, `NAME-part1` and so on without a gap. */
async function pagesOf(
  index: string,
  project: string,
  options: IndexClientOptions,
): Promise<readonly SimpleProject[]> {
  const page = await readSimpleProject(index, project, options);
  // A project may be new; an index that is not there would make every version free.
  if (page === undefined) await requireIndex(index, options);
  const pages = page === undefined ? [] : [page];
  for (let part = 1; part <= MOST_PARTS; part += 1) {
    const found = await readSimpleProject(index, `${project}-part${part}`, options);
    if (found === undefined) break;
    const files = await filesOfPart(found, { index, project, part }, options);
    if (files === undefined) break;
    pages.push({ ...found, files });
  }
  return pages;
}

/**
 * What an index has of some projects, and of the parts of wheels of theirs that were split: parts are published first, so
 * that a release that was interrupted shows by them. Yanked files count: a name is never free again.
 * @throws WheelworksError `index/no-index` for a folder or an address that has no project at all, else as
 * `readSimpleProject`.
 */
export async function releasedOnIndex(
  index: string,
  projects: readonly string[],
  options: IndexClientOptions,
): Promise<readonly ReleasedVersion[]> {
  const all = await Promise.all(
    [...new Set(projects.map(normalizeName))].map(async (project) => {
      const pages = await pagesOf(index, project, options);
      return pages.flatMap(({ name, files }) =>
        releasesOf(normalizeName(name), files).map(({ parsed }) => ({
          version: parsed,
          where: `${name} on ${index}`,
        })),
      );
    }),
  );
  return all.flat();
}

async function requireIndex(
  index: string,
  { userAgent, ...request }: IndexClientOptions,
): Promise<void> {
  if (isAbsolute(index)) return requireIndexFolder(index);
  const url = index.endsWith('/') ? index : `${index}/`;
  // The list of all projects may have many megabytes: only its head is asked for.
  const { status } = await httpRequest(url, {
    ...request,
    method: 'HEAD',
    ...(userAgent === undefined ? {} : { headers: { 'user-agent': userAgent } }),
  });
  if (status === 404) throw noIndex(url);
}

const PAGES = ['index.json', 'index.html'];

async function requireIndexFolder(folder: string): Promise<void> {
  const members = await readdir(folder).catch((error: unknown) => {
    throw fileError(error, folder);
  });
  if (members.some((member) => PAGES.includes(member))) return;
  for (const member of members) {
    const pages: readonly string[] = await readdir(join(folder, member)).catch(() => []);
    if (pages.some((page) => PAGES.includes(page))) return;
  }
  throw noIndex(folder);
}

function noIndex(place: string): WheelworksError {
  return new WheelworksError('index/no-index', `${place} is no index.`, {
    path: place,
    hint: 'Give the address of the list of projects (.../simple/) or its folder; a folder of wheels goes with --released.',
  });
}

/**
 * What a folder of distributions has, or a text with a version or a file name a line (`#` starts a comment).
 * @param projects whose files count; all when empty.
 * @throws WheelworksError `version/bad-released`, `file/*`.
 */
export async function releasedInPath(
  path: string,
  projects: readonly string[],
): Promise<readonly ReleasedVersion[]> {
  const names = projects.map(normalizeName);
  const found = await stat(path).catch((error: unknown) => {
    throw fileError(error, path);
  });
  if (found.isDirectory()) {
    const members = await readdir(path, { recursive: true });
    return members
      .sort()
      .flatMap((member) => versionOfFile(basename(member), names) ?? [])
      .map((version) => ({ version, where: path }));
  }
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw fileError(error, path);
  });
  return text.split('\n').flatMap((line, index) => {
    const word = line.replace(/(?:^|\s)#.*$/, '').trim();
    if (word === '') return [];
    if (isDistribution(word)) {
      const version = versionOfFile(basename(word), names);
      return version === undefined ? [] : [{ version, where: path }];
    }
    const version = tryParseVersion(word);
    if (version !== undefined) return [{ version, where: path }];
    throw new WheelworksError(
      'version/bad-released',
      `Line ${index + 1} of ${path} is no version.`,
      {
        path,
        evidence: word,
        hint: 'Write a version or the name of a wheel or sdist on each line.',
      },
    );
  });
}

function isDistribution(name: string): boolean {
  return /\.(?:whl|tar\.gz|zip)$/.test(name);
}

function versionOfFile(name: string, projects: readonly string[]): Version | undefined {
  if (!isDistribution(name)) return undefined;
  try {
    const file = name.endsWith('.whl') ? parseWheelFilename(name) : parseSdistFilename(name);
    const isWanted = projects.length === 0 || projects.includes(wholeName(file.name));
    return isWanted ? file.version : undefined;
  } catch (error) {
    // Other archives may lie there, too.
    if (error instanceof WheelworksError) return undefined;
    throw error;
  }
}

/** A part of a split wheel is of the version of the whole. */
function wholeName(name: string): string {
  return normalizeName(name).replace(/-part[1-9][0-9]*$/, '');
}

/** Who has a version, whatever its spelling there. */
export function holdersOf(
  version: Version,
  released: readonly ReleasedVersion[],
): readonly string[] {
  const holders = released.filter((each) => compareVersions(each.version, version) === 0);
  return [...new Set(holders.map(({ where }) => where))];
}
