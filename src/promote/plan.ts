/** The plan of a promotion: what becomes of every file, and every reason against it. Nothing is written. */
import type { Cache } from '../support/cache.ts';
import type { ErrorReport } from '../support/errors.ts';
import { mapParallel } from '../support/parallel.ts';
import { runTask, type EventSink } from '../support/progress/events.ts';
import {
  planFile,
  requirementNotes,
  requirementProblems,
  searchedVersions,
  type PlannedFile,
  type PromotionFile,
  type RemainingPlace,
} from './plan-file.ts';
import { remainingProblems } from './remaining/report.ts';
import { openScreen } from './remaining/screen/screen.ts';
import { knownClean } from './remaining/known-clean.ts';
import { judgeSet, type SetRules } from './set/judge.ts';
import { differentChoices, type JoinedWheel } from './set/joined.ts';
import { readJoinedMember, readSetMember, type SetMember } from './set/member.ts';
import type { VersionChanges } from './version-change.ts';

/** What is promoted and how. */
export interface PromotionRequest extends SetRules {
  /** Wheels and sdists that are of no split set. */
  readonly paths: readonly string[];
  /** Sets that were joined, of which the originals are promoted. */
  readonly sets?: readonly JoinedWheel[];
  /** Text files in which every spelling of the old version is replaced; of wheels and, below the top folder, sdists. */
  readonly isDeclared: (path: string) => boolean;
  /** Files that may go on holding the old version. */
  readonly isAllowed: (path: string) => boolean;
  /** Remembers what was found clean, for the next run. */
  readonly cache?: Cache;
  readonly jobs: number;
  readonly events: EventSink;
  readonly signal: AbortSignal;
}

/** Plain data; carried out by `writePromotion`. */
export interface PromotionPlan {
  readonly files: readonly PromotionFile[];
  readonly changes: VersionChanges;
  readonly commit?: string;
  /** Any of them keeps everything from being written. */
  readonly problems: readonly ErrorReport[];
  readonly notes: readonly string[];
}

/**
 * Reads the set and judges it; looks into the files only when names, versions and commits allow a promotion.
 * @throws WheelworksError for what cannot be read `wheel/*`, `zip/*`, `sdist/*`, `tar/*`, `packaging/*`,
 *   `distribution/unknown-kind`, `promote/sdist-format`, `file/*`.
 */
export async function planPromotion(request: PromotionRequest): Promise<PromotionPlan> {
  const { paths, sets = [], events, jobs } = request;
  const members = await runTask(
    events,
    { id: 'read', label: 'read the set', total: paths.length + sets.length, unit: 'files' },
    async () => [
      ...(await mapParallel(paths, jobs, readSetMember)),
      ...(await mapParallel(sets, jobs, readJoinedMember)),
    ],
  );
  const plan = await planMembers(members, request);
  return {
    ...plan,
    problems: plan.problems.map((problem) => ofSets(problem, sets)),
    notes: [...plan.notes, ...plan.files.flatMap(splitNotes)],
  };
}

async function planMembers(
  members: readonly SetMember[],
  request: PromotionRequest,
): Promise<PromotionPlan> {
  const { events, jobs } = request;
  const verdict = judgeSet(members, request);
  const settled = {
    changes: verdict.changes,
    ...(verdict.commit === undefined ? {} : { commit: verdict.commit }),
  };
  const refused = [...verdict.problems, ...differentChoices(members)];
  if (refused.length > 0) return { ...settled, files: [], problems: refused, notes: verdict.notes };
  const task = {
    id: 'search',
    label: 'look through the files',
    total: members.length,
    unit: 'files',
  } as const;
  const { changes } = verdict;
  const files = await runTask(events, task, async () => {
    const searched = searchedVersions(changes);
    const screen = openScreen(searched, request);
    const known = knownClean(request.cache, searched);
    let done = 0;
    try {
      // Two at a time: one is hashed while the members of the other are searched.
      return await mapParallel(members, Math.min(2, jobs), async (member) => {
        const change = verdict.kept.has(member) ? undefined : changes.get(member.project);
        const file = await planFile(member, change, { ...request, changes, screen, known });
        done += 1;
        events({ type: 'task-progress', id: task.id, done, detail: member.filename });
        return { ...file, remaining: judgePlaces(file, request) };
      });
    } finally {
      await screen.close();
    }
  });
  return {
    ...settled,
    files,
    problems: [...requirementProblems(files), ...remainingProblems(files)],
    notes: [...verdict.notes, ...requirementNotes(files), ...files.flatMap(contentNotes)],
  };
}

/** An original is told by the main wheel that it was joined from: nobody has the other file. */
function ofSets(problem: ErrorReport, sets: readonly JoinedWheel[]): ErrorReport {
  const { path, evidence } = problem;
  const named = (text: string): string =>
    sets.reduce((shown, { path: original, main }) => shown.replaceAll(original, main.path), text);
  return {
    ...problem,
    ...(path === undefined ? {} : { path: named(path) }),
    ...(evidence === undefined ? {} : { evidence: named(evidence) }),
  };
}

function splitNotes({ member, change }: PromotionFile): readonly string[] {
  if (member.split === undefined || change === undefined) return [];
  const { parts, choices } = member.split;
  const many = parts.length === 1 ? 'part' : 'parts';
  return [
    `${member.filename} is a set of a main wheel and ${parts.length} ${many}: what is shown is of the wheel that they were split from; the promoted one is split again, into wheels of at most ${choices.maxSize} bytes`,
  ];
}

/** The places of a file, each with its verdict. */
export function judgePlaces(
  { places }: PlannedFile,
  { isAllowed }: Pick<PromotionRequest, 'isAllowed'>,
): readonly RemainingPlace[] {
  return places.map((place) => ({ ...place, allowed: isAllowed(place.path) }));
}

/** What one should know of a file. */
export function contentNotes({
  member,
  changes,
  change,
  dropped,
  places,
  unsearched,
}: PromotionFile): readonly string[] {
  const isDynamic =
    member.kind === 'sdist' &&
    change !== undefined &&
    changes.every(({ from }) => from.endsWith('PKG-INFO')) &&
    places.length === 0;
  return [
    ...unsearchedNotes(member.filename, unsearched),
    ...(dropped.length === 0
      ? []
      : [`${member.filename}: ${dropped.join(', ')} signed the old RECORD and is left out`]),
    ...(isDynamic
      ? [
          `${member.filename}: only PKG-INFO states the version; a wheel built from it gets the version that the backend computes`,
        ]
      : []),
  ];
}

/** Members that a note names. */
const MOST_SHOWN = 12;

function unsearchedNotes(
  filename: string,
  unsearched: PromotionFile['unsearched'],
): readonly string[] {
  if (unsearched.length === 0) return [];
  const shown = unsearched.slice(0, MOST_SHOWN).map(({ path, what }) => `${path} (${what})`);
  const more = unsearched.length - shown.length;
  return [
    `${filename}: not looked into: ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`,
  ];
}
