/** The tags that are releases of a project, by its settings. */
import { join } from 'node:path';
import type { ReleaseTags } from '../plan/index.ts';

/**
 * The tags that `version` takes for versions.
 * @param project its folder; absolute.
 * @throws WheelworksError `config/*`, `file/*`.
 */
export async function releaseTagsOf(project: string): Promise<ReleaseTags> {
  const { releaseTags } = await import('../plan/ci/index.ts');
  const { readPyproject } = await import('../project/index.ts');
  const { DEFAULT_TAG_PATTERNS, readVersionSettings } = await import('../versioning/index.ts');
  const { tagPatterns } = await readVersionSettings(project);
  const name = (await readPyproject(join(project, 'pyproject.toml')))?.project?.name;
  return releaseTags(tagPatterns.length === 0 ? DEFAULT_TAG_PATTERNS : tagPatterns, name);
}
