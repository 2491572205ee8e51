/** Baselines as command lines name them. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { BaselineFile, ComparableBaseline } from '../../../baseline/index.ts';
import type { Baseline } from '../../../platform/index.ts';
import { WheelworksError } from '../../../support/errors.ts';

/** A word that names a file rather than a built-in baseline. */
export function isFileName(word: string, cwd: string): boolean {
  return /[/\\]|\.json$/.test(word) || existsSync(resolve(cwd, word));
}

/**
 * One side of a comparison: a file, or a built-in baseline with its architecture.
 * @throws WheelworksError `baseline/unknown`, `baseline/which-architecture`, and what reading the file throws.
 */
export async function comparable(word: string, cwd: string): Promise<ComparableBaseline> {
  const { findBaseline, readBaselineFile } = await import('../../../baseline/index.ts');
  if (isFileName(word, cwd)) return readBaselineFile(resolve(cwd, word));
  const { baseline, architectures } = findBaseline(word);
  const [architecture] = architectures;
  if (architecture === undefined || architectures.length > 1)
    throw new WheelworksError(
      'baseline/which-architecture',
      `${word} is a baseline on several architectures.`,
      { hint: `Say which: ${architectures.map((each) => `${baseline.name}_${each}`).join(', ')}.` },
    );
  return { baseline, architecture };
}

/** The baselines in files of either format. @throws WheelworksError what reading throws. */
export async function baselinesIn(
  files: readonly string[],
  cwd: string,
): Promise<readonly Baseline[]> {
  const { loadBaselines } = await import('../../../baseline/index.ts');
  const loaded = await Promise.all(files.map(async (file) => loadBaselines(resolve(cwd, file))));
  return loaded.flat();
}

/** Files in our own format. @throws WheelworksError what reading throws. */
export async function filesOf(
  files: readonly string[],
  cwd: string,
): Promise<readonly BaselineFile[]> {
  const { readBaselineFile } = await import('../../../baseline/index.ts');
  return Promise.all(files.map(async (file) => readBaselineFile(resolve(cwd, file))));
}
