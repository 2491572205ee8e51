/** What promotion does to one file, found out without writing anything. */
import { compareVersions, makeSdistFilename, normalizeName } from '../packaging/index.ts';
import type { ErrorReport } from '../support/errors.ts';
import { hashFile } from '../support/hash.ts';
import { planSdist } from './plan-sdist.ts';
import { planWheel } from './plan-wheel.ts';
import type { Place, Unsearched } from './remaining/places.ts';
import type { KnownClean } from './remaining/known-clean.ts';
import type { Screen } from './remaining/screen/screen.ts';
import type { SetMember } from './set/member.ts';
import type { RewrittenRequirement } from './text/requirement-pins.ts';
import { spellingsOf, type Spellings } from './text/spellings.ts';
import { isFinal, type VersionChange, type VersionChanges } from './version-change.ts';

/** A text file before and after. Paths are those of the distribution: `pkg-1.0.dist-info/METADATA`. */
export interface TextChange {
  readonly from: string;
  readonly to: string;
  readonly before: Uint8Array;
  readonly after: Uint8Array;
}

/** A folder or file that gets another name. */
export interface Rename {
  readonly from: string;
  readonly to: string;
}

/** What is inside a distribution, before and after. */
export interface ContentPlan {
  /** Of the file that was looked into, in hexadecimal. */
  readonly sha256: string;
  readonly changes: readonly TextChange[];
  readonly renames: readonly Rename[];
  readonly requirements: readonly RewrittenRequirement[];
  readonly places: readonly Place[];
  /** Compressed contents that nobody looked into. */
  readonly unsearched: readonly Unsearched[];
  /** Files that are taken over as they are. */
  readonly unchanged: number;
  /** Files that vouched for the old bytes and are left out. */
  readonly dropped: readonly string[];
}

/** One file of the plan. */
export interface PlannedFile extends ContentPlan {
  readonly member: SetMember;
  /** Undefined for a file that goes along as it is. */
  readonly change?: VersionChange;
  /** Name of the new file. */
  readonly output: string;
}

/** A place where the old version stays, and whether that was allowed. */
export interface RemainingPlace extends Place {
  readonly allowed: boolean;
}

/** A file of the set with what stays in it. */
export interface PromotionFile extends PlannedFile {
  readonly remaining: readonly RemainingPlace[];
}

/** How files are changed and searched. */
export interface ContentOptions {
  readonly changes: VersionChanges;
  readonly isDeclared: (path: string) => boolean;
  /** Both for {@link searchedVersions}. */
  readonly screen: Screen;
  readonly known: KnownClean;
  readonly jobs: number;
  readonly signal: AbortSignal;
}

/** What the two kinds of distributions are told. */
export interface ContentRequest extends ContentOptions {
  readonly path: string;
  readonly own: VersionChange;
  /** What must not be left anywhere. */
  readonly searched: readonly Spellings[];
}

/**
 * Plans one file of the set.
 * @throws WheelworksError for what cannot be read `wheel/*`, `zip/*`, `tar/*`, `file/*`.
 */
export async function planFile(
  member: SetMember,
  change: VersionChange | undefined,
  options: ContentOptions,
): Promise<PlannedFile> {
  if (change === undefined) {
    const { sha256 } = await hashFile(member.path);
    return { member, output: member.filename, ...UNCHANGED, sha256 };
  }
  const request = {
    ...options,
    path: member.path,
    own: change,
    searched: searchedVersions(options.changes),
  };
  const content = member.kind === 'wheel' ? await planWheel(request) : await planSdist(request);
  return { member, change, output: outputName(member, change), ...content };
}

const UNCHANGED: Omit<ContentPlan, 'sha256'> = {
  changes: [],
  renames: [],
  requirements: [],
  places: [],
  unsearched: [],
  unchanged: 0,
  dropped: [],
};

/** The numbers of a plain release are everywhere, and mean other things there: only what names a build is searched for. */
export function searchedVersions(changes: VersionChanges): readonly Spellings[] {
  const wanted = new Map(
    [...changes.values()]
      .filter(({ from, to }) => !isFinal(from) && compareVersions(from, to) !== 0)
      .map(({ from, fromText }) => [fromText, spellingsOf(from)]),
  );
  return [...wanted.values()];
}

function outputName(member: SetMember, { to, toText }: VersionChange): string {
  const { kind, filename, fileStem, versionText } = member;
  if (kind === 'sdist') return makeSdistFilename(fileStem, to);
  return `${fileStem}-${toText}${filename.slice(`${fileStem}-${versionText}`.length)}`;
}

/** What requirements on members keep the set from being installed. */
export function requirementProblems(files: readonly PlannedFile[]): readonly ErrorReport[] {
  return files.flatMap(({ member, requirements }) => {
    const excluded = requirements.filter(({ outcome }) => outcome === 'excludes');
    return excluded.map(({ before, change }): ErrorReport => ({
      code: 'promote/pin-excludes',
      message: `${member.filename} asks for a ${change?.project ?? ''} that ${change?.toText ?? ''} is not.`,
      path: member.path,
      evidence: `Requires-Dist: ${before}`,
      hint: 'The promoted set could not be installed: correct the requirement where it is written, and build again.',
    }));
  });
}

/** Requirements that stay as they are, each told once. */
export function requirementNotes(files: readonly PlannedFile[]): readonly string[] {
  const notes = files.flatMap(({ member, requirements }) =>
    requirements.flatMap(({ before, outcome, change }) => {
      if (outcome === 'holds')
        return [
          `${normalizeName(member.project)}: ${before} stays: it takes ${change?.toText ?? ''}`,
        ];
      return outcome === 'reference'
        ? [
            `${normalizeName(member.project)}: ${before} is a direct reference, which no index takes`,
          ]
        : [];
    }),
  );
  return [...new Set(notes)];
}
