/** The files that a project's tests want to find in the folder that they run in. */
import { join } from 'node:path';
import { WheelworksError } from '../../support/errors.ts';
import { withTemporaryDirectory } from '../../support/temporary.ts';
import { joinPlacePath } from '../place-shell.ts';
import { copySources } from '../source-copy.ts';
import type { SourceTree } from '../source-tree.ts';
import type { TestRoom } from './environment.ts';

/**
 * Copies files and folders of the project, by their paths below it, into the working folder.
 * @throws WheelworksError `build/no-test-source` for a path that the sources do not have, `file/*`.
 */
export async function copyTestSources(
  sources: SourceTree,
  paths: readonly string[],
  { place, work }: Pick<TestRoom, 'place' | 'work'>,
): Promise<void> {
  if (paths.length === 0) return;
  const base = sources.projectPath === '.' ? '' : `${sources.projectPath}/`;
  const entries = paths.flatMap((path) => {
    const wanted = `${base}${path.replace(/^\.\//, '').replace(/\/$/, '')}`;
    const found = sources.entries.filter(
      (entry) => entry.path === wanted || entry.path.startsWith(`${wanted}/`),
    );
    if (found.length > 0)
      return found.map((entry) => ({ ...entry, path: entry.path.slice(base.length) }));
    throw new WheelworksError(
      'build/no-test-source',
      `test-sources names ${path}, which is not there.`,
      {
        path: join(sources.root, wanted),
        hint: 'Paths are relative to the folder of pyproject.toml.',
      },
    );
  });
  if (place.kind === 'host') {
    await copySources(entries, work);
    return;
  }
  await withTemporaryDirectory('wheelworks-tests-', async (temporary) => {
    await copySources(entries, temporary);
    const names = new Set(entries.map(({ path }) => path.split('/')[0] ?? path));
    for (const name of names)
      await place.copyIn(join(temporary, name), joinPlacePath(place, work, name));
  });
}
