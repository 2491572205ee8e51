/** What no version may be. */
import { compareVersions, formatVersion, localVersion, type Version } from '../packaging/index.ts';
import { WheelworksError } from '../support/errors.ts';
import type { ComputedVersion, VersionRequest } from './compute.ts';
import { nextVersions } from './next.ts';
import { holdersOf } from './released.ts';

/**
 * Refuses what an index would refuse, and what is released already.
 * @param headTags versions that HEAD is tagged with: such a version is being released right now.
 * @throws WheelworksError `version/local-for-index`, `version/dirty`, `version/already-released`.
 */
export function refuseResult(
  result: ComputedVersion,
  request: VersionRequest,
  headTags: readonly Version[],
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
  if (holders.length === 0) return;
  const next = nextVersions(result.version, {
    scheme: request.rcScheme,
    date: request.date,
    known: result.known.map(({ version }) => version),
  }).map(({ kind, version }) => `${kind} ${formatVersion(version)}`);
  throw new WheelworksError('version/already-released', `${text} is released already.`, {
    evidence: holders.join('\n'),
    hint: `Raise the version (--bump patch, or in the file). Next could be: ${next.join(', ')}.`,
  });
}
