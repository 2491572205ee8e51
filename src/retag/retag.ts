/**
 * New tags or a new build number for a wheel that exists.
 *
 * Only WHEEL and RECORD change; every other member is copied with its compressed bytes.
 */
import { unlink } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { formatTag, tagSet, type WheelFile } from '../packaging/index.ts';
import { WheelworksError, fileError } from '../support/errors.ts';
import {
  draftFilename,
  draftFromWheel,
  editDraft,
  isPureForPlatform,
  listNatives,
  rootEdits,
  withWheel,
  writeWheel,
  type Wheel,
  type WheelDraft,
  type WheelEdit,
  type WriteWheelOptions,
} from '../wheel/index.ts';
import { splitRole } from '../wheel/split/index.ts';

/**
 * What to change. Each tag value is a dot-separated set that replaces the old one; with a leading `+` it is added to
 * the old set, with a leading `-` it is taken away, as `wheel tags` has it. Tags are written in lower case, and sorted
 * where they change.
 */
export interface TagChanges {
  readonly python?: string;
  readonly abi?: string;
  readonly platform?: string;
  /** A build tag starts with a digit (PEP 427); the empty string removes it. */
  readonly build?: string;
}

/**
 * What {@link retagWheel} will do or has done; `changed` is false when the wheel already is so, in its file name and in
 * WHEEL.
 */
export interface RetagPlan {
  readonly path: string;
  readonly from: string;
  readonly to: string;
  readonly tags: readonly string[];
  readonly changed: boolean;
  /** The new wheel; the old one when nothing changes. */
  readonly output: string;
  /** Bytes of the old wheel, and nearly those of the new one. */
  readonly size: number;
}

/** Where {@link planRetag} has the new wheel. */
export interface RetagPlace {
  /** Beside the input when left out. */
  readonly directory?: string;
}

/** How {@link retagWheel} writes. */
export interface RetagOptions extends RetagPlace, WriteWheelOptions {
  /** Remove the input once the new wheel is complete. */
  readonly remove?: boolean;
}

/**
 * What retagging a wheel would do, without doing it.
 * @throws WheelworksError `retag/same-name` when only WHEEL would change and no other folder is given, `retag/split-set`; as
 *   {@link retagDraft}, and `wheel/*`, `zip/*`, `file/*`.
 */
export async function planRetag(
  path: string,
  changes: TagChanges,
  place: RetagPlace = {},
): Promise<RetagPlan> {
  return withRetagged(path, changes, place, async (plan) => plan);
}

/**
 * Writes the retagged wheel; does nothing when no tag changes. The input stays as it is, unless it is to be removed.
 * @throws as {@link planRetag} and `writeWheel`.
 */
export async function retagWheel(
  path: string,
  changes: TagChanges,
  options: RetagOptions = {},
): Promise<RetagPlan> {
  const remove = options.remove ?? false;
  const done = await withRetagged(path, changes, options, async (plan, draft) => {
    if (plan.changed)
      await writeWheel(draft, dirname(plan.output), { ...options, flushDirectory: remove });
    return plan;
  });
  if (done.changed && remove) {
    await unlink(path).catch((error: unknown) => {
      throw fileError(error, path);
    });
  }
  return done;
}

async function withRetagged(
  path: string,
  changes: TagChanges,
  { directory }: RetagPlace,
  work: (plan: RetagPlan, draft: WheelDraft) => Promise<RetagPlan>,
): Promise<RetagPlan> {
  return withWheel(path, async (wheel) => {
    const old = await draftFromWheel(wheel);
    const draft = await withFittingRoot(wheel, retagDraft(old, changes), changes);
    const from = draftFilename(old);
    const to = draftFilename(draft);
    const changed = from !== to || !saysAlready(old.wheelFile, draft.wheelFile);
    if (changed && splitRole(wheel) !== undefined) throw ofSplitSet(path);
    const output = changed ? join(directory ?? dirname(path), to) : path;
    if (changed && resolve(output) === resolve(path)) throw sameName(path, old.wheelFile);
    const tags = draft.tags.tags.map(formatTag);
    return work({ path, from, to, tags, changed, output, size: wheel.archive.size }, draft);
  });
}

/** The wheels of a set name each other with their digests: another name or WHEEL file would break the set. */
function ofSplitSet(path: string): WheelworksError {
  return new WheelworksError('retag/split-set', `${basename(path)} is a wheel of a split set.`, {
    path,
    hint: 'Join the set (wheelworks join), retag the original wheel, and split that again.',
  });
}

/** What becomes a wheel for a platform may have native files, which do not belong where pure ones go. */
async function withFittingRoot(
  wheel: Wheel,
  draft: WheelDraft,
  changes: TagChanges,
): Promise<WheelDraft> {
  if (changes.platform === undefined || !isPureForPlatform(draft)) return draft;
  const natives = await listNatives(wheel.archive);
  const paths = natives.map(({ entry }) => entry.path);
  return editDraft(draft, rootEdits(draft, paths));
}

/** Whether the old WHEEL names the new tags and build; tools that leave the build out there mean no other one. */
function saysAlready(old: WheelFile, wanted: WheelFile): boolean {
  const listed = new Set(old.tags.map((tag) => tag.toLowerCase()));
  return (
    listed.size === wanted.tags.length &&
    wanted.tags.every((tag) => listed.has(tag)) &&
    (old.build === undefined || old.build === wanted.build)
  );
}

function sameName(path: string, old: WheelFile): WheelworksError {
  return new WheelworksError(
    'retag/same-name',
    `${path} has these tags in its file name, but others in its WHEEL file.`,
    {
      path,
      evidence: `WHEEL has ${old.tags.slice(0, MOST_SHOWN).join(' ') || 'no tags'}`,
      hint: 'Give another folder with --output: a wheel of the right tags is written there.',
    },
  );
}

const MOST_SHOWN = 6;

/**
 * The wheel's draft with the changes applied.
 * @throws WheelworksError `retag/no-tags-left`, `wheel/bad-build-tag`, `packaging/*`.
 */
export function retagDraft(draft: WheelDraft, changes: TagChanges): WheelDraft {
  const { interpreters, abis, platforms } = draft.tags;
  const tags = tagSet({
    interpreters: changedTags('python', interpreters, changes.python),
    abis: changedTags('abi', abis, changes.abi),
    platforms: changedTags('platform', platforms, changes.platform),
  });
  const edits: WheelEdit[] = [{ kind: 'tags', tags }];
  if (changes.build !== undefined)
    edits.push({ kind: 'build', build: changes.build === '' ? undefined : changes.build });
  return editDraft(draft, edits);
}

function changedTags(
  what: string,
  old: readonly string[],
  change: string | undefined,
): readonly string[] {
  if (change === undefined) return old;
  const values = change
    .replace(/^[+-]/, '')
    .split('.')
    .map((tag) => tag.toLowerCase());
  if (change.startsWith('+')) return sorted([...old, ...values]);
  if (!change.startsWith('-')) return sorted(values);
  const left = old.filter((value) => !values.includes(value.toLowerCase()));
  if (left.length > 0) return sorted(left);
  throw new WheelworksError(
    'retag/no-tags-left',
    `Removing ${values.join(', ')} leaves no ${what} tag.`,
    { hint: `The wheel has ${old.join('.')}; give the new ${what} tags without a leading -.` },
  );
}

/** PEP 425: compressed sets are sorted. */
function sorted(values: readonly string[]): readonly string[] {
  return [...new Set(values)].sort();
}
