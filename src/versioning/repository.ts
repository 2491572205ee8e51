/**
 * What git knows of the repository that a folder is in: never that of the current folder, whatever variables a hook or
 * a script has set.
 */
import { relative } from 'node:path';
import type { ProcessResult } from '../support/process.ts';
import { gitFailure, runGit, type GitOptions } from './git.ts';

/** A repository as it stands. */
export interface Repository {
  /** The top folder of the work tree. */
  readonly root: string;
  /** HEAD in full; undefined before the first commit. */
  readonly commit: string | undefined;
  /** Whether tracked files differ from HEAD. Files that git does not track do not count, as in `git describe`. */
  readonly isDirty: boolean;
  /** Whether the history is cut off, so that tags may be missing and commits cannot be counted. */
  readonly isShallow: boolean;
  readonly tags: readonly GitTag[];
}

/** A tag and the commit it leads to. */
export interface GitTag {
  readonly name: string;
  readonly commit: string;
  readonly isReachable: boolean;
}

/**
 * Reads the repository of a folder; undefined when it is in none, or only lies in one that ignores it, as an unpacked
 * sdist in a build folder does.
 * @param without absolute paths whose changes do not make it dirty: what is about to be written.
 * @throws WheelworksError `version/git-missing`, `version/git-distrust`, `version/git-failed`.
 */
export async function readRepository(
  folder: string,
  without: readonly string[],
  options: GitOptions,
): Promise<Repository | undefined> {
  const git = (...args: readonly string[]): Promise<ProcessResult> => runGit(folder, args, options);
  const place = await git('rev-parse', '--is-shallow-repository', '--show-toplevel');
  if (place.exitCode !== 0) {
    if (/not a git repository|must be run in a work tree/.test(place.stderr)) return undefined;
    throw gitFailure(place, folder);
  }
  const [shallow, ...rest] = place.stdout.trimEnd().split('\n');
  const root = rest.join('\n');
  if ((await git('check-ignore', '-q', '--', '.')).exitCode === 0) return undefined;
  const head = await git('rev-parse', '--verify', '-q', 'HEAD^{commit}');
  const commit = head.exitCode === 0 ? head.stdout.trim() : undefined;
  return {
    root,
    commit,
    isShallow: shallow === 'true',
    isDirty: await isDirty(root, without, options),
    tags: await readTags(root, commit !== undefined, options),
  };
}

async function isDirty(
  root: string,
  without: readonly string[],
  options: GitOptions,
): Promise<boolean> {
  const excluded = without
    .map((path) => relative(root, path).replaceAll('\\', '/'))
    .filter((path) => path !== '' && !path.startsWith('../'))
    .map((path) => `:(exclude,top,literal)${path}`);
  const status = await runGit(
    root,
    ['status', '--porcelain', '--untracked-files=no', '--', ':/', ...excluded],
    options,
  );
  if (status.exitCode !== 0) throw gitFailure(status, root);
  return status.stdout.trim() !== '';
}

const FORMAT =
  '--format=%(objecttype)%09%(objectname)%09%(*objecttype)%09%(*objectname)%09%(refname:strip=2)';

async function readTags(
  root: string,
  hasHead: boolean,
  options: GitOptions,
): Promise<readonly GitTag[]> {
  // The newest first: where only some can be looked at, these are.
  const list = async (
    ...args: readonly string[]
  ): Promise<readonly Omit<GitTag, 'isReachable'>[]> => {
    const result = await runGit(
      root,
      ['for-each-ref', '--sort=-creatordate', FORMAT, ...args, 'refs/tags'],
      options,
    );
    if (result.exitCode !== 0) throw gitFailure(result, root);
    return result.stdout.split('\n').flatMap((line) => {
      const [type, own, targetType, target, name] = line.split('\t');
      if (name === undefined) return [];
      // Tags of trees and files, and of other tags, name no commit that could be compared.
      const commit = type === 'commit' ? own : targetType === 'commit' ? target : undefined;
      return commit === undefined ? [] : [{ name, commit }];
    });
  };
  const all = await list();
  if (all.length === 0) return [];
  const reachable = new Set(hasHead ? (await list('--merged=HEAD')).map(({ name }) => name) : []);
  return all.map((tag) => ({ ...tag, isReachable: reachable.has(tag.name) }));
}

/** The nearest of some tags, and how many commits HEAD has that it has not. */
export interface NearestTag {
  readonly tag: string;
  readonly distance: number;
}

/** Tags given to git by name; more would not fit into a command line of Windows. */
const MOST_TAGS = 300;

/**
 * The nearest of these tags in the history of HEAD; undefined when there is none.
 * @throws WheelworksError `version/git-*`.
 */
export async function nearestTag(
  root: string,
  tags: readonly string[],
  options: GitOptions,
): Promise<NearestTag | undefined> {
  if (tags.length === 0) return undefined;
  // Names of tags cannot have the characters of patterns in them (git-check-ref-format), so each matches itself.
  const matches = tags.slice(0, MOST_TAGS).map((name) => `--match=${name}`);
  const result = await runGit(root, ['describe', '--tags', '--long', ...matches, 'HEAD'], options);
  if (result.exitCode !== 0) throw gitFailure(result, root);
  const match = /^(.+)-(\d+)-g[0-9a-f]+$/.exec(result.stdout.trim());
  if (match === null) throw gitFailure(result, root);
  return { tag: match[1] ?? '', distance: Number(match[2]) };
}

/** Commits in the history of HEAD. @throws WheelworksError `version/git-*`. */
export async function countCommits(root: string, options: GitOptions): Promise<number> {
  const result = await runGit(root, ['rev-list', '--count', 'HEAD'], options);
  if (result.exitCode !== 0) throw gitFailure(result, root);
  return Number(result.stdout.trim());
}
