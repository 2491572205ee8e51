/** Whatever a user names, as subjects. */
import { stat } from 'node:fs/promises';
import { withWheel } from '../../wheel/index.ts';
import { createFactsCache, type FactsCache } from '../libraries/facts-cache.ts';
import { splitRole } from '../../wheel/split/index.ts';
import type { Subject } from '../subject.ts';
import { fileSubject } from './file.ts';
import { folderSubject } from './folder.ts';
import { setSubject } from './split.ts';
import { wheelSubject, type WheelSubjectOptions } from './wheel.ts';

/** How a subject is read. */
export interface SubjectOptions extends WheelSubjectOptions {
  /** Files on disk that were read already, for whatever else reads some. */
  readonly facts?: FactsCache | undefined;
}

/**
 * The subject that a path stands for: a wheel by its name, the main wheel of a split one with its parts, a folder with all below it, any other file when it is a
 * native one.
 * @throws WheelworksError `audit/not-auditable` for what holds no native code by its nature, and what reading it throws.
 */
export async function readSubject(path: string, options: SubjectOptions = {}): Promise<Subject> {
  const facts =
    options.facts ?? createFactsCache(options.named === undefined ? {} : { named: options.named });
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (isFolder) return folderSubject(path, facts);
  if (path.endsWith('.whl')) {
    const subject = await withWheel(path, async (wheel) =>
      splitRole(wheel) === 'main' ? undefined : wheelSubject(wheel, options),
    );
    return subject ?? setSubject(path, options);
  }
  return fileSubject(path, facts);
}
