/** Writes a promoted set: the whole of it or nothing. */
import { copyFile, constants } from 'node:fs/promises';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceDirectoryAtomic } from '../support/atomic-file.ts';
import { WheelworksError, fileError } from '../support/errors.ts';
import { hashFile } from '../support/hash.ts';
import { mapParallel } from '../support/parallel.ts';
import { runTask, type EventSink } from '../support/progress/events.ts';
import { groupBy } from '../support/group-by.ts';
import { clearAbandoned, markOwner } from '../support/owned-folder.ts';
import type { PromotionFile } from './plan-file.ts';
import type { PromotionPlan } from './plan.ts';
import {
  PROMOTION_FILE,
  promotionDocument,
  readPromotion,
  writePromotionFile,
  type PromotionDocument,
} from './promotion-file.ts';
import { writePromotedSdist } from './write-sdist.ts';
import { isSplitFile, writeSplitSets, type WrittenOutput } from './write-split.ts';
import { writePromotedWheel } from './write-wheel.ts';

/** Where and how a set is written. */
export interface WriteSetOptions {
  /** A folder that does not exist, is empty, or holds this very set already. */
  readonly output: string;
  /** Time of all members; 1980-01-01 without. */
  readonly modified?: Date;
  /** Name and version of this program. */
  readonly tool: string;
  readonly jobs: number;
  readonly events: EventSink;
  readonly signal: AbortSignal;
}

/** What lies in the folder afterwards, and whether it did before. */
export interface WrittenSet {
  readonly document: PromotionDocument;
  readonly reused: boolean;
}

/**
 * Writes every file into a folder beside the output, with promotion.json, and gives the folder its name at the end: a run
 * that is interrupted, or fails at any file, leaves nothing under that name. A set that was written before, from the same
 * bytes, is taken for done when its files are still the ones that were written.
 * @throws WheelworksError `promote/output-exists`, `promote/same-output`, `promote/unverified`, `wheel/*`, `zip/*`,
 *   `tar/*`, `split/*`, `file/*`; the plan's first problem when it has any.
 */
export async function writePromotion(
  plan: PromotionPlan,
  options: WriteSetOptions,
): Promise<WrittenSet> {
  refuseSharedNames(plan.files);
  const { output, events, jobs } = options;
  const before = await earlierSet(plan, options);
  if (before !== undefined) return { document: before, reused: true };
  await clearAbandoned(output);
  const total = plan.files.reduce((sum, { member }) => sum + member.size, 0);
  const task = { id: 'write', label: 'write the set', total, unit: 'bytes' } as const;
  const write = (): Promise<WrittenSet> =>
    replaceDirectoryAtomic(
      output,
      async (folder) => {
        const disown = await markOwner(folder);
        const done = new Map<PromotionFile, number>();
        const onProgress = (file: PromotionFile, bytes: number): void => {
          done.set(file, bytes);
          const sum = [...done.values()].reduce((left, right) => left + right, 0);
          events({ type: 'task-progress', id: task.id, done: sum, detail: file.output });
        };
        const whole = plan.files.filter((file) => !isSplitFile(file));
        // Two at a time: one is hashed while the other is flushed to the disk.
        const written = await mapParallel(whole, Math.min(2, jobs), async (file) => {
          options.signal.throwIfAborted();
          await writeFile(file, folder, options, (bytes) => onProgress(file, bytes));
          done.set(file, file.member.size);
          const { output: filename, member } = file;
          const digest = await hashFile(join(folder, filename));
          return { filename, project: member.project, ...digest, file, isPart: false };
        });
        const sets = plan.files.filter(isSplitFile);
        const split = await writeSplitSets(sets, folder, { ...options, onProgress });
        const all = [...written, ...split];
        refuseSharedFiles(all);
        const document = describeSet(plan, all, options.tool);
        await writePromotionFile(folder, document);
        await disown();
        return { document, reused: false };
      },
      { replace: false },
    );
  return runTask(events, task, () =>
    write().catch(async (error: unknown) => {
      if (!(error instanceof WheelworksError) || error.code !== 'file/exists') throw error;
      // Another run was quicker: with the same set it is as if this one came later.
      const theirs = await earlierSet(plan, options);
      if (theirs === undefined) throw error;
      return { document: theirs, reused: true };
    }),
  );
}

async function writeFile(
  { member, change, changes, output }: PromotionFile,
  folder: string,
  options: WriteSetOptions,
  onProgress: (bytes: number) => void,
): Promise<void> {
  if (change === undefined) {
    await copyFile(member.path, join(folder, output), constants.COPYFILE_EXCL).catch(
      (error: unknown) => {
        throw fileError(error, member.path);
      },
    );
    return;
  }
  const { modified, jobs, signal } = options;
  const write = member.kind === 'wheel' ? writePromotedWheel : writePromotedSdist;
  await write(member.path, folder, {
    change,
    changes,
    output,
    jobs,
    signal,
    onProgress,
    ...(modified === undefined ? {} : { modified }),
  });
}

interface Digest {
  readonly sha256: string;
  readonly size: number;
}

async function digests(paths: readonly string[]): Promise<readonly Digest[]> {
  const all: Digest[] = [];
  for (const path of paths) all.push(await hashFile(path));
  return all;
}

function describeSet(
  plan: PromotionPlan,
  written: readonly WrittenOutput[],
  tool: string,
): PromotionDocument {
  const order = new Map(plan.files.map((file, index) => [file, index]));
  const sorted = written.toSorted(
    (left, right) => (order.get(left.file) ?? 0) - (order.get(right.file) ?? 0),
  );
  return promotionDocument({
    tool,
    ...(plan.commit === undefined ? {} : { commit: plan.commit }),
    packages: [...plan.changes.values()].map(({ project, fromText, toText }) => ({
      project,
      from: fromText,
      to: toText,
    })),
    files: sorted.map(({ filename, project, sha256, size, file, isPart }) => ({
      filename,
      project,
      sha256,
      size,
      from: candidateOf(file),
      ...(isPart ? { part: true } : {}),
    })),
    allowed: plan.files.flatMap(({ output, remaining }) =>
      remaining.map(({ path, count }) => ({ filename: output, path, count })),
    ),
    tested: false,
    tests: [],
    notTested: [],
  });
}

/** A set is told by its main wheel, which has the digests of all its parts. */
function candidateOf({
  member,
  sha256,
}: PromotionFile): PromotionDocument['files'][number]['from'] {
  const { filename, split } = member;
  return { filename, sha256, ...(split === undefined ? {} : { main: split.main.sha256 }) };
}

/** Parts get their names when they are written; another file of the set may have one of them. */
function refuseSharedFiles(written: readonly WrittenOutput[]): void {
  const shared = [...groupBy(written, ({ filename }) => filename)].find(([, of]) => of.length > 1);
  if (shared === undefined) return;
  const [filename, of] = shared;
  throw new WheelworksError(
    'promote/same-output',
    `${of.map(({ file }) => file.member.filename).join(' and ')} would both become ${filename}.`,
    { path: filename, hint: 'Promote the packages one at a time.' },
  );
}

/** Two files of the set cannot have one name. */
function refuseSharedNames(files: readonly PromotionFile[]): void {
  const taken = new Map<string, string>();
  for (const { output, member } of files) {
    const other = taken.get(output);
    if (other !== undefined)
      throw new WheelworksError(
        'promote/same-output',
        `${other} and ${member.path} would both become ${output}.`,
        { path: member.path, hint: 'Give one of them.' },
      );
    taken.set(output, member.path);
  }
}

/** The set of an earlier run, when the folder holds it and nothing else. */
async function earlierSet(
  { files }: PromotionPlan,
  { output }: WriteSetOptions,
): Promise<PromotionDocument | undefined> {
  const names = await readdir(output).catch(() => []);
  if (names.length === 0) return undefined;
  const before = await readPromotion(output);
  const isSame =
    before !== undefined &&
    before.files.filter(({ part }) => part !== true).length === files.length &&
    files.every((file) =>
      before.files.some(({ filename, from, part }) => {
        const candidate = candidateOf(file);
        return (
          part !== true &&
          filename === file.output &&
          from.sha256 === candidate.sha256 &&
          from.main === candidate.main
        );
      }),
    ) &&
    names.every(
      (name) => name === PROMOTION_FILE || before.files.some(({ filename }) => filename === name),
    );
  if (isSame && (await isIntact(before, output))) return before;
  throw new WheelworksError('promote/output-exists', `${output} is not empty.`, {
    path: output,
    evidence: names.slice(0, MOST_SHOWN).join(', '),
    hint: 'Give another folder with --output: a promoted set is written whole, into a folder of its own.',
  });
}

const MOST_SHOWN = 6;

async function isIntact({ files }: PromotionDocument, folder: string): Promise<boolean> {
  try {
    const found = await digests(files.map(({ filename }) => join(folder, filename)));
    return files.every(({ sha256 }, index) => sha256 === found[index]?.sha256);
  } catch (error) {
    if (error instanceof WheelworksError) return false;
    throw error;
  }
}
