/** The sdist of a project: on an index, or in a folder. */
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readSimpleProject, type IndexClientOptions } from '../../index/index.ts';
import {
  compareVersions,
  isPrerelease,
  normalizeName,
  parseSdistFilename,
  parseVersion,
  type SdistFilename,
  type SimpleFile,
  type Version,
} from '../../packaging/index.ts';
import { WheelworksError, fileError } from '../../support/errors.ts';
import { httpRequest } from '../../support/http.ts';
import { hashFile } from '../../support/hash.ts';

export interface FindSdistOptions extends IndexClientOptions {
  /** Normal or not. */
  readonly project: string;
  /** Absent: the newest release that is no pre-release. */
  readonly version?: string;
  /** Address of the list of projects, or the absolute path of such a folder. */
  readonly index?: string;
  /** Absolute path of a folder of files; looked at before the index. */
  readonly findLinks?: string;
  /** Where a file from the index is written to. */
  readonly directory: string;
}

/**
 * Finds the sdist and gives the path of its file; a download must have the hash that the index names.
 * @throws WheelworksError `recipe/no-sdist`, `recipe/wrong-hash`, `index/*`, `http/*`, `file/*`,
 *   `packaging/invalid-version`.
 */
export async function findSdist(options: FindSdistOptions): Promise<string> {
  const wanted = options.version === undefined ? undefined : parseVersion(options.version);
  const { findLinks, index, project } = options;
  if (findLinks !== undefined) {
    const names = await readdir(findLinks).catch((error: unknown) => {
      throw fileError(error, findLinks);
    });
    const found = choose(names, (name) => name, { project, wanted });
    if (found !== undefined) return join(findLinks, found);
  }
  if (index !== undefined) {
    const page = await readSimpleProject(index, project, options);
    const files = (page?.files ?? []).filter(
      (file) => file.yanked === undefined || wanted !== undefined,
    );
    const found = choose(files, ({ filename }) => filename, { project, wanted });
    if (found !== undefined) return download(found, options);
  }
  throw new WheelworksError(
    'recipe/no-sdist',
    `There is no sdist of ${project}${options.version === undefined ? '' : ` ${options.version}`}.`,
    {
      evidence: `looked at ${[findLinks, index].filter((each) => each !== undefined).join(' and ') || 'nothing'}`,
      hint: 'Give the path of an sdist, or name where to look with --index or --find-links.',
    },
  );
}

interface Wanted {
  readonly project: string;
  readonly wanted: Version | undefined;
}

function choose<Item>(
  items: readonly Item[],
  nameOf: (item: Item) => string,
  { project, wanted }: Wanted,
): Item | undefined {
  const found = items
    .flatMap((item) => {
      const filename = sdistNamed(nameOf(item), project);
      return filename === undefined ? [] : [{ item, version: filename.version }];
    })
    .filter(({ version }) => wanted === undefined || compareVersions(version, wanted) === 0)
    .sort((one, other) => compareVersions(one.version, other.version));
  const stable = found.filter(({ version }) => !isPrerelease(version));
  return (wanted === undefined && stable.length > 0 ? stable : found).at(-1)?.item;
}

function sdistNamed(name: string, project: string): SdistFilename | undefined {
  if (!/\.(?:tar\.gz|zip)$/.test(name)) return undefined;
  try {
    const filename = parseSdistFilename(name, { project });
    return filename.normalizedName === normalizeName(project) ? filename : undefined;
  } catch {
    return undefined;
  }
}

async function download(file: SimpleFile, options: FindSdistOptions): Promise<string> {
  const { userAgent, directory, signal, authorization, timeoutMs, dispatcher } = options;
  if (file.url.startsWith('file:')) return fileURLToPath(file.url);
  const answer = await httpRequest(file.url, {
    ...(userAgent === undefined ? {} : { headers: { 'user-agent': userAgent } }),
    ...(signal === undefined ? {} : { signal }),
    ...(authorization === undefined ? {} : { authorization }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(dispatcher === undefined ? {} : { dispatcher }),
  });
  if (answer.status !== 200)
    throw new WheelworksError('index/refused', `${file.url} was not given.`, {
      evidence: `${answer.status} ${answer.reason}`.trim(),
      hint: 'Look at the address of the index, and try again.',
    });
  const path = join(directory, file.filename);
  await writeFile(path, answer.body).catch((error: unknown) => {
    throw fileError(error, path);
  });
  const { sha256 } = await hashFile(path);
  const said = file.hashes['sha256'];
  if (said !== undefined && said.toLowerCase() !== sha256)
    throw new WheelworksError(
      'recipe/wrong-hash',
      `${file.filename} is not what the index names.`,
      {
        path: file.url,
        evidence: `SHA-256 ${sha256}, and the index says ${said}`,
        hint: 'Download it again; if that changes nothing, tell those who keep the index.',
      },
    );
  return path;
}
