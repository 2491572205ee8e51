/** The files that a wheel goes out as: itself, or the set that it was cut into. */
import type { SplitRecord } from './kept/state.ts';
import type { StagedWheel } from './kept/store.ts';
import type { FinishedWheel } from './wheels.ts';

/** The stage of sets: one folder, for parts may serve several wheels. No job has such an id. */
export const SPLIT_ID: string = 'split';

/** One file of a wheel. */
export interface WheelFile extends StagedWheel {
  readonly size: number;
}

/** A part of a set. */
export interface PartFile extends WheelFile {
  /** `NAME-part1`. */
  readonly distribution: string;
}

/** What the files of a wheel are known by. */
export type KnownWheel = Pick<FinishedWheel, 'builtFor' | 'filename' | 'sha256' | 'size' | 'split'>;

/** The file that has the wheel's name. */
export function mainFile({ builtFor, filename, sha256, size, split }: KnownWheel): WheelFile {
  return split === undefined
    ? { filename, sha256, size, stage: builtFor }
    : { ...split.main, stage: SPLIT_ID };
}

/** Those that it needs besides, by number; none of a wheel that was not split. */
export function partFiles({ split }: { readonly split?: SplitRecord }): readonly PartFile[] {
  return (split?.parts ?? []).map((part) => ({ ...part, stage: SPLIT_ID }));
}

/**
 * All files of wheels, each once: parts first, so that a main wheel never stands where its parts are not.
 */
export function filesOf(wheels: readonly KnownWheel[]): readonly WheelFile[] {
  const files = [...wheels.flatMap(partFiles), ...wheels.map(mainFile)];
  return [...new Map(files.map((file) => [file.filename, file])).values()];
}
