/** What versions need of git: tags that name versions, the start to go on from, the distance from it. */
import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { compareVersions, isPrerelease, type Version } from '../packaging/index.ts';
import { isSameRelease } from '../packaging/version-order.ts';
import { WheelworksError } from '../support/errors.ts';
import { baseOf, bumped, greatest, releaseAfter } from './base.ts';
import type { VersionRequest } from './compute.ts';
import type { PackageVersion, VersionNote, VersionTag } from './model.ts';
import type { ReleasedVersion } from './released.ts';
import {
  countCommits,
  nearestTag,
  readRepository,
  type NearestTag,
  type Repository,
} from './repository.ts';
import { versionOfTag } from './tags.ts';

/** A repository as versions see it. */
export interface GitView {
  /** Undefined outside of a repository. */
  readonly repository: Repository | undefined;
  /** Tags that name versions, as taken versions. */
  readonly taken: readonly ReleasedVersion[];
  /** Those of them that HEAD comes after, or has itself. */
  readonly inHistory: readonly ReleasedVersion[];
  /** Versions that HEAD itself is tagged with. */
  readonly headTags: readonly Version[];
  readonly nearest: NearestTag | undefined;
  /** Commits since the nearest tag, or since the first commit. Undefined where nobody needs it. */
  readonly distance: number | undefined;
  /** With `from: 'tags'`: the version to make. */
  readonly start: Version | undefined;
  readonly notes: readonly VersionNote[];
}

/**
 * Reads what is needed.
 * @throws WheelworksError `version/not-in-repository`, `version/several-repositories`, `version/no-commit`,
 * `version/shallow`, `version/git-*`.
 */
export async function gitView(
  request: VersionRequest,
  packages: readonly PackageVersion[],
): Promise<GitView> {
  const isNeeded = request.kind === 'dev' || request.from === 'tags';
  const { repository, notes: gitNotes } = await findRepository(request, isNeeded);
  if (repository === undefined)
    return { ...nothing(isNeeded ? request : undefined), notes: gitNotes };
  if (isNeeded) refuseUnfit(repository);
  const names = [
    ...packages.map(({ name }) => name),
    ...(request.name === undefined ? [] : [request.name]),
  ];
  const tags = repository.tags.flatMap((tag): VersionTag[] => {
    const version = versionOfTag(tag.name, request.tagPatterns, names);
    return version === undefined ? [] : [{ ...tag, version }];
  });
  const shared = {
    repository,
    taken: tags.map(asTaken),
    inHistory: tags.filter(({ isReachable }) => isReachable).map(asTaken),
    headTags: tags.filter(({ commit }) => commit === repository.commit).map((tag) => tag.version),
  };
  const notes = [...gitNotes, ...shallowNotes(repository, request)];
  if (!isNeeded)
    return { ...shared, nearest: undefined, distance: undefined, start: undefined, notes };
  const reachable = tags.filter(({ isReachable }) => isReachable);
  const { start, notes: startNotes } = await startOf(reachable, repository, request);
  const [first, ...rest] = packages.map(({ base }) => base);
  const target = start ?? (first === undefined ? undefined : greatest([first, ...rest]));
  const counted = reachable.filter((tag) => target === undefined || isBefore(tag.version, target));
  const nearest = await nearestTag(repository.root, namesOf(counted), request.git);
  const distance = nearest?.distance ?? (await countCommits(repository.root, request.git));
  return { ...shared, nearest, distance, start, notes: [...notes, ...startNotes] };
}

function asTaken({ name, version }: VersionTag): ReleasedVersion {
  return { version, where: `tag ${name}` };
}

async function findRepository(
  request: VersionRequest,
  isNeeded: boolean,
): Promise<{
  readonly repository: Repository | undefined;
  readonly notes: readonly VersionNote[];
}> {
  const notes = new Map<string, VersionNote>();
  const folders =
    request.files.length === 0
      ? [request.folder]
      : [...new Set(request.files.map(({ path }) => dirname(path)))];
  const [first, ...others] = await Promise.all(
    folders.map((folder) =>
      readRepository(folder, request.written, request.git).catch(async (error: unknown) => {
        const isGit = error instanceof WheelworksError && error.code.startsWith('version/git-');
        // Versions from files do not depend on it, but then nobody looked what tags have released.
        if (!isGit || isNeeded) throw error;
        if (await isInWorkTree(folder)) notes.set(error.message, unreadNote(error));
        return undefined;
      }),
    ),
  );
  const stranger = others.find((each) => each?.root !== first?.root);
  if (isNeeded && stranger !== undefined)
    throw new WheelworksError(
      'version/several-repositories',
      'The version files are in several repositories, and a version has one commit.',
      {
        evidence: `${first?.root ?? 'none'}, ${stranger.root}`,
        hint: 'Compute a version for each, or use --kind rc or stable.',
      },
    );
  return { repository: first, notes: [...notes.values()] };
}

function unreadNote({ code, message, hint }: WheelworksError): VersionNote {
  const reason = message.replace(/\.$/, '');
  // The way out of a missing git is a kind without git, which this is.
  const next = code === 'version/git-missing' || hint === undefined ? '' : ` (${hint})`;
  return {
    code: 'no-git',
    message: `tags were not looked at, so that this version may be released already: ${reason}${next}`,
  };
}

async function isInWorkTree(folder: string): Promise<boolean> {
  for (let place = folder; ; place = dirname(place)) {
    const found = await stat(join(place, '.git')).catch(() => undefined);
    if (found !== undefined) return true;
    if (dirname(place) === place) return false;
  }
}

function nothing(refused: VersionRequest | undefined): GitView {
  if (refused !== undefined) {
    const folder = refused.files[0] === undefined ? refused.folder : dirname(refused.files[0].path);
    throw new WheelworksError('version/not-in-repository', `${folder} is in no git repository.`, {
      path: folder,
      hint:
        refused.kind === 'dev'
          ? 'A development version names its commit. Give --kind custom with a --suffix such as .dev1 instead.'
          : 'Name a version file, as in wheelworks version --kind stable pyproject.toml.',
    });
  }
  return {
    repository: undefined,
    taken: [],
    inHistory: [],
    headTags: [],
    nearest: undefined,
    distance: undefined,
    start: undefined,
    notes: [],
  };
}

function refuseUnfit({ root, commit, isShallow }: Repository): void {
  if (commit === undefined)
    throw new WheelworksError('version/no-commit', `The repository ${root} has no commit yet.`, {
      path: root,
      hint: 'Make the first commit.',
    });
  if (isShallow)
    throw new WheelworksError(
      'version/shallow',
      `The clone ${root} is shallow: commits since the last tag cannot be counted.`,
      {
        path: root,
        hint: 'Fetch the whole history: fetch-depth: 0 of actions/checkout, GIT_DEPTH: 0 of GitLab, or git fetch --unshallow --tags.',
      },
    );
}

function shallowNotes({ isShallow }: Repository, { kind }: VersionRequest): readonly VersionNote[] {
  if (!isShallow || kind === 'custom') return [];
  return [
    {
      code: 'shallow',
      message:
        'the clone is shallow: tags of released versions and earlier candidates may be missing',
    },
  ];
}

/** Of tags on one commit the greatest version counts. */
async function startOf(
  reachable: readonly VersionTag[],
  repository: Repository,
  request: VersionRequest,
): Promise<{ readonly start: Version | undefined; readonly notes: readonly VersionNote[] }> {
  if (request.from !== 'tags') return { start: undefined, notes: [] };
  const nearest = await nearestTag(repository.root, namesOf(reachable), request.git);
  const commit = reachable.find(({ name }) => name === nearest?.tag)?.commit;
  const [first, ...rest] = reachable
    .filter((tag) => tag.commit === commit)
    .map(({ version }) => version);
  if (nearest === undefined || first === undefined) return { start: undefined, notes: [] };
  const tagged = greatest([first, ...rest]);
  const isHere = nearest.distance === 0 && !repository.isDirty;
  const keeps = isHere && !isPrerelease(tagged) && request.kind === 'stable';
  const start = keeps ? baseOf(tagged) : afterTag(tagged, request);
  const beyond = reachable.find(({ version }) => compareVersions(version, tagged) > 0);
  return {
    start,
    notes:
      beyond === undefined
        ? []
        : [
            {
              code: 'greater-tag',
              message: `the nearest tag is ${nearest.tag}, though ${beyond.name} is in the history, too`,
            },
          ],
  };
}

function afterTag(tagged: Version, { bump }: VersionRequest): Version {
  const next = releaseAfter(tagged, 'patch');
  if (bump === undefined || bump === 'patch') return next;
  // A candidate of 2.0.0 is on its way to 2.0.0 whichever number goes up.
  return isPrerelease(tagged) ? next : bumped(tagged, bump);
}

/**
 * Tags of candidates of the version that is being made do not count: the numbers of development versions would start
 * again at each of them, and the order of versions would no longer be that of commits.
 */
function isBefore(tag: Version, target: Version): boolean {
  return !(isSameRelease(tag, target) && isPrerelease(tag));
}

function namesOf(tags: readonly VersionTag[]): readonly string[] {
  return tags.map(({ name }) => name);
}
