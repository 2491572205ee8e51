/**
 * The sources of a project: what belongs to them.
 *
 * Builds run in copies, so that they can run side by side and nothing that one Python left behind (a `build/` folder,
 * a compiled file) leaks into the wheel of the next. What tools made or cached is therefore no source.
 */
import type { Dirent, Stats } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileError } from '../support/errors.ts';
import { GIT, isObjectStore, isWithoutUse } from './git-directory.ts';
import type { SourceEntry, SourceListing } from './source-entry.ts';
import { describeLink } from './source-links.ts';

export interface ListOptions {
  /** Absolute paths of folders that are not part of the sources, such as the output folder. */
  readonly excluded?: readonly string[];
  /** Folders below the root whose `build` and `dist` may be output; default the root itself. */
  readonly projectPaths?: readonly string[];
}

/** Folders that hold what tools made or cached, never what a person wrote. */
const NEVER_SOURCES = new Set([
  '.eggs',
  '.hg',
  '.mypy_cache',
  '.nox',
  '.pytest_cache',
  '.ruff_cache',
  '.svn',
  '.tox',
  '.venv',
  '.wheelworks',
  '__pycache__',
  '_skbuild',
  'wheelhouse',
]);

/** Folders that say themselves what they are: a virtual environment, a cache (bford.info/cachedir), our output. */
const TELLING_FILES = ['pyvenv.cfg', 'CACHEDIR.TAG', '.wheelworks'];

/** What setuptools, CMake, Meson and their wrappers leave in `build/`; a folder of that name may also hold sources. */
const BUILD_OUTPUT =
  /^(?:lib\..+|temp\..+|bdist\..+|scripts-.+|CMakeCache\.txt|build\.ninja|meson-(?:info|logs|private)|[cp]p\d+.*)$/;
const DIST_OUTPUT = /\.(?:whl|egg|tar\.gz)$/;

/**
 * Lists the sources below `root`. `.git` is among them, since backends compute versions from it.
 * @throws WheelworksError `build/link-outside` for a link to a folder outside, `file/*` for what cannot be read.
 */
export async function listSources(root: string, options: ListOptions = {}): Promise<SourceListing> {
  const excluded = await Promise.all((options.excluded ?? []).map(identityOf));
  const projectPaths = new Set(options.projectPaths ?? ['']);
  const entries: SourceEntry[] = [];
  const repositories: string[] = [];

  const visit = async (folder: string, members: readonly Dirent[]): Promise<void> => {
    const before = entries.length;
    if (members.some(({ name }) => name === GIT)) repositories.push(folder);
    for (const member of members) {
      const path = folder === '' ? member.name : `${folder}/${member.name}`;
      if (member.isDirectory()) await enter(folder, path, member.name);
      else await add(path, member);
    }
    if (folder !== '' && entries.length === before) entries.push({ kind: 'folder', path: folder });
  };

  const enter = async (parent: string, path: string, name: string): Promise<void> => {
    const absolute = join(root, path);
    if (isObjectStore(path)) {
      entries.push({ kind: 'git-objects', path, store: absolute });
      return;
    }
    if (NEVER_SOURCES.has(name) || name.endsWith('.egg-info') || isWithoutUse(path)) return;
    if (excluded.length > 0 && excluded.includes(await identityOf(absolute))) return;
    const members = await readFolder(absolute);
    const names = members.map((member) => member.name);
    if (names.some((each) => TELLING_FILES.includes(each))) return;
    if (projectPaths.has(parent) && isOutput(name, names)) return;
    await visit(path, members);
  };

  const add = async (path: string, member: Dirent): Promise<void> => {
    if (member.isSymbolicLink()) entries.push(await describeLink(root, path));
    // Sockets, pipes and devices are no sources.
    if (!member.isFile()) return;
    const { mode, mtime } = await statOf(join(root, path));
    const executable = (mode & 0o111) !== 0;
    entries.push({ kind: 'file', path, executable, modified: mtime, content: join(root, path) });
  };

  await visit('', await readFolder(root));
  return { entries, repositories };
}

function isOutput(name: string, members: readonly string[]): boolean {
  if (name === 'build') return members.some((each) => BUILD_OUTPUT.test(each));
  return name === 'dist' && members.some((each) => DIST_OUTPUT.test(each));
}

async function readFolder(path: string): Promise<readonly Dirent[]> {
  const members = await readdir(path, { withFileTypes: true }).catch((error: unknown) => {
    throw fileError(error, path);
  });
  return members.sort((left, right) => (left.name < right.name ? -1 : 1));
}

async function statOf(path: string): Promise<Stats> {
  return lstat(path).catch((error: unknown) => {
    throw fileError(error, path);
  });
}

/** Device and inode, so that a folder is recognised under every path that leads to it. */
async function identityOf(path: string): Promise<string> {
  const found = await lstat(path).catch(() => undefined);
  return found === undefined ? path : `${found.dev}:${found.ino}`;
}
