/** The sources of one release: read once, copied for every build. */
import { relative } from 'node:path';
import { WheelworksError } from '../support/errors.ts';
import { digestSources } from './source-digest.ts';
import type { SourceEntry } from './source-entry.ts';
import { isInside } from './source-links.ts';
import { listSources } from './sources.ts';

export interface SourceTree {
  /** Absolute path of the folder that is copied. */
  readonly root: string;
  /** The project's place in it: `.` or a relative path with `/`. */
  readonly projectPath: string;
  readonly entries: readonly SourceEntry[];
  /** Changes when anything does that a build could see. */
  readonly digest: string;
}

/**
 * Reads the sources of a project.
 * @param root folder that is copied; holds the project.
 * @param output folder that results go into, which is no source.
 * @throws WheelworksError `config/source-root`, `build/link-outside`, `file/*`.
 */
export async function readSources(
  project: string,
  root: string,
  output: string,
): Promise<SourceTree> {
  if (!isInside(root, project)) {
    throw new WheelworksError(
      'config/source-root',
      `${root} does not contain the project ${project}.`,
      { path: root, hint: 'Give a folder above the project with --source-root.' },
    );
  }
  const place = relative(root, project).replaceAll('\\', '/');
  const listing = await listSources(root, { excluded: [output], projectPaths: ['', place] });
  return {
    root,
    projectPath: place === '' ? '.' : place,
    entries: listing.entries,
    digest: await digestSources(root, listing),
  };
}
