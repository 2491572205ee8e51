/** Writes promoted sets: the originals with their new version, split again as they were. */
import { copyFile, constants, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { normalizeName } from '../packaging/index.ts';
import { isRefused, refusalError, splitWheels, type SplitResult } from '../split/index.ts';
import { fileError } from '../support/errors.ts';
import { groupBy } from '../support/group-by.ts';
import { hashFile } from '../support/hash.ts';
import type { EventSink } from '../support/progress/events.ts';
import { withTemporaryDirectory } from '../support/temporary.ts';
import type { PromotionFile } from './plan-file.ts';
import type { JoinedWheel } from './set/joined.ts';
import { writePromotedWheel } from './write-wheel.ts';

/** A file of the promoted set. */
export interface WrittenOutput {
  readonly filename: string;
  /** Normalised. */
  readonly project: string;
  readonly size: number;
  readonly sha256: string;
  /** What it was made from; a part that several wheels share, from the first of them. */
  readonly file: PromotionFile;
  /** Whether it is a part of a split set. */
  readonly isPart: boolean;
}

/** How sets are written. */
export interface WriteSplitOptions {
  readonly modified?: Date;
  /** Name and version of this program, for the parts. */
  readonly tool: string;
  readonly jobs: number;
  readonly events: EventSink;
  readonly signal: AbortSignal;
  readonly onProgress: (file: PromotionFile, bytes: number) => void;
}

/** A file whose original was joined. */
export type SplitFile = PromotionFile & { readonly member: { readonly split: JoinedWheel } };

/** Whether a file of the plan is the original of a set. */
export function isSplitFile(file: PromotionFile): file is SplitFile {
  return file.member.split !== undefined;
}

/**
 * Writes the sets into a folder. Wheels of one package are planned together, as `split` does, and share what they can. An
 * original that its new version has brought under the limit stays whole.
 * @throws WheelworksError `promote/unverified`, `split/*`, `wheel/*`, `zip/*`, `file/*`.
 */
export async function writeSplitSets(
  files: readonly SplitFile[],
  folder: string,
  options: WriteSplitOptions,
): Promise<readonly WrittenOutput[]> {
  const kept = files.filter(({ change }) => change === undefined);
  const written = await copySets(kept, folder, options);
  const changed = files.filter(({ change }) => change !== undefined);
  for (const of of groupBy(changed, ({ member }) => member.project).values())
    written.push(...(await promoteSets(of, folder, options)));
  return written;
}

/** What is final already goes along with the bytes that it has; parts that wheels share, once. */
async function copySets(
  files: readonly SplitFile[],
  folder: string,
  { signal }: WriteSplitOptions,
): Promise<WrittenOutput[]> {
  const written = new Map<string, WrittenOutput>();
  for (const file of files) {
    const { main, parts } = file.member.split;
    for (const each of [...parts, main]) {
      signal.throwIfAborted();
      if (written.get(each.filename)?.sha256 === each.sha256) continue;
      await copyFile(each.path, join(folder, each.filename), constants.COPYFILE_EXCL).catch(
        (error: unknown) => {
          throw fileError(error, each.path);
        },
      );
      const { filename, size, sha256, distribution } = each;
      const project = normalizeName(distribution);
      written.set(filename, { filename, project, size, sha256, file, isPart: each !== main });
    }
  }
  return [...written.values()];
}

/** The wheels of one package. */
async function promoteSets(
  files: readonly SplitFile[],
  folder: string,
  options: WriteSplitOptions,
): Promise<readonly WrittenOutput[]> {
  const [first] = files;
  if (first === undefined) return [];
  const { modified, tool, jobs, events, signal, onProgress } = options;
  const time = modified === undefined ? {} : { modified };
  // Beside the set, so that what stays whole is renamed into it.
  return withTemporaryDirectory(
    '.wheelworks-originals-',
    async (originals) => {
      const made = new Map<string, SplitFile>();
      for (const file of files) {
        const { member, change, changes, output } = file;
        if (change === undefined) continue;
        const progress = (bytes: number): void => onProgress(file, bytes);
        const how = { change, changes, output, jobs, signal, onProgress: progress, ...time };
        await writePromotedWheel(member.path, originals, how);
        made.set(join(originals, output), file);
      }
      const [result] = await splitWheels([...made.keys()], {
        ...first.member.split.choices,
        ...time,
        directory: folder,
        generator: tool,
        jobs,
        events,
        signal,
      });
      if (result !== undefined && isRefused(result)) throw refusalError(result);
      return result?.plan === undefined ? moveWhole(made, folder) : outputsOf(result, made);
    },
    { parent: folder },
  );
}

async function moveWhole(
  made: ReadonlyMap<string, SplitFile>,
  folder: string,
): Promise<readonly WrittenOutput[]> {
  const written: WrittenOutput[] = [];
  for (const [from, file] of made) {
    const path = join(folder, file.output);
    await rename(from, path).catch((error: unknown) => {
      throw fileError(error, path);
    });
    const { project } = file.member;
    written.push({
      filename: file.output,
      project,
      ...(await hashFile(path)),
      file,
      isPart: false,
    });
  }
  return written;
}

function outputsOf(
  { plan, files }: Extract<SplitResult, { files: unknown }>,
  made: ReadonlyMap<string, SplitFile>,
): readonly WrittenOutput[] {
  const parts = new Map(plan.parts.map((part) => [part.filename, part]));
  const mains = new Map(plan.wheels.map(({ filename, path }) => [filename, path]));
  return files.map(({ filename, size, sha256 }) => {
    const part = parts.get(filename);
    const file = made.get(part?.serves[0] ?? mains.get(filename) ?? '');
    if (file === undefined) throw new TypeError(`${filename} was made from no wheel of the set`);
    const project = part === undefined ? file.member.project : normalizeName(part.distribution);
    return { filename, project, size, sha256, file, isPart: part !== undefined };
  });
}
