/** What the wheels of a set need that is not of the set. */
import {
  evaluateMarker,
  formatRequirement,
  metadataView,
  normalizeName,
  parseRequirement,
  type Requirement,
} from '../../packaging/index.ts';
import { markerEnvironment } from '../../python/index.ts';
import { readMetadata, withWheel } from '../../wheel/index.ts';
import type { Trial } from './assign.ts';

/**
 * Requirements on others, without their markers: of every member, and of each extra that members ask of one another
 * (`duo[t]==1.0` brings what the extra `t` of duo needs), as far as that leads.
 * @throws WheelworksError `wheel/*`, `zip/*`, `packaging/*`, `file/*`.
 */
export async function outsideRequirements({
  wheels,
  interpreter,
}: Pick<Trial, 'wheels' | 'interpreter'>): Promise<readonly string[]> {
  const requirements = new Map<string, readonly Requirement[]>();
  for (const { path, project, parts = [] } of wheels) {
    // Parts come from the folder of the set, and need nothing.
    for (const part of parts) requirements.set(part.project, []);
    const texts = await withWheel(
      path,
      async (wheel) => metadataView(await readMetadata(wheel)).requiresDist,
    );
    requirements.set(
      project,
      texts.map((text) => parseRequirement(text)),
    );
  }
  const variables = markerEnvironment(interpreter);
  const needed = new Set<string>();
  const seen = new Set<string>();
  const waiting = [...requirements.keys()].map((project) => ({ project, extra: '' }));
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { project, extra } = next;
    const key = `${project}[${extra}]`;
    if (seen.has(key)) continue;
    seen.add(key);
    for (const { marker, ...rest } of requirements.get(project) ?? []) {
      if (marker !== undefined && !evaluateMarker(marker, { ...variables, extra })) continue;
      const name = normalizeName(rest.name);
      if (!requirements.has(name)) needed.add(formatRequirement(rest));
      else
        waiting.push(...rest.extras.map((each) => ({ project: name, extra: normalizeName(each) })));
    }
  }
  return [...needed].sort();
}
