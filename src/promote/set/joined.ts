/** Sets that wheels were split into, joined for the time of a promotion: what is promoted is the original. */
import { readdir } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { recordedChoices, type SplitChoices } from '../../split/index.ts';
import { fileError, type ErrorReport } from '../../support/errors.ts';
import { makeFolders } from '../../support/folders.ts';
import { groupBy } from '../../support/group-by.ts';
import { hashFile } from '../../support/hash.ts';
import { runTask, type EventSink } from '../../support/progress/events.ts';
import { withTemporaryDirectory } from '../../support/temporary.ts';
import { distributionKind, withWheel } from '../../wheel/index.ts';
import {
  joinSplitSet,
  splitRole,
  withSplitSet,
  type FileIdentity,
} from '../../wheel/split/index.ts';
import type { SetMember } from './member.ts';

/** A wheel of a set, where it lies. */
export interface SetFile extends FileIdentity {
  readonly path: string;
  /** Name of its distribution. */
  readonly distribution: string;
}

/** A set, and the wheel that it was split from. */
export interface JoinedWheel {
  /** The original, in a folder that goes away with the promotion. */
  readonly path: string;
  readonly main: SetFile;
  readonly parts: readonly SetFile[];
  /** What it was split with. */
  readonly choices: SplitChoices;
}

/** Files of a promotion in which nothing is split. */
export interface WholeFiles {
  /** All that are of no set; parts that no main wheel given has among them, for the plan to refuse. */
  readonly paths: readonly string[];
  readonly sets: readonly JoinedWheel[];
}

/**
 * Joins the sets among the files. Parts are found among the files and beside their main wheel, compared with their digests.
 * @throws WheelworksError `split/part-missing`, `split/wrong-part`, `split/not-the-original`, `split/unknown-choices`,
 *   `split/bad-*`, `wheel/*`, `zip/*`, `file/*`.
 */
export async function withJoinedSets<Result>(
  paths: readonly string[],
  { events, signal }: { readonly events: EventSink; readonly signal: AbortSignal },
  work: (files: WholeFiles) => Promise<Result>,
): Promise<Result> {
  const mains: string[] = [];
  for (const path of paths) if (await isMain(path)) mains.push(path);
  if (mains.length === 0) return work({ paths, sets: [] });
  return withTemporaryDirectory('wheelworks-promote-', async (folder) => {
    const task = {
      id: 'join',
      label: 'join the sets',
      total: mains.length,
      unit: 'files',
    } as const;
    const sets = await runTask(events, task, async () => {
      const joined: JoinedWheel[] = [];
      for (const [index, main] of mains.entries()) {
        const place = join(folder, String(index));
        await makeFolders(place);
        joined.push(
          await joinOne(main, { candidates: [...paths, ...(await beside(main))], place, signal }),
        );
        events({ type: 'task-progress', id: task.id, done: index + 1 });
      }
      return joined;
    });
    const taken = new Set(
      sets.flatMap(({ main, parts }) => [main, ...parts].map(({ path }) => resolve(path))),
    );
    return work({ paths: paths.filter((path) => !taken.has(resolve(path))), sets });
  });
}

async function isMain(path: string): Promise<boolean> {
  return (
    distributionKind(path) === 'wheel' &&
    (await withWheel(path, async (wheel) => splitRole(wheel))) === 'main'
  );
}

async function beside(main: string): Promise<readonly string[]> {
  const folder = dirname(main);
  const names = await readdir(folder).catch((error: unknown) => {
    throw fileError(error, folder);
  });
  return names.filter((name) => name.endsWith('.whl')).map((name) => join(folder, name));
}

interface Joining {
  readonly candidates: readonly string[];
  readonly place: string;
  readonly signal: AbortSignal;
}

async function joinOne(
  mainPath: string,
  { candidates, place, signal }: Joining,
): Promise<JoinedWheel> {
  return withSplitSet(mainPath, candidates, async (set) => {
    const choices = recordedChoices(set.description, mainPath);
    const path = await joinSplitSet(set, place, { signal });
    const digests = new Map(set.description.parts.map((part) => [part.distribution, part]));
    const parts = [...set.parts].map(([distribution, wheel]): SetFile => ({
      path: wheel.path,
      filename: basename(wheel.path),
      distribution,
      size: wheel.archive.size,
      sha256: digests.get(distribution)?.sha256 ?? '',
    }));
    const { sha256, size } = await hashFile(mainPath);
    const distribution = set.main.filename.name;
    return {
      path,
      choices,
      parts,
      main: { path: mainPath, filename: basename(mainPath), distribution, size, sha256 },
    };
  });
}

/** Wheels of one package are planned together, for one limit. */
export function differentChoices(members: readonly SetMember[]): readonly ErrorReport[] {
  const split = members.filter((member) => member.split !== undefined);
  return [...groupBy(split, ({ project }) => project)].flatMap(([project, of]) => {
    const choices = groupBy(of, (member) => JSON.stringify(member.split?.choices));
    if (choices.size < 2) return [];
    return [
      {
        code: 'promote/split-choices' as const,
        message: `The sets of ${project} were split in ${choices.size} ways.`,
        evidence: [...choices]
          .map(([text, [first]]) => `${first?.filename ?? ''}: ${text}`)
          .join('\n'),
        hint: 'Join and split all of them with one limit, or promote the originals and split these.',
      },
    ];
  });
}
