/** What an index has of the projects that are checked. */
import { readSimpleProject, type IndexClientOptions } from '../../index/index.ts';
import type { SimpleProject } from '../../packaging/index.ts';
import { mapParallel } from '../../support/parallel.ts';
import type { CheckedFile } from '../check.ts';

/** Requests at once; one index serves all of them. */
const AT_ONCE = 4;

/**
 * Asks an index for each project once.
 * @param index the address of its list of projects (`https://.../simple/`), or the absolute path of such a folder
 * @returns by normalised name; null for a project that the index does not have
 * @throws WheelworksError as {@link readSimpleProject}.
 */
export async function readIndexed(
  index: string,
  files: readonly CheckedFile[],
  options: IndexClientOptions = {},
): Promise<ReadonlyMap<string, SimpleProject | null>> {
  const names = files.flatMap(({ release }) =>
    release?.project === undefined ? [] : [release.project],
  );
  const pages = await mapParallel([...new Set(names)], AT_ONCE, async (name) => {
    const page = await readSimpleProject(index, name, options);
    return [name, page ?? null] as const;
  });
  return new Map(pages);
}
