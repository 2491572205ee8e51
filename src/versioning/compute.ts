/** The version of a project: from files or tags to one version, with everything that speaks against it. */
import { sep } from 'node:path';
import { compareVersions, formatVersion, type Version } from '../packaging/index.ts';
import { isSameRelease } from '../packaging/version-order.ts';
import { WheelworksError } from '../support/errors.ts';
import { allEqual, baseOf, bumped, greatest } from './base.ts';
import { nextCandidate } from './candidate.ts';
import { readVersionFile } from './files/read.ts';
import { gitView, type GitView } from './git-view.ts';
import { customVersion, devVersion } from './kinds.ts';
import type {
  Bump,
  PackageVersion,
  RcScheme,
  VersionFile,
  VersionKind,
  VersionNote,
} from './model.ts';
import { refuseResult } from './refuse.ts';
import type { ReleasedVersion } from './released.ts';
import type { GitOptions } from './git.ts';

/** What is asked. */
export interface VersionRequest {
  /** Where versions are read; empty with `from: 'tags'`. */
  readonly files: readonly VersionFile[];
  readonly from: 'files' | 'tags';
  /** The project's folder: its repository counts when there are no files. */
  readonly folder: string;
  readonly kind: VersionKind;
  /** Of `custom`. */
  readonly suffix: string;
  readonly rcScheme: RcScheme;
  /** Goes on from the base to the next release; by default only tags are gone on from, to the next patch. */
  readonly bump?: Bump;
  /** The day of a candidate. */
  readonly date: Date;
  readonly tagPatterns: readonly string[];
  /** The package's name where no file tells it; also `{name}` in patterns of tags. */
  readonly name?: string;
  /** Refuses what a public index would: local labels, a dirty tree. */
  readonly forIndex: boolean;
  /** Whether a development version carries its commit. */
  readonly withCommit: boolean;
  /** Absolute paths that are about to be written: their changes are not the user's. */
  readonly written: readonly string[];
  /** Whether an index or a list is asked, too, so that tags are not all there is to know. */
  readonly asksReleased: boolean;
  /** Only looked at: what is released already is no reason to refuse. */
  readonly isQuestion: boolean;
  readonly git: GitOptions;
}

/** What came of it. */
export interface ComputedVersion {
  readonly version: Version;
  readonly base: Version;
  readonly kind: VersionKind;
  readonly packages: readonly PackageVersion[];
  /** Null outside of a repository. */
  readonly commit: string | null;
  readonly isDirty: boolean | null;
  /** The nearest tag and the commits since; null where they were not asked for. */
  readonly tag: string | null;
  readonly distance: number | null;
  readonly notes: readonly VersionNote[];
  /** Every version that is known to be taken, by tags too. */
  readonly known: readonly ReleasedVersion[];
}

/** Tells what is taken of some packages. */
export type ReadReleased = (
  packages: readonly PackageVersion[],
) => Promise<readonly ReleasedVersion[]>;

/**
 * Computes the version.
 * @throws WheelworksError `version/*`, `file/*`, and whatever `readReleased` throws.
 */
export async function computeVersion(
  request: VersionRequest,
  readReleased: ReadReleased,
): Promise<ComputedVersion> {
  const fromFiles = await readPackages(request.files);
  const view = await gitView(request, fromFiles);
  const packages = fromFiles.length > 0 ? fromFiles : [packageOfTags(view, request)];
  const released = await readReleased(packages);
  const base = chosenBase(packages, request);
  const known = [...released, ...view.taken];
  const version = versionOf(base, view, { request, known: known.map((each) => each.version) });
  const result: ComputedVersion = {
    version,
    base,
    kind: request.kind,
    packages,
    commit: view.repository?.commit ?? null,
    isDirty: view.repository?.isDirty ?? null,
    tag: view.nearest?.tag ?? null,
    distance: view.distance ?? null,
    notes: [...view.notes, ...notesOf(packages, { version, base, known, request, view })],
    known,
  };
  refuseResult(result, request, view);
  return result;
}

async function readPackages(files: readonly VersionFile[]): Promise<readonly PackageVersion[]> {
  const read = await Promise.all(files.map((each) => readVersionFile(each)));
  return read.map((each, index) => {
    const others = read.filter((other) => other.name === each.name && other !== each);
    const isFirst = read.findIndex(({ name }) => name === each.name) === index;
    return isFirst ? each : { ...each, name: `${each.name} (${labelOf(each, others)})` };
  });
}

/** Several files of one package are told apart by their way from the folder they share; places in one file by the key. */
function labelOf({ path, key }: PackageVersion, others: readonly PackageVersion[]): string {
  const words = pathWords(path);
  const strangers = others.map((other) => pathWords(other.path));
  const fork = words.findIndex((word, index) => strangers.some((other) => other[index] !== word));
  const label = words.slice(fork === -1 ? -1 : fork).join('/');
  const isShared = others.some((other) => other.path === path);
  return isShared && key !== null ? `${label}#${key}` : label;
}

function pathWords(path: string | null): readonly string[] {
  return (path ?? '').split(sep);
}

function packageOfTags(view: GitView, request: VersionRequest): PackageVersion {
  const { start, nearest } = view;
  if (start === undefined)
    throw new WheelworksError('version/no-tags', 'No tag in the history of HEAD names a version.', {
      path: view.repository?.root ?? request.folder,
      evidence: `patterns: ${request.tagPatterns.join(', ')}`,
      hint: 'Fetch the tags (git fetch --tags), give the pattern of yours with --tag-pattern, or name a version file.',
    });
  const text = nearest?.tag ?? formatVersion(start);
  const project = request.name ?? null;
  const name = project ?? 'project';
  return { name, project, path: null, key: null, text, version: start, base: baseOf(start) };
}

function chosenBase(packages: readonly PackageVersion[], { bump, from }: VersionRequest): Version {
  const [first, ...rest] = packages.map(({ base }) => base);
  if (first === undefined) throw new Error('There is always a package.');
  const base = greatest([first, ...rest]);
  return bump === undefined || from === 'tags' ? base : bumped(base, bump);
}

function versionOf(
  base: Version,
  view: GitView,
  { request, known }: { readonly request: VersionRequest; readonly known: readonly Version[] },
): Version {
  switch (request.kind) {
    case 'stable':
      return base;
    case 'rc':
      return nextCandidate(base, { scheme: request.rcScheme, date: request.date, known });
    case 'custom':
      return customVersion(base, request.suffix);
    case 'dev': {
      const { repository, distance } = view;
      if (repository?.commit === undefined || distance === undefined)
        throw new Error('git was asked for a development version.');
      const commit = request.withCommit ? repository.commit : undefined;
      return devVersion(base, { distance, commit, isDirty: repository.isDirty });
    }
  }
}

interface NoteInputs {
  readonly version: Version;
  readonly base: Version;
  readonly known: readonly ReleasedVersion[];
  readonly request: VersionRequest;
  readonly view: GitView;
}

function notesOf(packages: readonly PackageVersion[], inputs: NoteInputs): readonly VersionNote[] {
  const { version, request, view } = inputs;
  const notes: VersionNote[] = [];
  if (!allEqual(packages.map((each) => each.base))) {
    const list = packages.map((each) => `${each.name} ${formatVersion(each.base)}`).join(', ');
    notes.push({
      code: 'disagreement',
      message: `the packages disagree (${list}); the greatest counts`,
    });
  }
  for (const { name, version: own } of packages)
    if (own.local !== undefined)
      notes.push({
        code: 'dropped',
        message: `the local label of ${name} ${formatVersion(own)} is left out`,
      });
  const later = laterThan(inputs);
  if (later !== undefined)
    notes.push({
      code: 'behind',
      message: `${formatVersion(version)} comes before ${formatVersion(later.version)}, which is there already (${later.where}): raise the version in the file, or use --bump`,
    });
  // A development version says so itself.
  if (view.repository?.isDirty === true && request.kind !== 'dev')
    notes.push({
      code: 'dirty',
      message:
        'there are changes that are not committed: this version will not be that of a commit',
    });
  return notes;
}

/**
 * The greatest version that is there already and that this one comes before: of its own release wherever it is, of any
 * release where a tag in the history of HEAD has it. Of a release line beside it (3.12.1 when 3.13.0 is out) nothing is
 * told: its tags are on another branch. A version from tags is judged where it is made.
 */
function laterThan(inputs: NoteInputs): ReleasedVersion | undefined {
  const { version, base, known, request, view } = inputs;
  const ofRelease = known.filter((each) => isSameRelease(each.version, base));
  const candidates = request.from === 'tags' ? ofRelease : [...ofRelease, ...view.inHistory];
  return candidates
    .filter(
      (each) => each.version.local === undefined && compareVersions(each.version, version) > 0,
    )
    .reduce<ReleasedVersion | undefined>(
      (best, each) =>
        best === undefined || compareVersions(each.version, best.version) > 0 ? each : best,
      undefined,
    );
}
