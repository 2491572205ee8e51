/** The sdist of a project: on an index, or in a folder. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readSimpleProject, type IndexClientOptions } from '../../index/index.ts';
import {
  compareVersions,
  isPrerelease,
  normalizeName,
  parseSdistFilename,
  parseVersion,
  type SdistFilename,
  type Version,
} from '../../packaging/index.ts';
import { WheelworksError, fileError } from '../../support/errors.ts';
import { downloadSdist } from './download-sdist.ts';
import { takesPython } from './takes-python.ts';

export interface FindSdistOptions extends IndexClientOptions {
  /** Normal or not. */
  readonly project: string;
  /** Absent: the newest release that is no pre-release, not yanked, and for that Python. */
  readonly version?: string;
  /** Of the target: `3.13.9`. A release for others alone is the newest of nobody. */
  readonly python?: string;
  /** Address of the list of projects, or the absolute path of such a folder. */
  readonly index?: string;
  /** Absolute path of a folder of files; looked at before the index. */
  readonly findLinks?: string;
  /** Where a file from the index is written to. */
  readonly directory: string;
}

/**
 * Finds the sdist and gives the path of its file, which has the hash that the index names.
 * @throws WheelworksError `recipe/no-sdist`, `recipe/wrong-hash`, `index/*`, `http/*`, `file/*`,
 *   `packaging/invalid-version`.
 */
export async function findSdist(options: FindSdistOptions): Promise<string> {
  const wanted = options.version === undefined ? undefined : parseVersion(options.version);
  const { findLinks, index, project } = options;
  const looked: string[] = [];
  if (findLinks !== undefined) {
    const names = await readdir(findLinks).catch((error: unknown) => {
      throw fileError(error, findLinks);
    });
    const candidates = names.map((filename): Candidate => ({ filename }));
    const { found, tally } = choose(candidates, { project, wanted });
    if (found !== undefined) return join(findLinks, found.filename);
    looked.push(`${findLinks}: ${tally}`);
  }
  if (index !== undefined) {
    const page = await readSimpleProject(index, project, options);
    const { found, tally } = choose(page?.files ?? [], {
      project,
      wanted,
      python: options.python,
    });
    if (found !== undefined) return downloadSdist(found, options);
    looked.push(`${index}: ${page === undefined ? 'no such project' : tally}`);
  }
  throw new WheelworksError(
    'recipe/no-sdist',
    `There is no sdist of ${project}${options.version === undefined ? '' : ` ${options.version}`}.`,
    {
      evidence: looked.join('; ') || 'looked at nothing',
      hint: 'Give the path of an sdist, or name where to look with --index or --find-links.',
    },
  );
}

interface Candidate {
  readonly filename: string;
  readonly yanked?: true | string;
  readonly requiresPython?: string;
}

interface Wanted {
  readonly project: string;
  readonly wanted: Version | undefined;
  readonly python?: string | undefined;
}

/** The best file, and what there was instead of it. */
function choose<File extends Candidate>(
  files: readonly File[],
  { project, wanted, python }: Wanted,
): { readonly found: File | undefined; readonly tally: string } {
  const sdists = files.flatMap((file) => {
    const name = sdistNamed(file.filename, project);
    return name === undefined ? [] : [{ file, name }];
  });
  const offered = sdists.filter(({ file, name }) =>
    wanted === undefined
      ? file.yanked === undefined && takesPython(file.requiresPython, python)
      : compareVersions(name.version, wanted) === 0,
  );
  const stable = offered.filter(({ name }) => !isPrerelease(name.version));
  const [best] = (wanted === undefined && stable.length > 0 ? stable : offered).sort(
    (one, other) =>
      compareVersions(other.name.version, one.name.version) || rank(one.name) - rank(other.name),
  );
  return {
    found: best?.file,
    tally: tallyOf(
      sdists.map(({ name }) => name),
      wanted,
    ),
  };
}

/** Of one release the file that recipes expect: a tarball, of today's name. */
function rank({ extension, legacy }: SdistFilename): number {
  return (extension === '.tar.gz' ? 0 : 2) + Number(legacy);
}

/** How many versions are worth naming. */
const MOST_NAMED = 5;

function tallyOf(sdists: readonly SdistFilename[], wanted: Version | undefined): string {
  if (sdists.length === 0) return 'no sdist of it';
  if (wanted === undefined) return 'only sdists that were yanked, or are for other Pythons';
  const versions = [...sdists]
    .sort((one, other) => compareVersions(other.version, one.version))
    .map(({ versionText }) => versionText);
  const named = [...new Set(versions)];
  return `has ${named.slice(0, MOST_NAMED).join(', ')}${named.length > MOST_NAMED ? ' and older ones' : ''}`;
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
