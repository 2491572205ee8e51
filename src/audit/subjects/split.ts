/** A split wheel as what it is once installed: the wheel that it was made from. */
import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileError } from '../../support/errors.ts';
import { withTemporaryDirectory } from '../../support/temporary.ts';
import { withWheel } from '../../wheel/index.ts';
import { joinSplitSet, withSplitSet } from '../../wheel/split/index.ts';
import type { Subject } from '../subject.ts';
import { wheelSubject, type WheelSubjectOptions } from './wheel.ts';

/**
 * The subject of a whole set, under the path of its main wheel. The original is written to a temporary file, read, and
 * removed; its parts lie beside the main wheel.
 * @throws WheelworksError `split/part-missing`, `split/wrong-part`, `split/*` for a damaged set, `zip/*`, `file/*`.
 */
export async function setSubject(
  mainPath: string,
  options: WheelSubjectOptions = {},
): Promise<Subject> {
  const candidates = await wheelsBeside(mainPath);
  return withTemporaryDirectory('wheelworks-join-', (directory) =>
    withSplitSet(mainPath, candidates, async (set) => {
      const joined = await joinSplitSet(set, directory);
      const subject = await withWheel(joined, async (wheel) => wheelSubject(wheel, options));
      return { ...subject, path: mainPath };
    }),
  );
}

async function wheelsBeside(path: string): Promise<readonly string[]> {
  const folder = dirname(path);
  try {
    const names = await readdir(folder);
    return names.filter((name) => name.endsWith('.whl')).map((name) => join(folder, name));
  } catch (error) {
    throw fileError(error, folder);
  }
}
