/** Wheels that somebody made elsewhere: each alone, or the main wheel of a set with its parts. */
import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { parseWheelFilename } from '../packaging/index.ts';
import { hashFile } from '../support/hash.ts';
import { findParts, readPart, readSplit } from '../wheel/split/index.ts';
import { withWheel } from '../wheel/index.ts';
import type { SplitRecord } from './kept/state.ts';
import type { FinishedWheel } from './wheels.ts';

/** A wheel that was given. */
export interface GivenWheel extends FinishedWheel {
  readonly path: string;
  /** Where its files lie, by their names. */
  readonly files: ReadonlyMap<string, string>;
}

/**
 * Reads them. Parts belong to the main wheels that require them and are none of the result; they are looked for among
 * what was given and beside each main wheel.
 * @throws WheelworksError `split/part-missing`, `split/wrong-part`, `split/bad-description`, `packaging/*`, `wheel/*`,
 * `zip/*`, `file/*`.
 */
export async function describeGiven(paths: readonly string[]): Promise<readonly GivenWheel[]> {
  const wheels = await Promise.all(paths.map(async (path) => describe(path, paths)));
  return wheels.flatMap((wheel) => wheel ?? []);
}

/** Undefined for a part. */
async function describe(path: string, given: readonly string[]): Promise<GivenWheel | undefined> {
  const filename = basename(path);
  parseWheelFilename(filename);
  const { sha256, size } = await hashFile(path);
  const { part, split } = await withWheel(path, async (wheel) => ({
    part: await readPart(wheel),
    split: await readSplit(wheel),
  }));
  if (part !== undefined) return undefined;
  const made = { key: '', sources: '', builtAs: filename, builtFor: '', findings: [], notices: [] };
  const whole = { ...made, path, filename, origin: 'reused' } as const;
  if (split === undefined) return { ...whole, sha256, size, files: new Map([[filename, path]]) };
  const found = await findParts(split, [...given, ...(await wheelsBeside(path))], path);
  const parts = await Promise.all(
    found.map(async ({ part: { distribution, filename: name, sha256: digest }, path: where }) => ({
      distribution,
      filename: name,
      sha256: digest,
      size: (await hashFile(where)).size,
    })),
  );
  const record: SplitRecord = { key: '', main: { filename, sha256, size }, parts, findings: [] };
  const { original } = split;
  return {
    ...whole,
    sha256: original.sha256,
    size: original.size,
    split: record,
    files: new Map([
      [filename, path],
      ...found.map(({ part: { filename: name }, path: where }) => [name, where] as const),
    ]),
  };
}

async function wheelsBeside(path: string): Promise<readonly string[]> {
  const folder = dirname(path);
  const names = await readdir(folder);
  return names.filter((name) => name.endsWith('.whl')).map((name) => join(folder, name));
}
