/**
 * The distributions of an installed environment as subjects.
 *
 * Specification: Recording installed projects (PEP 376, PEP 627): a `.dist-info` folder beside the files, whose RECORD
 * lists them relative to the folder that it is in.
 */
import { readdir } from 'node:fs/promises';
import { posix } from 'node:path';
import { WheelworksError } from '../../support/errors.ts';
import { mapParallel } from '../../support/parallel.ts';
import type { FactsCache } from '../libraries/facts-cache.ts';
import type { Subject } from '../subject.ts';
import { describeDistInfo, type Described } from './described.ts';
import { readDiskFiles, realFolderOf } from './disk-files.ts';

/** Everything installed below one prefix. */
export interface Environment {
  /** As the user named it. */
  readonly prefix: string;
  /** Sorted by name; those that list no files are left out, since nothing tells what is theirs. */
  readonly distributions: readonly Distribution[];
  /** The distribution that a file, by its real path, was installed by. */
  ownerOf(path: string): Distribution | undefined;
  /** Where the environment has files of a name, by their paths on this machine. */
  placesOf(name: string): readonly string[];
}

/** One installed distribution. */
export interface Distribution {
  readonly described: Described;
  /** The `.dist-info` folder. */
  readonly path: string;
  /** The folder that it is in, which paths of RECORD start from; real path. */
  readonly site: string;
  /** Files below the prefix, relative to `site`. */
  readonly files: readonly string[];
}

const AT_ONCE = 16;

/**
 * Finds the distributions of a virtual environment, of a Python's prefix, or of a folder that packages were installed
 * to. What each of them is made of is not read yet.
 * @throws WheelworksError `audit/no-environment` when nothing is installed there, `file/not-a-directory`.
 */
export async function openEnvironment(prefix: string): Promise<Environment> {
  const root = await realFolderOf(prefix);
  const sites = await sitesOf(root);
  const found = await Promise.all(sites.map((site) => distInfosOf(site)));
  const places = found.flat();
  if (places.length === 0) {
    throw new WheelworksError(
      'audit/no-environment',
      `No distribution is installed in ${prefix}.`,
      {
        path: prefix,
        evidence: sites.length === 0 ? 'no site-packages folder' : sites.join(', '),
        hint: 'Name a virtual environment, the prefix of a Python, or a folder with .dist-info folders.',
      },
    );
  }
  const distributions = await mapParallel(places, AT_ONCE, async ({ site, path }) => {
    const described = await describeDistInfo(path);
    return { described, path, site, files: filesOf(described, site, boundaryOf(root, site)) };
  });
  const owners = new Map<string, Distribution>();
  const names = new Map<string, string[]>();
  for (const distribution of distributions) {
    for (const file of distribution.files) {
      const path = posix.join(distribution.site, file);
      owners.set(path, distribution);
      const name = posix.basename(path);
      const known = names.get(name) ?? [];
      names.set(name, known);
      known.push(path);
    }
  }
  return {
    prefix,
    distributions: distributions
      .filter(({ files }) => files.length > 0)
      .sort((left, right) => (left.path < right.path ? -1 : 1)),
    ownerOf: (path) => owners.get(path),
    placesOf: (name) => names.get(name) ?? [],
  };
}

/** Reads the native files of one distribution. */
export async function installedSubject(
  distribution: Distribution,
  facts: FactsCache,
): Promise<Subject> {
  const { described, path, site, files } = distribution;
  return {
    path,
    kind: 'installed',
    folder: site,
    name: described.name,
    tags: described.tags,
    archives: [],
    ...(await readDiskFiles(site, files, facts)),
    recorded: new Set(described.recorded),
    rootIsPurelib: described.rootIsPurelib,
  };
}

/** Python files of a RECORD are most of it, and nothing here looks at them. */
const PYTHON = /\.py[ci]?$/;

/** RECORD of an installed distribution may lead to its scripts, but not out of the environment. */
function filesOf({ recorded = [] }: Described, site: string, boundary: string): readonly string[] {
  return recorded.filter((path) => {
    if (PYTHON.test(path) || path.startsWith('/')) return false;
    return posix.join(site, path).startsWith(`${boundary}/`);
  });
}

/** A `site-packages` folder that was named itself belongs to the prefix above it. */
function boundaryOf(root: string, site: string): string {
  if (site !== root) return root;
  return root.replace(/\/lib(?:64)?\/[^/]+\/(?:site|dist)-packages$/, '') || root;
}

const SITE = /^(?:site|dist)-packages$/;
const PYTHON_FOLDER = /^(?:python|pypy|graalpy)\d[\w.]*$/;

async function sitesOf(root: string): Promise<readonly string[]> {
  if ((await distInfosOf(root)).length > 0) return [root];
  const sites = new Set<string>();
  for (const lib of ['lib', 'lib64', 'local/lib']) {
    for (const python of await namesIn(`${root}/${lib}`)) {
      if (!PYTHON_FOLDER.test(python)) continue;
      for (const name of await namesIn(`${root}/${lib}/${python}`))
        // `lib64` is often a link to `lib`.
        if (SITE.test(name)) sites.add(await realFolderOf(`${root}/${lib}/${python}/${name}`));
    }
  }
  return [...sites];
}

async function distInfosOf(site: string): Promise<readonly { site: string; path: string }[]> {
  return (await namesIn(site))
    .filter((name) => name.endsWith('.dist-info'))
    .map((name) => ({ site, path: `${site}/${name}` }));
}

async function namesIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch((): string[] => []);
  return names.sort();
}
