/** What no version may be. */
import {
  compareVersions,
  formatVersion,
  isPrerelease,
  localVersion,
  type Version,
} from '../packaging/index.ts';
import { isSameRelease } from '../packaging/version-order.ts';
import { WheelworksError } from '../support/errors.ts';
import type { ComputedVersion, VersionRequest } from './compute.ts';
import type { GitView } from './git-view.ts';
import { nextVersions } from './next.ts';
import { holdersOf, type ReleasedVersion } from './released.ts';

/**
 * Refuses what an index would refuse, and what is released already.
 * @param view what git says; a version that HEAD is tagged with is being released right now.
 * @throws WheelworksError `version/local-for-index`, `version/dirty`, `version/already-released`, `version/shallow`.
 */
export function refuseResult(
  result: ComputedVersion,
  request: VersionRequest,
  { headTags, repository }: GitView,
): void {
  const text = formatVersion(result.version);
  if (request.forIndex && localVersion(result.version) !== undefined)
    throw new WheelworksError('version/local-for-index', `No public index takes ${text}.`, {
      evidence: `+${localVersion(result.version)}`,
      hint:
        request.kind === 'dev'
          ? 'Leave the commit out with --no-commit, or keep this build off public indexes.'
          : 'Leave the part after the + out of the suffix (PEP 440, local version identifiers).',
    });
  if (request.forIndex && result.isDirty === true)
    throw new WheelworksError('version/dirty', 'There are changes that are not committed.', {
      ...(result.commit === null ? {} : { evidence: result.commit }),
      hint: 'Commit or stash them: what an index has should be a commit.',
    });
  if (request.isQuestion) return;
  const isHere =
    result.isDirty !== true && headTags.some((each) => compareVersions(each, result.version) === 0);
  const holders = holdersOf(result.version, result.known).filter(
    (where) => !(isHere && where.startsWith('tag ')),
  );
  const final = finalOf(result.version, result.known);
  if (holders.length === 0 && final === undefined) {
    if (repository?.isShallow === true && !isHere) refuseShallow(request, repository.root);
    return;
  }
  const next = nextVersions(result.version, {
    scheme: request.rcScheme,
    date: request.date,
    known: result.known.map(({ version }) => version),
  }).map(({ kind, version }) => `${kind} ${formatVersion(version)}`);
  const message =
    holders.length > 0 || final === undefined
      ? `${text} is released already.`
      : `${text} would come after its release: ${formatVersion(final.version)} is released already.`;
  throw new WheelworksError('version/already-released', message, {
    evidence: holders.length > 0 ? holders.join('\n') : (final?.where ?? ''),
    hint: `Raise the version (--bump patch, or in the file). Next could be: ${next.join(', ')}.`,
  });
}

/** The release that a candidate leads to, when it is out. */
function finalOf(version: Version, known: readonly ReleasedVersion[]): ReleasedVersion | undefined {
  const isCandidate =
    version.pre !== undefined && version.dev === undefined && version.post === undefined;
  if (!isCandidate) return undefined;
  return known.find(
    (each) =>
      isSameRelease(each.version, version) &&
      each.version.local === undefined &&
      (!isPrerelease(each.version) || each.version.post !== undefined),
  );
}

/** Development versions are refused before; a suffix of the user's own is theirs to judge. */
function refuseShallow({ kind, asksReleased }: VersionRequest, root: string): void {
  if (asksReleased || (kind !== 'stable' && kind !== 'rc')) return;
  throw new WheelworksError(
    'version/shallow',
    `The clone ${root} is shallow: tags that say what is released may be missing.`,
    {
      path: root,
      hint: 'Fetch the whole history: fetch-depth: 0 of actions/checkout, GIT_DEPTH: 0 of GitLab, or git fetch --unshallow --tags. With --index or --released, that is what counts.',
    },
  );
}
