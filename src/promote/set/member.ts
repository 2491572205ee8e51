/** The distributions of a set, as their names and metadata tell of them. */
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import {
  formatTag,
  formatVersion,
  metadataView,
  normalizeName,
  parseMetadata,
  tryParseVersion,
  compareVersions,
  type MetadataView,
  type Version,
} from '../../packaging/index.ts';
import { WheelworksError, fileError, type ErrorReport } from '../../support/errors.ts';
import {
  directoryAgrees,
  distributionKind,
  openSdist,
  readMetadata,
  withWheel,
} from '../../wheel/index.ts';
import { splitRole } from '../../wheel/split/index.ts';
import { recordedCommits, type RecordedCommit } from './commits.ts';
import type { JoinedWheel } from './joined.ts';

/** One file of a set. */
export interface SetMember {
  /** As it was given. */
  readonly path: string;
  readonly filename: string;
  readonly kind: 'wheel' | 'sdist';
  readonly size: number;
  /** Normalised. */
  readonly project: string;
  /** As file names spell it. */
  readonly fileStem: string;
  readonly version: Version;
  /** As the file name spells it. */
  readonly versionText: string;
  readonly metadata: MetadataView;
  /** Tags and build number of a wheel; `sdist`. Two files of one release must not share them. */
  readonly slot: string;
  readonly commits: readonly RecordedCommit[];
  /** Signatures and attestations that lie beside it, by name. */
  readonly sidecars: readonly string[];
  /** The set that it was joined from, and that its successor is split into. */
  readonly split?: JoinedWheel;
  /** What is wrong with it alone. */
  readonly problems: readonly ErrorReport[];
}

/**
 * Reads the names, metadata and recorded commits of a file.
 * @throws WheelworksError `promote/sdist-format`, and for what cannot be opened `wheel/*`, `zip/*`, `sdist/*`, `tar/*`,
 *   `packaging/*`, `distribution/unknown-kind`, `file/*`.
 */
export async function readSetMember(path: string): Promise<SetMember> {
  return distributionKind(path) === 'wheel' ? readWheelMember(path) : readSdistMember(path);
}

/**
 * The original of a set as a member. What vouches for the set's wheels lies beside those.
 * @throws WheelworksError as {@link readSetMember}.
 */
export async function readJoinedMember(split: JoinedWheel): Promise<SetMember> {
  const member = await readSetMember(split.path);
  const sidecars = await Promise.all(
    [split.main, ...split.parts].map(({ path }) => sidecarsOf(path)),
  );
  return { ...member, split, sidecars: sidecars.flat() };
}

async function readWheelMember(path: string): Promise<SetMember> {
  return withWheel(path, async (wheel) => {
    const { filename, distInfo } = wheel;
    const metadata = metadataView(await readMetadata(wheel));
    const project = normalizeName(metadata.name ?? filename.name);
    const isCanonical =
      filename.versionText === formatVersion(filename.version) &&
      distInfo === `${filename.name}-${filename.versionText}.dist-info`;
    return {
      path,
      filename: basename(path),
      kind: 'wheel',
      size: wheel.archive.size,
      project,
      fileStem: filename.name,
      version: filename.version,
      versionText: filename.versionText,
      metadata,
      slot: `${filename.build?.text ?? ''} ${filename.tags.tags.map(formatTag).toSorted().join(' ')}`,
      commits: await recordedCommits(wheel),
      sidecars: await sidecarsOf(path),
      problems: [
        ...metadataProblems(path, metadata, { project: filename.name, version: filename.version }),
        ...(isCanonical && directoryAgrees(distInfo, filename)
          ? []
          : [notCanonical(path, `${basename(path)}, ${distInfo}`)]),
        ...(splitRole(wheel) === undefined ? [] : [ofSplitSet(path)]),
      ],
    };
  });
}

/** Its pins, digests and chunks are of the candidate: another version on it would be a set that does not install. */
function ofSplitSet(path: string): ErrorReport {
  return {
    code: 'promote/split-set',
    message: `${basename(path)} is of a split set, whose wheels name each other with version and digest.`,
    path,
    hint: 'Give `wheelworks promote` the whole set, the main wheel with its parts. Other versions: `wheelworks join`, then the original wheel, and split that again.',
  };
}

async function readSdistMember(path: string): Promise<SetMember> {
  const sdist = await openSdist(path);
  if (sdist.filename.extension !== '.tar.gz')
    throw new WheelworksError('promote/sdist-format', `${basename(path)} is no .tar.gz file.`, {
      path,
      hint: 'Indexes take no other sdists any more (PEP 625): build it again.',
    });
  const { filename, topDirectory } = sdist;
  const metadata = metadataView(parseMetadata(sdist.pkgInfo));
  const { size } = await stat(path).catch((error: unknown) => {
    throw fileError(error, path);
  });
  const isCanonical =
    filename.versionText === formatVersion(filename.version) &&
    topDirectory === `${filename.name}-${filename.versionText}`;
  return {
    path,
    filename: basename(path),
    kind: 'sdist',
    size,
    project: filename.normalizedName,
    fileStem: filename.name,
    version: filename.version,
    versionText: filename.versionText,
    metadata,
    slot: 'sdist',
    commits: [],
    sidecars: await sidecarsOf(path),
    problems: [
      ...metadataProblems(path, metadata, { project: filename.name, version: filename.version }),
      ...(isCanonical ? [] : [notCanonical(path, `${basename(path)}, ${topDirectory}/`)]),
    ],
  };
}

function notCanonical(path: string, evidence: string): ErrorReport {
  return {
    code: 'promote/not-canonical',
    message: `${basename(path)} or a folder in it does not spell name and version as its metadata has to.`,
    path,
    evidence,
    hint: 'Build it again with a current backend, or write it anew with: wheelworks retag-version FILE --to VERSION.',
  };
}

function metadataProblems(
  path: string,
  { name, version, dynamic }: MetadataView,
  named: { readonly project: string; readonly version: Version },
): readonly ErrorReport[] {
  const parsed = tryParseVersion(version ?? '');
  const agrees =
    name !== undefined &&
    normalizeName(name) === normalizeName(named.project) &&
    parsed !== undefined &&
    compareVersions(parsed, named.version) === 0;
  const fixed = dynamic.filter((field) => ['name', 'version'].includes(field.toLowerCase()));
  return [
    ...(agrees
      ? []
      : [
          {
            code: 'promote/metadata-disagrees' as const,
            message: `${basename(path)} and its metadata give different names or versions.`,
            path,
            evidence: `metadata: ${name ?? 'no name'} ${version ?? 'no version'}`,
            hint: 'Build it again; wheelworks check tells what else is wrong with it.',
          },
        ]),
    ...(fixed.length === 0
      ? []
      : [
          {
            code: 'promote/dynamic-version' as const,
            message: `${basename(path)} says that its ${fixed.join(' and ').toLowerCase()} may still change.`,
            path,
            evidence: fixed.map((field) => `Dynamic: ${field}`).join(', '),
            hint: 'Name and version may not be dynamic in a distribution (PEP 643): build it again.',
          },
        ]),
  ];
}

const SIDECAR =
  /\.(?:asc|sig|sigstore|sigstore\.json|publish\.attestation|attestation|provenance|intoto\.jsonl|minisig|pem|crt)$/;

/** Files beside a distribution that vouch for its bytes. */
async function sidecarsOf(path: string): Promise<readonly string[]> {
  const name = basename(path);
  const names = await readdir(dirname(resolve(path))).catch(() => []);
  return names.filter((other) => other.startsWith(`${name}.`) && SIDECAR.test(other)).sort();
}
