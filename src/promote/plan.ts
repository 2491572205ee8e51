/** The plan of a promotion: what becomes of every file, and every reason against it. Nothing is written. */
import type { ErrorReport } from '../support/errors.ts';
import { groupBy } from '../support/group-by.ts';
import { mapParallel } from '../support/parallel.ts';
import { runTask, type EventSink } from '../support/progress/events.ts';
import {
  planFile,
  requirementNotes,
  requirementProblems,
  searchedVersions,
  type PlannedFile,
} from './plan-file.ts';
import type { Place } from './remaining/places.ts';
import { openScreen } from './remaining/screen/screen.ts';
import { judgeSet, type SetRules } from './set/judge.ts';
import { readSetMember } from './set/member.ts';
import type { VersionChanges } from './version-change.ts';

/** What is promoted and how. */
export interface PromotionRequest extends SetRules {
  /** Wheels and sdists. */
  readonly paths: readonly string[];
  /** Text files in which every spelling of the old version is replaced; of wheels and, below the top folder, sdists. */
  readonly isDeclared: (path: string) => boolean;
  /** Files that may go on holding the old version. */
  readonly isAllowed: (path: string) => boolean;
  readonly jobs: number;
  readonly events: EventSink;
  readonly signal: AbortSignal;
}

/** A place where the old version stays, and whether that was allowed. */
export interface RemainingPlace extends Place {
  readonly allowed: boolean;
}

/** A file of the set with what stays in it. */
export interface PromotionFile extends PlannedFile {
  readonly remaining: readonly RemainingPlace[];
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
  const { paths, events, jobs } = request;
  const members = await runTask(
    events,
    { id: 'read', label: 'read the set', total: paths.length, unit: 'files' },
    () => mapParallel(paths, jobs, readSetMember),
  );
  const verdict = judgeSet(members, request);
  const settled = {
    changes: verdict.changes,
    ...(verdict.commit === undefined ? {} : { commit: verdict.commit }),
  };
  if (verdict.problems.length > 0)
    return { ...settled, files: [], problems: verdict.problems, notes: verdict.notes };
  const task = {
    id: 'search',
    label: 'look through the files',
    total: members.length,
    unit: 'files',
  } as const;
  const { changes } = verdict;
  const files = await runTask(events, task, async () => {
    const screen = openScreen(searchedVersions(changes), request);
    try {
      const planned: PromotionFile[] = [];
      for (const member of members) {
        const change = verdict.kept.has(member) ? undefined : changes.get(member.project);
        // One after the other: the members of each are worked on side by side.
        const file = await planFile(member, change, { ...request, changes, screen });
        planned.push({ ...file, remaining: judgePlaces(file, request) });
        events({
          type: 'task-progress',
          id: task.id,
          done: planned.length,
          detail: member.filename,
        });
      }
      return planned;
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

/** The places of a file, each with its verdict. */
export function judgePlaces(
  { places }: PlannedFile,
  { isAllowed }: Pick<PromotionRequest, 'isAllowed'>,
): readonly RemainingPlace[] {
  return places.map((place) => ({ ...place, allowed: isAllowed(place.path) }));
}

const MOST_SHOWN = 12;

/** What keeps files from being written: each place once, in however many files of the set it is. */
export function remainingProblems(files: readonly PromotionFile[]): readonly ErrorReport[] {
  const blocking = files.flatMap(({ member, change, remaining }) =>
    remaining
      .filter(({ allowed }) => !allowed)
      .map((place) => ({ place, line: placeLine(place), member, change })),
  );
  const [first] = blocking;
  if (first === undefined) return [];
  const lines = [...groupBy(blocking, ({ line }) => line)].map(
    ([line, same]) => `${line}${same.length > 1 ? ` (in ${same.length} files of the set)` : ''}`,
  );
  const more = lines.length - MOST_SHOWN;
  const holders = new Set(blocking.map(({ member }) => member.filename));
  const isText = blocking.some(({ place }) => place.kind === 'text');
  return [
    {
      code: 'promote/version-remains',
      message:
        holders.size === 1
          ? `${first.member.filename} would still say ${first.change?.fromText ?? ''}.`
          : `${holders.size} files of the set would still say the old version.`,
      path: first.member.path,
      evidence: [
        ...lines.slice(0, MOST_SHOWN),
        ...(more > 0 ? [`and ${more} more places`] : []),
      ].join('\n'),
      hint: `${isText ? 'Declare text files with --rewrite PATTERN; allow' : 'Allow'} what may stay with --allow PATTERN.`,
    },
  ];
}

/** `pkg/lib.so: .rodata +0x2010 (2 places): "v3.12.0rc1"`. */
export function placeLine({ path, kind, count, found }: Place): string {
  const [first] = found;
  const where =
    kind === 'name'
      ? 'its name'
      : first?.line === undefined
        ? `${kind}${first?.section === undefined ? '' : ` ${first.section}`} at 0x${(first?.offset ?? 0).toString(16)}`
        : `line ${first.line}`;
  const places = count > 1 ? ` and ${count - 1} more` : '';
  return `${path}: ${where}${places}: ${first?.context ?? ''}`;
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
