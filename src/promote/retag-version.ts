/** Another version for single files, whatever theirs is: the same transform as a promotion, without the rules for sets. */
import { join } from 'node:path';
import type { Version } from '../packaging/index.ts';
import { WheelworksError } from '../support/errors.ts';
import { planFile, searchedVersions, type ContentOptions, type PlannedFile } from './plan-file.ts';
import { contentNotes, judgePlaces, type PromotionPlan, type PromotionRequest } from './plan.ts';
import { remainingProblems } from './remaining/report.ts';
import { knownClean } from './remaining/known-clean.ts';
import { openScreen } from './remaining/screen/screen.ts';
import { readSetMember, type SetMember } from './set/member.ts';
import { versionChange, type VersionChange } from './version-change.ts';
import { writePromotedSdist } from './write-sdist.ts';
import { writePromotedWheel, type WriteOptions } from './write-wheel.ts';

/** What a file's version is changed to and how. */
export interface RetagVersionRequest extends Pick<
  PromotionRequest,
  'isDeclared' | 'isAllowed' | 'cache' | 'jobs' | 'signal'
> {
  readonly path: string;
  readonly to: Version;
}

/**
 * The plan for one file. Requirements of the package on itself move along; those on others stay.
 * @throws WheelworksError `promote/same-version`, `promote/metadata-disagrees`, `promote/sdist-format`, and for what cannot
 *   be read `wheel/*`, `zip/*`, `sdist/*`, `tar/*`, `packaging/*`, `distribution/unknown-kind`, `file/*`.
 */
export async function planRetagVersion(request: RetagVersionRequest): Promise<PromotionPlan> {
  const { path, to } = request;
  const member = await readSetMember(path);
  const change = versionChange(member.project, member.version, to);
  const disagrees = member.problems.find(({ code }) => code !== 'promote/not-canonical');
  if (disagrees !== undefined)
    throw new WheelworksError(disagrees.code, disagrees.message, disagrees);
  if (change.toText === member.versionText)
    throw new WheelworksError(
      'promote/same-version',
      `${member.filename} has this version already.`,
      {
        path,
        hint: 'Give another version with --to.',
      },
    );
  const changes = new Map([[member.project, change]]);
  const known = knownClean(request.cache, searchedVersions(changes));
  const planned = await planAlone(member, change, { ...request, changes, known });
  const file = { ...planned, remaining: judgePlaces(planned, request) };
  return {
    files: [file],
    changes,
    problems: remainingProblems([file]),
    notes: [
      ...(member.sidecars.length === 0
        ? []
        : [
            `${member.sidecars.join(', ')} beside it: of the old bytes, they do not apply to the new file`,
          ]),
      ...contentNotes(file),
    ],
  };
}

async function planAlone(
  member: SetMember,
  change: VersionChange,
  options: Omit<ContentOptions, 'screen'>,
): Promise<PlannedFile> {
  const screen = openScreen(searchedVersions(options.changes), options);
  try {
    return await planFile(member, change, { ...options, screen });
  } finally {
    await screen.close();
  }
}

/** How {@link writeRetagged} writes. */
export type WriteRetaggedOptions = Pick<
  WriteOptions,
  'modified' | 'jobs' | 'signal' | 'onProgress'
>;

/**
 * Writes the one file of a plan into a folder; the input stays.
 * @returns the path of the new file
 * @throws WheelworksError `file/exists`, `promote/unverified`, `wheel/*`, `zip/*`, `tar/*`, `file/*`.
 */
export async function writeRetagged(
  { files }: PromotionPlan,
  folder: string,
  options: WriteRetaggedOptions,
): Promise<string> {
  const [file] = files;
  if (file?.change === undefined) throw new Error('a plan for one file has none');
  const { member, change, changes, output } = file;
  const write = member.kind === 'wheel' ? writePromotedWheel : writePromotedSdist;
  await write(member.path, folder, { ...options, change, changes, output });
  return join(folder, output);
}
