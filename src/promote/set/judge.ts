/** Whether the files are one set that can be promoted: every reason against it, at once. */
import { compareVersions, formatVersion, type Version } from '../../packaging/index.ts';
import type { ErrorReport } from '../../support/errors.ts';
import { groupBy } from '../../support/group-by.ts';
import {
  baseKey,
  isCandidate,
  isFinal,
  isOneRelease,
  promotedVersion,
  versionChange,
  type PromotionTarget,
  type VersionChange,
  type VersionChanges,
} from '../version-change.ts';
import { isSameCommit } from './commits.ts';
import type { SetMember } from './member.ts';

/** A file name that a plan promises. */
export interface ExpectedName {
  readonly job: string;
  readonly pattern: string;
  readonly matches: (filename: string) => boolean;
}

/** What the set is held against. */
export interface SetRules {
  readonly target: PromotionTarget;
  /** Packages may be of different releases and candidates. */
  readonly versionsMayDiffer: boolean;
  /** Files that are final already go along as they are. */
  readonly alreadyFinal: boolean;
  /** The commit that everything must be from, where one is recorded. */
  readonly commit?: string;
  /** Of a plan; empty without one. */
  readonly expected: readonly ExpectedName[];
}

/** The verdict on a set. */
export interface SetVerdict {
  /** Of the packages that change. */
  readonly changes: VersionChanges;
  /** Files that go along unchanged. */
  readonly kept: ReadonlySet<SetMember>;
  /** The commit that all recorded ones agree on. */
  readonly commit?: string;
  readonly problems: readonly ErrorReport[];
  readonly notes: readonly string[];
}

/** Judges names, versions, commits and completeness; looks into no file. */
export function judgeSet(members: readonly SetMember[], rules: SetRules): SetVerdict {
  const kept = new Set(
    members.filter((member) => rules.alreadyFinal && isAlready(member.version, rules.target)),
  );
  const changing = members.filter((member) => !kept.has(member));
  const unfit = changing.flatMap((member) => unfitReason(member, rules));
  const byProject = groupBy(changing, ({ project }) => project);
  const changes = new Map<string, VersionChange>();
  for (const [project, [first]] of byProject) {
    if (first === undefined) continue;
    const to = promotedVersion(first.version, rules.target);
    if (to !== undefined) changes.set(project, versionChange(project, first.version, to));
  }
  const commit =
    rules.commit?.toLowerCase() ?? members.flatMap((member) => member.commits)[0]?.commit;
  return {
    changes,
    kept,
    ...(commit === undefined ? {} : { commit }),
    problems: [
      ...members.flatMap(({ problems }) => problems),
      ...duplicates(members),
      ...unfit,
      ...[...byProject.values()].flatMap(differentCandidates),
      ...(rules.versionsMayDiffer || unfit.length > 0 ? [] : differentReleases(changing)),
      ...differentCommits(members, commit, rules),
      ...missing(members, rules.expected, changes),
    ],
    notes: [
      ...sidecarNotes(members),
      ...commitNotes(members),
      ...unplannedNotes(members, rules.expected, changes),
    ],
  };
}

/** Whether a version is what the target would make of it. */
function isAlready(version: Version, target: PromotionTarget): boolean {
  if (target.kind === 'final') return isFinal(version);
  const to = promotedVersion(version, target);
  return to !== undefined && compareVersions(version, to) === 0;
}

function unfitReason(
  { path, filename, version }: SetMember,
  { target }: SetRules,
): readonly ErrorReport[] {
  const text = formatVersion(version);
  if (isAlready(version, target))
    return [
      {
        code: 'promote/already-final',
        message: `${filename} is ${text} already: there is nothing to promote.`,
        path,
        hint: 'Take it along unchanged with --already-final, or leave it out.',
      },
    ];
  if (target.kind === 'version' && !isOneRelease(version, target.version))
    return [
      {
        code: 'promote/other-release',
        message: `${filename} is no candidate of ${formatVersion(target.version)}.`,
        path,
        evidence: `its version is ${text}`,
        hint: 'Promote it on its own, or give --to final, which makes of each candidate its own release.',
      },
    ];
  const isPost =
    target.kind === 'post' || (target.kind === 'version' && target.version.post !== undefined);
  const isFit = isCandidate(version) || (isPost && isRelease(version));
  if (isFit) return [];
  return [
    {
      code: 'promote/not-a-candidate',
      message: `${filename} is ${kindOf(version)}, not a release candidate.`,
      path,
      evidence: `version ${text}`,
      hint: 'Promote what was built and tested as rcN. A single file gets any version with wheelworks retag-version.',
    },
  ];
}

function isRelease(version: Version): boolean {
  return isFinal({ ...version, post: undefined });
}

function kindOf({ pre, post, dev, local }: Version): string {
  if (local !== undefined) return 'a local build';
  if (dev !== undefined) return 'a development version';
  if (post !== undefined) return 'a post-release';
  if (pre !== undefined)
    return pre.kind === 'a' ? 'an alpha' : pre.kind === 'b' ? 'a beta' : 'a candidate';
  return 'a release';
}

function duplicates(members: readonly SetMember[]): readonly ErrorReport[] {
  const groups = groupBy(members, ({ project, slot, version }) =>
    slot === 'sdist' ? `${project} sdist` : `${project} ${formatVersion(version)} ${slot}`,
  );
  return [...groups.values()].flatMap((group) =>
    group.length < 2
      ? []
      : [
          {
            code: 'promote/duplicate-file' as const,
            message: `${group.length} files of the set would be ${group[0]?.kind === 'sdist' ? 'the sdist' : 'one wheel'} of ${group[0]?.project ?? ''}.`,
            evidence: group.map(({ path }) => path).join('\n'),
            hint: 'Give one of them.',
          },
        ],
  );
}

/** All files of one package are of one candidate. */
function differentCandidates(members: readonly SetMember[]): readonly ErrorReport[] {
  const versions = groupBy(members, ({ version }) => formatVersion(version));
  if (versions.size < 2) return [];
  return [
    {
      code: 'promote/mixed-candidates',
      message: `The files of ${members[0]?.project ?? ''} are of ${versions.size} versions.`,
      evidence: [...versions]
        .map(([version, of]) => `${version}: ${of.map(({ filename }) => filename).join(', ')}`)
        .join('\n'),
      hint: 'Promote the files of one candidate: those that were tested together.',
    },
  ];
}

/** Packages of one set have one release, and one candidate of it. */
function differentReleases(members: readonly SetMember[]): readonly ErrorReport[] {
  const projects = [...groupBy(members, ({ project }) => project)].map(([project, [first]]) => ({
    project,
    version: first?.version,
  }));
  const keys = new Set(
    projects.map(({ version }) =>
      version === undefined
        ? ''
        : `${baseKey(version)} ${version.pre?.kind ?? ''}${version.pre?.number ?? ''}`,
    ),
  );
  if (keys.size < 2) return [];
  return [
    {
      code: 'promote/different-versions',
      message: 'The packages of the set are not of one version.',
      evidence: projects
        .map(
          ({ project, version }) =>
            `${project} ${version === undefined ? '' : formatVersion(version)}`,
        )
        .join('\n'),
      hint: 'Promote packages of one candidate, or say that they differ on purpose: --versions-may-differ.',
    },
  ];
}

function differentCommits(
  members: readonly SetMember[],
  commit: string | undefined,
  { commit: wanted }: SetRules,
): readonly ErrorReport[] {
  if (commit === undefined) return [];
  if (wanted !== undefined && members.every(({ commits }) => commits.length === 0))
    return [
      {
        code: 'promote/different-commits',
        message: `No file of the set records its commit: that they are from ${wanted} cannot be verified.`,
        hint: 'Leave --commit out, or have the build write the commit into a version file.',
      },
    ];
  const others = members.flatMap(({ filename, commits }) =>
    commits
      .filter((recorded) => !isSameCommit(recorded.commit, commit))
      .map((recorded) => `${filename}: ${recorded.commit} in ${recorded.where}`),
  );
  if (others.length === 0) return [];
  return [
    {
      code: 'promote/different-commits',
      message:
        wanted === undefined
          ? 'The files of the set were built from different commits.'
          : `Files of the set were not built from ${wanted}.`,
      evidence: [`${commit}${wanted === undefined ? ' in the others' : ' wanted'}`, ...others]
        .slice(0, MOST_SHOWN)
        .join('\n'),
      hint: 'Build all of them from one commit, as one candidate.',
    },
  ];
}

const MOST_SHOWN = 12;

function missing(
  members: readonly SetMember[],
  expected: readonly ExpectedName[],
  changes: VersionChanges,
): readonly ErrorReport[] {
  const absent = expected.filter(
    (each) => !members.some((member) => isExpected(member, each, changes)),
  );
  if (absent.length === 0) return [];
  return [
    {
      code: 'promote/incomplete-set',
      message: `${absent.length} of the ${expected.length} files that the plan asks for are not in the set.`,
      evidence: absent.map(({ job, pattern }) => `${job}: ${pattern}`).join('\n'),
      hint: 'Build what is missing from the same commit, or take it out of the plan.',
    },
  ];
}

/** A plan may be of the candidate or of the release. */
function isExpected(
  { filename, fileStem, project }: SetMember,
  { matches }: ExpectedName,
  changes: VersionChanges,
): boolean {
  if (matches(filename)) return true;
  const change = changes.get(project);
  return (
    change !== undefined &&
    matches(filename.replace(`${fileStem}-${change.fromText}`, `${fileStem}-${change.toText}`))
  );
}

function unplannedNotes(
  members: readonly SetMember[],
  expected: readonly ExpectedName[],
  changes: VersionChanges,
): readonly string[] {
  if (expected.length === 0) return [];
  return members
    .filter(({ kind }) => kind === 'wheel')
    .filter((member) => !expected.some((each) => isExpected(member, each, changes)))
    .map(({ filename }) => `no job of the plan makes ${filename}`);
}

function sidecarNotes(members: readonly SetMember[]): readonly string[] {
  const sidecars = members.flatMap((member) => member.sidecars);
  if (sidecars.length === 0) return [];
  const shown = sidecars.slice(0, 3).join(', ') + (sidecars.length > 3 ? ', ...' : '');
  return [
    `${sidecars.length} signature${sidecars.length === 1 ? '' : 's'} or attestation${sidecars.length === 1 ? '' : 's'} beside the files (${shown}) are of the candidates' bytes and do not apply any more: sign the promoted files`,
  ];
}

/** Wheels that a note names. */
const MOST_NAMED = 12;

function commitNotes(members: readonly SetMember[]): readonly string[] {
  const wheels = members.filter(({ kind }) => kind === 'wheel');
  const without = wheels.filter(({ commits }) => commits.length === 0);
  if (without.length === 0) return [];
  const shown = without.slice(0, MOST_NAMED).map(({ filename }) => filename);
  const more = without.length - shown.length;
  return [
    `${without.length} of ${wheels.length} wheels record no commit: that they are from one could not be verified${
      without.length === wheels.length
        ? ''
        : ` (${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''})`
    }`,
  ];
}
